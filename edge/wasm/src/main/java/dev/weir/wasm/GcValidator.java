package dev.weir.wasm;

import java.util.Arrays;

/// The rules of structs, arrays, i31 and casts; the stacks are the [Validator]'s.
final class GcValidator {
    private static final int MAX_FIXED = 10_000;

    private GcValidator() {}

    /// Whether the instruction is one of these; if so, it was validated and written.
    static boolean instruction(Validator on, int op) {
        if (op < 0x100 || op >= 0x120) {
            return false;
        }
        if (op < Op.ARRAY_NEW) {
            struct(on, op);
        } else if (op < Op.REF_TEST) {
            array(on, op);
        } else {
            cast(on, op);
        }
        return true;
    }

    private static void struct(Validator on, int op) {
        var type = on.types.kind(on.in, DefType.Kind.STRUCT);
        if (op == Op.STRUCT_NEW || op == Op.STRUCT_NEW_DEFAULT) {
            if (op == Op.STRUCT_NEW) {
                for (int i = type.params.length - 1; i >= 0; i--) {
                    on.pop(Types.unpacked(type.params[i]));
                }
            } else if (!type.isDefaultable()) {
                throw on.in.invalid("type mismatch: a field of " + type + " has no default");
            }
            on.emit(op, type.id);
            on.push(Types.ref(type));
            return;
        }
        int field = on.in.u32();
        if (field < 0 || field >= type.params.length) {
            throw on.in.invalid("unknown field " + Integer.toUnsignedString(field));
        }
        if (op == Op.STRUCT_SET) {
            mutable(on, type, field);
            on.pop(Types.unpacked(type.params[field]));
            on.pop(Types.ref(type) | Types.NULLABLE);
            on.emit(op, type.id, field);
            return;
        }
        packed(on, type.params[field], op != Op.STRUCT_GET);
        on.pop(Types.ref(type) | Types.NULLABLE);
        on.emit(op, type.id, field);
        on.push(Types.unpacked(type.params[field]));
    }

    private static void packed(Validator on, int field, boolean signed) {
        if (Types.isPacked(field) != signed) {
            throw on.in.invalid(
                    "type mismatch: field of "
                            + Types.text(field)
                            + " needs "
                            + (signed ? "get" : "get_s or get_u"));
        }
    }

    private static void mutable(Validator on, DefType type, int field) {
        if (!type.mutable[field]) {
            throw on.in.invalid("immutable field or array of " + type);
        }
    }

    private static void array(Validator on, int op) {
        if (op == Op.ARRAY_LEN) {
            on.pop(Types.nullable(Types.ARRAY));
            on.emit(op);
            on.push(Types.I32);
            return;
        }
        var type = on.types.kind(on.in, DefType.Kind.ARRAY);
        if (op <= Op.ARRAY_NEW_ELEM) {
            create(on, op, type);
        } else {
            access(on, op, type);
        }
    }

    private static void create(Validator on, int op, DefType type) {
        int element = Types.unpacked(type.params[0]);
        switch (op) {
            case Op.ARRAY_NEW -> {
                on.pop(Types.I32);
                on.pop(element);
                on.emit(op, type.id);
            }
            case Op.ARRAY_NEW_DEFAULT -> {
                if (!type.isDefaultable()) {
                    throw on.in.invalid(
                            "type mismatch: the element of " + type + " has no default");
                }
                on.pop(Types.I32);
                on.emit(op, type.id);
            }
            case Op.ARRAY_NEW_FIXED -> {
                int count = on.in.u32();
                if (count < 0 || count > MAX_FIXED) {
                    throw on.in.invalid("array.new_fixed of at most " + MAX_FIXED + " elements");
                }
                for (int i = 0; i < count; i++) {
                    on.pop(element);
                }
                on.emit(op, type.id, count);
            }
            case Op.ARRAY_NEW_DATA -> {
                int data = bits(on, type);
                on.pop(Types.I32);
                on.pop(Types.I32);
                on.emit(op, type.id, data);
            }
            default -> {
                int segment = elements(on, type);
                on.pop(Types.I32);
                on.pop(Types.I32);
                on.emit(op, type.id, segment);
            }
        }
        on.push(Types.ref(type));
    }

    private static int bits(Validator on, DefType type) {
        int data = on.data();
        if (Types.isRef(type.params[0])) {
            throw on.in.invalid("array type is not numeric or vector: " + type);
        }
        return data;
    }

    private static int elements(Validator on, DefType type) {
        int segment = on.element();
        int found = on.module.elements.get(segment).type();
        if (!on.registry.isSubtype(found, type.params[0])) {
            throw on.mismatch(type.params[0], Types.text(found));
        }
        return segment;
    }

