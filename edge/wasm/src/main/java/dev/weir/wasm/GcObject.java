package dev.weir.wasm;

import org.jspecify.annotations.Nullable;

/// A struct or array of a guest; the JVM collects it.
///
/// A struct keeps numbers and references by slot, v128 in two. An array keeps its elements in the
/// Java array of their size: `byte[]`, `short[]`, `int[]`, `long[]` (v128 in two), or `Object[]`.
abstract sealed class GcObject {
    final DefType type;

    GcObject(DefType type) {
        this.type = type;
    }

    static final class Struct extends GcObject {
        private static final long[] NO_BITS = {};
        private static final @Nullable Object[] NO_REFERENCES = {};

        final long[] bits;
        final @Nullable Object[] references;

        Struct(DefType type) {
            super(type);
            int slots = type.slots[type.params.length];
            bits = type.hasNumbers ? new long[slots] : NO_BITS;
            references = type.hasReferences ? new Object[slots] : NO_REFERENCES;
        }
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
