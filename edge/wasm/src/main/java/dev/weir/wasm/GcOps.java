package dev.weir.wasm;

import dev.weir.wasm.GcObject.Array;
import dev.weir.wasm.TrapException.Code;
import dev.weir.wasm.object.GuestStruct;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Instructions on structs, arrays, i31, and casts.
final class GcOps {
    private static final long WORD = 0xffffffffL;

    /// A guest's array has at most so many bytes.
    private static final int MOST = 1 << 28;

    private GcOps() {}

    static boolean same(@Nullable Object a, @Nullable Object b) {
        return a == b || a instanceof I31 && a.equals(b);
    }

    static int step(
            int op,
            int[] code,
            int pc,
            long[] st,
            @Nullable Object[] rs,
            int sp,
            Instance instance) {
        var types = instance.store.engine.types;
        switch (op) {
            case Op.STRUCT_NEW,
                    Op.STRUCT_NEW_DEFAULT,
                    Op.STRUCT_GET,
                    Op.STRUCT_GET_S,
                    Op.STRUCT_GET_U,
                    Op.STRUCT_SET -> {
                var type = types.get(code[pc + 1]);
                return struct(op, types.structClass(type), type, code[pc + 2], st, rs, sp);
            }
            case Op.ARRAY_LEN -> {
                st[sp - 1] = array(rs[sp - 1]).length;
                return sp;
            }
            case Op.REF_TEST, Op.REF_TEST_NULL -> {
                st[sp - 1] = types.matches(rs[sp - 1], code[pc + 1]) ? 1 : 0;
                return sp;
            }
            case Op.REF_CAST, Op.REF_CAST_NULL -> {
                if (!types.matches(rs[sp - 1], code[pc + 1])) {
                    throw new TrapException(Code.CAST_FAILURE);
                }
                return sp;
            }
            case Op.ANY_CONVERT_EXTERN, Op.EXTERN_CONVERT_ANY -> {
                return sp;
            }
            case Op.REF_I31 -> {
                rs[sp - 1] = new I31((int) st[sp - 1]);
                return sp;
            }
            case Op.I31_GET_S, Op.I31_GET_U -> {
                if (!(rs[sp - 1] instanceof I31 i31)) {
                    throw new TrapException(Code.NULL_REFERENCE);
                }
                st[sp - 1] = op == Op.I31_GET_S ? i31.signed() : i31.bits();
                return sp;
            }
            default -> {
                return array(op, types.get(code[pc + 1]), code[pc + 2], st, rs, sp, instance);
            }
        }
    }

    private static int struct(
            int op,
            StructClass made,
            DefType type,
            int field,
            long[] st,
            @Nullable Object[] rs,
            int sp) {
        if (op == Op.STRUCT_NEW || op == Op.STRUCT_NEW_DEFAULT) {
            var struct = made.create();
            int slots = type.slots[type.params.length];
            int base = sp;
            if (op == Op.STRUCT_NEW) {
                base = sp - slots;
                fill(type, struct, st, rs, base);
            }
            rs[base] = struct;
            return base + 1;
        }
        int slot = type.slots[field];
        int form = type.params[field];
        int width = Types.width(form);
        if (op == Op.STRUCT_SET) {
            var struct = struct(rs[sp - 1 - width]);
            if (Types.isRef(form)) {
                struct.reference(slot, rs[sp - 1]);
            } else {
                for (int half = 0; half < width; half++) {
                    struct.bits(slot + half, st[sp - width + half]);
                }
            }
            return sp - 1 - width;
        }
        var struct = struct(rs[sp - 1]);
        if (Types.isRef(form)) {
            rs[sp - 1] = struct.reference(slot);
        } else {
            for (int half = 0; half < width; half++) {
                st[sp - 1 + half] = struct.bits(slot + half);
            }
        }
        if (op != Op.STRUCT_GET) {
            st[sp - 1] = unpack(st[sp - 1], form, op == Op.STRUCT_GET_S);
        }
        return sp - 1 + width;
    }