    private static void access(Validator on, int op, DefType type) {
        int nullable = Types.ref(type) | Types.NULLABLE;
        int element = Types.unpacked(type.params[0]);
        switch (op) {
            case Op.ARRAY_GET, Op.ARRAY_GET_S, Op.ARRAY_GET_U -> {
                packed(on, type.params[0], op != Op.ARRAY_GET);
                on.pop(Types.I32);
                on.pop(nullable);
                on.emit(op, type.id);
                on.push(element);
            }
            case Op.ARRAY_SET -> {
                mutable(on, type, 0);
                on.pop(element);
                on.pop(Types.I32);
                on.pop(nullable);
                on.emit(op, type.id);
            }
            case Op.ARRAY_FILL -> {
                mutable(on, type, 0);
                on.pop(Types.I32);
                on.pop(element);
                on.pop(Types.I32);
                on.pop(nullable);
                on.emit(op, type.id);
            }
            case Op.ARRAY_COPY -> {
                var from = on.types.kind(on.in, DefType.Kind.ARRAY);
                mutable(on, type, 0);
                boolean fits =
                        Types.isPacked(type.params[0]) || Types.isPacked(from.params[0])
                                ? type.params[0] == from.params[0]
                                : on.registry.isSubtype(from.params[0], type.params[0]);
                if (!fits) {
                    throw on.in.invalid("array types do not match: " + from + " into " + type);
                }
                on.pop(Types.I32);
                on.pop(Types.I32);
                on.pop(Types.ref(from) | Types.NULLABLE);
                on.pop(Types.I32);
                on.pop(nullable);
                on.emit(op, type.id, from.id);
            }
            default -> {
                int segment = op == Op.ARRAY_INIT_DATA ? bits(on, type) : elements(on, type);
                mutable(on, type, 0);
                on.pop(Types.I32);
                on.pop(Types.I32);
                on.pop(Types.I32);
                on.pop(nullable);
                on.emit(op, type.id, segment);
            }
        }
    }

    private static void cast(Validator on, int op) {
        switch (op) {
            case Op.REF_TEST, Op.REF_TEST_NULL, Op.REF_CAST, Op.REF_CAST_NULL -> {
                boolean nullable = op == Op.REF_TEST_NULL || op == Op.REF_CAST_NULL;
                int type = Types.REF | (nullable ? Types.NULLABLE : 0) | on.types.heap(on.in);
                on.pop(Types.nullable(on.registry.top(type)));
                on.emit(op, type);
                on.push(op <= Op.REF_TEST_NULL ? Types.I32 : type);
            }
            case Op.BR_ON_CAST, Op.BR_ON_CAST_FAIL -> branch(on, op);
            case Op.ANY_CONVERT_EXTERN -> convert(on, op, Types.EXTERN, Types.ANY);
            case Op.EXTERN_CONVERT_ANY -> convert(on, op, Types.ANY, Types.EXTERN);
            case Op.REF_I31 -> {
                on.pop(Types.I32);
                on.emit(op);
                on.push(Types.ref(Types.I31));
            }
            default -> {
                on.pop(Types.nullable(Types.I31));
                on.emit(op);
                on.push(Types.I32);
            }
        }
    }

    private static void convert(Validator on, int op, int from, int to) {
        int found = on.pop(Types.nullable(from));
        on.emit(op);
        on.push(Types.ref(to) | (found & Types.NULLABLE));
    }

    private static void branch(Validator on, int op) {
        int flags = on.in.u8();
        if (flags > 3) {
            throw on.in.malformed("malformed br_on_cast flags " + flags);
        }
        int depth = on.in.u32();
        int from = Types.REF | ((flags & 1) != 0 ? Types.NULLABLE : 0) | on.types.heap(on.in);
        int to = Types.REF | ((flags & 2) != 0 ? Types.NULLABLE : 0) | on.types.heap(on.in);
        if (!on.registry.isSubtype(to, from)) {
            throw on.mismatch(from, Types.text(to));
        }
        int rest = Types.isNullable(to) ? from & ~Types.NULLABLE : from;
        var label = on.labelTypes(depth);
        int carried = op == Op.BR_ON_CAST ? to : rest;
        if (label.length == 0 || !on.registry.isSubtype(carried, label[label.length - 1])) {
            throw on.in.invalid("type mismatch: the label does not take " + Types.text(carried));
        }
        on.pop(from);
        var others = Arrays.copyOf(label, label.length - 1);
        on.pop(others);
        on.emit(op);
        on.emitTarget(depth);
        on.emit(to);
        on.push(others);
        on.push(op == Op.BR_ON_CAST ? rest : to);
    }
}
