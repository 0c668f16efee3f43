package dev.weir.wasm;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Instructions on whole memories, tables and segments.
final class BulkOps {
    private static final long WORD = 0xffffffffL;

    private BulkOps() {}

    static int step(
            int op,
            int[] code,
            int pc,
            long[] st,
            @Nullable Object[] rs,
            int sp,
            Instance instance) {
        return switch (op) {
            case Op.MEMORY_SIZE -> {
                st[sp] = instance.memories[code[pc + 1]].pages();
                yield sp + 1;
            }
            case Op.MEMORY_GROW -> {
                var memory = instance.memories[code[pc + 1]];
                st[sp - 1] = memory.grow(memory.is64 ? st[sp - 1] : st[sp - 1] & WORD);
                yield sp;
            }
            case Op.MEMORY_INIT -> {
                var data = instance.datas[code[pc + 1]];
                var memory = instance.memories[code[pc + 2]];
                long to = address(memory, st[sp - 3]);
                long from = st[sp - 2] & WORD;
                long count = st[sp - 1] & WORD;
                memory.check(to, count);
                if (from > data.length - count) {
                    throw new TrapException(TrapException.Code.MEMORY_BOUNDS);
                }
                memory.put(to, data, (int) from, (int) count);
                yield sp - 3;
            }
            case Op.DATA_DROP -> {
                instance.datas[code[pc + 1]] = new byte[0];
                yield sp;
            }
            case Op.MEMORY_COPY -> {
                var target = instance.memories[code[pc + 1]];
                var source = instance.memories[code[pc + 2]];
                long to = address(target, st[sp - 3]);
                long from = address(source, st[sp - 2]);
                long count = target.is64 && source.is64 ? st[sp - 1] : st[sp - 1] & WORD;
                target.check(to, count);
                source.check(from, count);
                target.copy(to, source, from, count);
                yield sp - 3;
            }
            case Op.MEMORY_FILL -> {
                var memory = instance.memories[code[pc + 1]];
                long to = address(memory, st[sp - 3]);
                long count = address(memory, st[sp - 1]);
                memory.check(to, count);
                memory.fill(to, count, (byte) st[sp - 2]);
                yield sp - 3;
            }
            case Op.TABLE_GET, Op.TABLE_SET -> access(op, code, pc, st, rs, sp, instance);
            default -> table(op, code, pc, st, rs, sp, instance);
        };
    }

    private static long address(Memory memory, long value) {
        return memory.is64 ? value : value & WORD;
    }

    private static int access(
            int op,
            int[] code,
            int pc,
            long[] st,
            @Nullable Object[] rs,
            int sp,
            Instance instance) {
        var table = instance.tables[code[pc + 1]];
        boolean get = op == Op.TABLE_GET;
        long at = table.address(st[get ? sp - 1 : sp - 2]);
        table.check(at, 1);
        if (get) {
            rs[sp - 1] = table.elements[(int) at];
            return sp;
        }
        table.elements[(int) at] = rs[sp - 1];
        return sp - 2;
    }

    private static int table(
            int op,
            int[] code,
            int pc,
            long[] st,
            @Nullable Object[] rs,
            int sp,
            Instance instance) {
        switch (op) {
            case Op.TABLE_INIT -> {
                var elements = instance.elements[code[pc + 1]];
                var table = instance.tables[code[pc + 2]];
                long to = table.address(st[sp - 3]);
                long from = st[sp - 2] & WORD;
                long count = st[sp - 1] & WORD;
                table.check(to, count);
                if (from > elements.length - count) {
                    throw new TrapException(TrapException.Code.TABLE_BOUNDS);
                }
                System.arraycopy(elements, (int) from, table.elements, (int) to, (int) count);
                return sp - 3;
            }
            case Op.ELEM_DROP -> {
                instance.elements[code[pc + 1]] = new @Nullable Object[0];
                return sp;
            }
            case Op.TABLE_COPY -> {
                var target = instance.tables[code[pc + 1]];
                var source = instance.tables[code[pc + 2]];
                long to = target.address(st[sp - 3]);
                long from = source.address(st[sp - 2]);
                boolean wide = target.type.is64() && source.type.is64();
                long count = wide ? st[sp - 1] : st[sp - 1] & WORD;
                target.check(to, count);
                source.check(from, count);
                System.arraycopy(
                        source.elements, (int) from, target.elements, (int) to, (int) count);
                return sp - 3;
            }
            case Op.TABLE_GROW -> {
                var table = instance.tables[code[pc + 1]];
                st[sp - 2] = table.grow(table.address(st[sp - 1]), rs[sp - 2]);
                return sp - 1;
            }
            case Op.TABLE_SIZE -> {
                st[sp] = instance.tables[code[pc + 1]].size();
                return sp + 1;
            }
            case Op.TABLE_FILL -> {
                var table = instance.tables[code[pc + 1]];
                long to = table.address(st[sp - 3]);
                long count = table.address(st[sp - 1]);
                table.check(to, count);
                Arrays.fill(table.elements, (int) to, (int) (to + count), rs[sp - 2]);
                return sp - 3;
            }
            default -> throw new IllegalStateException("no instruction " + op);
        }
    }
}