    private static void fill(
            DefType type, GuestStruct struct, long[] st, @Nullable Object[] rs, int base) {
        for (int i = 0; i < type.params.length; i++) {
            int slot = type.slots[i];
            if (Types.isRef(type.params[i])) {
                struct.reference(slot, rs[base + slot]);
            } else {
                for (int half = 0; half < Types.width(type.params[i]); half++) {
                    struct.bits(slot + half, st[base + slot + half]);
                }
            }
        }
    }

    private static long unpack(long value, int form, boolean signed) {
        if (form == Types.I8) {
            return signed ? (byte) value : value & 0xff;
        }
        return signed ? (short) value : value & 0xffff;
    }

    private static GuestStruct struct(@Nullable Object reference) {
        if (reference instanceof GuestStruct struct) {
            return struct;
        }
        throw new TrapException(Code.NULL_REFERENCE);
    }

    private static Array array(@Nullable Object reference) {
        if (reference instanceof Array array) {
            return array;
        }
        throw new TrapException(Code.NULL_REFERENCE);
    }

    private static Array create(DefType type, long length) {
        if (length * bytes(type) > MOST) {
            throw TrapException.limit(
                    "an array of " + length + " elements, which may have " + MOST + " bytes", null);
        }
        return new Array(type, (int) length);
    }

    private static void check(long index, long count, int length) {
        if (index > length - count) {
            throw new TrapException(Code.ARRAY_BOUNDS);
        }
    }

    private static int array(
            int op,
            DefType type,
            int other,
            long[] st,
            @Nullable Object[] rs,
            int sp,
            Instance instance) {
        int width = Types.width(type.params[0]);
        switch (op) {
            case Op.ARRAY_NEW -> {
                var array = create(type, st[sp - 1] & WORD);
                int base = sp - 1 - width;
                fill(array, 0, array.length, st, rs, base);
                rs[base] = array;
                return base + 1;
            }
            case Op.ARRAY_NEW_DEFAULT -> {
                rs[sp - 1] = create(type, st[sp - 1] & WORD);
                return sp;
            }
            case Op.ARRAY_NEW_FIXED -> {
                var array = create(type, other);
                int base = sp - other * width;
                for (int i = 0; i < other; i++) {
                    set(array, i, st, rs, base + i * width);
                }
                rs[base] = array;
                return base + 1;
            }
            case Op.ARRAY_NEW_DATA, Op.ARRAY_NEW_ELEM -> {
                long from = st[sp - 2] & WORD;
                long count = st[sp - 1] & WORD;
                checkSegment(op == Op.ARRAY_NEW_DATA, type, other, from, count, instance);
                var array = create(type, count);
                init(array, 0, other, from, instance);
                rs[sp - 2] = array;
                return sp - 1;
            }
            case Op.ARRAY_GET, Op.ARRAY_GET_S, Op.ARRAY_GET_U -> {
                var array = array(rs[sp - 2]);
                long index = st[sp - 1] & WORD;
                check(index, 1, array.length);
                get(array, (int) index, st, rs, sp - 2);
                if (op != Op.ARRAY_GET) {
                    st[sp - 2] = unpack(st[sp - 2], type.params[0], op == Op.ARRAY_GET_S);
                }
                return sp - 2 + width;
            }
            case Op.ARRAY_SET -> {
                int base = sp - 2 - width;
                var array = array(rs[base]);
                long index = st[base + 1] & WORD;
                check(index, 1, array.length);
                set(array, (int) index, st, rs, base + 2);
                return base;
            }
            case Op.ARRAY_FILL -> {
                int base = sp - 3 - width;
                var array = array(rs[base]);
                long from = st[base + 1] & WORD;
                long count = st[sp - 1] & WORD;
                check(from, count, array.length);
                fill(array, (int) from, (int) count, st, rs, base + 2);
                return base;
            }
            case Op.ARRAY_COPY -> {
                var target = array(rs[sp - 5]);
                var source = array(rs[sp - 3]);
                long to = st[sp - 4] & WORD;
                long from = st[sp - 2] & WORD;
                long count = st[sp - 1] & WORD;
                check(to, count, target.length);
                check(from, count, source.length);
                System.arraycopy(
                        source.elements,
                        (int) from * width,
                        target.elements,
                        (int) to * width,
                        (int) count * width);
                return sp - 5;
            }
            default -> {
                var array = array(rs[sp - 4]);
                long to = st[sp - 3] & WORD;
                long from = st[sp - 2] & WORD;
                long count = st[sp - 1] & WORD;
                check(to, count, array.length);
                checkSegment(op == Op.ARRAY_INIT_DATA, type, other, from, count, instance);
                init(array, (int) to, other, from, (int) count, instance);
                return sp - 4;
            }
        }
    }

