package dev.weir.wasm;

/// The types of values that host and guest exchange, and the Java types that stand for them.
public enum ValType {
    /// A number of 32 bits: `Integer`.
    I32(Types.I32),
    /// A number of 64 bits: `Long`.
    I64(Types.I64),
    /// A float of 32 bits: `Float`.
    F32(Types.F32),
    /// A float of 64 bits: `Double`.
    F64(Types.F64),
    /// A vector: [V128].
    V128(Types.V128),
    /// A function or null: [Func].
    FUNCREF(Types.FUNCREF),
    /// Any object of the host, or null.
    EXTERNREF(Types.EXTERNREF),
    /// A reference of the guest, an object that the guest took in, or null.
    ANYREF(Types.nullable(Types.ANY)),
    /// An exception or null: [GuestException].
    EXNREF(Types.EXNREF);

    final int bits;

    ValType(int bits) {
        this.bits = bits;
    }

    static java.util.List<ValType> of(TypeRegistry registry, int[] types) {
        return java.util.Arrays.stream(types).mapToObj(type -> of(registry, type)).toList();
    }

    private static ValType of(TypeRegistry registry, int type) {
        return switch (type) {
            case Types.I32 -> I32;
            case Types.I64 -> I64;
            case Types.F32 -> F32;
            case Types.F64 -> F64;
            case Types.V128 -> V128;
            default ->
                    switch (registry.top(type)) {
                        case Types.FUNC -> FUNCREF;
                        case Types.EXTERN -> EXTERNREF;
                        case Types.EXN -> EXNREF;
                        default -> ANYREF;
                    };
        };
    }

    static int[] bits(java.util.List<ValType> types) {
        return types.stream().mapToInt(type -> type.bits).toArray();
    }
}
