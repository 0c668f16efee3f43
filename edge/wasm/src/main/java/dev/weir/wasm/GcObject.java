package dev.weir.wasm;

import org.jspecify.annotations.Nullable;

/// An array of a guest; the JVM collects it. It keeps its elements in the Java array of their size:
/// `byte[]`, `short[]`, `int[]`, `long[]` (v128 in two), or `Object[]`.
abstract sealed class GcObject {
    final DefType type;

    GcObject(DefType type) {
        this.type = type;
    }

    static final class Array extends GcObject {
        final Object elements;
        final int length;

        Array(DefType type, int length) {
            super(type);
            this.length = length;
            this.elements =
                    switch (type.params[0]) {
                        case Types.I8 -> new byte[length];
                        case Types.I16 -> new short[length];
                        case Types.I32, Types.F32 -> new int[length];
                        case Types.I64, Types.F64 -> new long[length];
                        case Types.V128 -> new long[Math.multiplyExact(length, 2)];
                        default -> new @Nullable Object[length];
                    };
        }
    }
}