    private static int bytes(DefType type) {
        return switch (type.params[0]) {
            case Types.I8 -> 1;
            case Types.I16 -> 2;
            case Types.I32, Types.F32 -> 4;
            case Types.V128 -> 16;
            default -> 8;
        };
    }

    private static void checkSegment(
            boolean data, DefType type, int segment, long from, long count, Instance instance) {
        if (data && from + count * bytes(type) > instance.datas[segment].length) {
            throw new TrapException(Code.MEMORY_BOUNDS);
        }
        if (!data && from + count > instance.elements[segment].length) {
            throw new TrapException(Code.TABLE_BOUNDS);
        }
    }

    private static void init(Array array, int to, int segment, long from, Instance instance) {
        init(array, to, segment, from, array.length, instance);
    }

    private static void init(
            Array array, int to, int segment, long from, int count, Instance instance) {
        if (array.elements instanceof Object[] references) {
            System.arraycopy(instance.elements[segment], (int) from, references, to, count);
            return;
        }
        var data = instance.datas[segment];
        int size = bytes(array.type);
        for (int i = 0; i < count; i++) {
            int at = (int) from + i * size;
            switch (array.elements) {
                case byte[] values -> values[to + i] = data[at];
                case short[] values -> values[to + i] = (short) Bytes.SHORT.get(data, at);
                case int[] values -> values[to + i] = (int) Bytes.INT.get(data, at);
                case long[] values when size == 8 ->
                        values[to + i] = (long) Bytes.LONG.get(data, at);
                default -> {
                    var values = (long[]) array.elements;
                    values[(to + i) * 2] = (long) Bytes.LONG.get(data, at);
                    values[(to + i) * 2 + 1] = (long) Bytes.LONG.get(data, at + 8);
                }
            }
        }
    }

    private static void fill(
            Array array, int from, int count, long[] st, @Nullable Object[] rs, int slot) {
        int end = from + count;
        switch (array.elements) {
            case byte[] values -> Arrays.fill(values, from, end, (byte) st[slot]);
            case short[] values -> Arrays.fill(values, from, end, (short) st[slot]);
            case int[] values -> Arrays.fill(values, from, end, (int) st[slot]);
            case Object[] values -> Arrays.fill(values, from, end, rs[slot]);
            default -> {
                for (int i = from; i < end; i++) {
                    set(array, i, st, rs, slot);
                }
            }
        }
    }

    private static void set(Array array, int index, long[] st, @Nullable Object[] rs, int slot) {
        switch (array.elements) {
            case byte[] values -> values[index] = (byte) st[slot];
            case short[] values -> values[index] = (short) st[slot];
            case int[] values -> values[index] = (int) st[slot];
            case long[] values -> {
                int width = Types.width(array.type.params[0]);
                System.arraycopy(st, slot, values, index * width, width);
            }
            default -> references(array)[index] = rs[slot];
        }
    }

    private static void get(Array array, int index, long[] st, @Nullable Object[] rs, int slot) {
        switch (array.elements) {
            case byte[] values -> st[slot] = values[index];
            case short[] values -> st[slot] = values[index];
            case int[] values -> st[slot] = values[index];
            case long[] values -> {
                int width = Types.width(array.type.params[0]);
                System.arraycopy(values, index * width, st, slot, width);
            }
            default -> rs[slot] = references(array)[index];
        }
    }

    private static @Nullable Object[] references(Array array) {
        return (@Nullable Object[]) array.elements;
    }
}
