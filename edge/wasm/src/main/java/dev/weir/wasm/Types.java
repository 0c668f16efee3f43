package dev.weir.wasm;

import java.util.ArrayList;

/// Value types as `int`: numbers and vectors by their byte in the binary format; references with
/// flags, and in the lower bits an abstract heap type's byte or the id of a `DefType`.
final class Types {
    static final int I32 = 0x7f;
    static final int I64 = 0x7e;
    static final int F32 = 0x7d;
    static final int F64 = 0x7c;
    static final int V128 = 0x7b;

    /// Storage types of fields.
    static final int I8 = 0x78;

    static final int I16 = 0x77;

    /// What code that is never reached has on its stack.
    static final int BOTTOM = 0;

    static final int REF = 1 << 30;
    static final int NULLABLE = 1 << 29;
    static final int ABSTRACT = 1 << 28;
    static final int HEAP = (1 << 28) - 1;

    static final int NOEXN = 0x74;
    static final int NOFUNC = 0x73;
    static final int NOEXTERN = 0x72;
    static final int NONE = 0x71;
    static final int FUNC = 0x70;
    static final int EXTERN = 0x6f;
    static final int ANY = 0x6e;
    static final int EQ = 0x6d;
    static final int I31 = 0x6c;
    static final int STRUCT = 0x6b;
    static final int ARRAY = 0x6a;
    static final int EXN = 0x69;

    static final int FUNCREF = nullable(FUNC);
    static final int EXTERNREF = nullable(EXTERN);
    static final int EXNREF = nullable(EXN);
    static final int BOTTOM_REF = REF | ABSTRACT;

    private Types() {}

    static int nullable(int abstractHeap) {
        return REF | NULLABLE | ABSTRACT | abstractHeap;
    }

    static int ref(int abstractHeap) {
        return REF | ABSTRACT | abstractHeap;
    }

    static int ref(DefType type) {
        return REF | type.id;
    }

    static boolean isRef(int type) {
        return (type & REF) != 0;
    }

    static boolean isNullable(int type) {
        return (type & NULLABLE) != 0;
    }

    static boolean isConcrete(int type) {
        return (type & (REF | ABSTRACT)) == REF;
    }

    static int heap(int type) {
        return type & HEAP;
    }

    static boolean isNumeric(int type) {
        return type >= F64 && type <= I32;
    }

    static boolean isPacked(int type) {
        return type == I8 || type == I16;
    }

    static int unpacked(int type) {
        return isPacked(type) ? I32 : type;
    }

    static boolean isDefaultable(int type) {
        return !isRef(type) || isNullable(type);
    }

    static int width(int type) {
        return type == V128 ? 2 : 1;
    }

    static int[] slots(int[] types) {
        var slots = new int[types.length + 1];
        for (int i = 0; i < types.length; i++) {
            slots[i + 1] = slots[i] + width(types[i]);
        }
        return slots;
    }

    static boolean isAbstractHeap(int heap) {
        return heap >= EXN && heap <= NOEXN;
    }

    /// Whether an abstract heap type, both by their bytes, is below another (core 3.0, matching).
    static boolean below(int heap, int other) {
        if (heap == other || heap == 0) {
            return true;
        }
        return switch (other) {
            case ANY ->
                    heap == EQ || heap == I31 || heap == STRUCT || heap == ARRAY || heap == NONE;
            case EQ -> heap == I31 || heap == STRUCT || heap == ARRAY || heap == NONE;
            case I31, STRUCT, ARRAY -> heap == NONE;
            case FUNC -> heap == NOFUNC;
            case EXTERN -> heap == NOEXTERN;
            case EXN -> heap == NOEXN;
            default -> false;
        };
    }

    static String text(int[] types) {
        var names = new ArrayList<String>();
        for (int type : types) {
            names.add(text(type));
        }
        return names.toString();
    }

    static String text(int type) {
        return switch (type) {
            case I32 -> "i32";
            case I64 -> "i64";
            case F32 -> "f32";
            case F64 -> "f64";
            case V128 -> "v128";
            case I8 -> "i8";
            case I16 -> "i16";
            case BOTTOM -> "any";
            default ->
                    "(ref "
                            + (isNullable(type) ? "null " : "")
                            + (isConcrete(type) ? "type " + heap(type) : heapName(heap(type)))
                            + ")";
        };
    }

    static String heapName(int heap) {
        return switch (heap) {
            case NOEXN -> "noexn";
            case NOFUNC -> "nofunc";
            case NOEXTERN -> "noextern";
            case NONE -> "none";
            case FUNC -> "func";
            case EXTERN -> "extern";
            case ANY -> "any";
            case EQ -> "eq";
            case I31 -> "i31";
            case STRUCT -> "struct";
            case ARRAY -> "array";
            case EXN -> "exn";
            default -> "bottom";
        };
    }
}
