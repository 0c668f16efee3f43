package dev.weir.weave.hook;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What the point of a histogram has as attributes, in the making. One thread at a time.
///
/// A program measures the same few sets again and again. So a set is only built, which sorts it,
/// where it was not met lately; and the metric finds the one that it knows by its identity.
final class Measured {
    private static final int FIRST = 16;

    /// Key after value after key.
    private Object[] pairs = new Object[FIRST];

    private int size;

    /// Adds an attribute; nothing where it has no value.
    <T> Measured put(AttributeKey<T> key, @Nullable T value) {
        if (value != null) {
            if (size == pairs.length) {
                pairs = Arrays.copyOf(pairs, 2 * size);
            }
            pairs[size++] = key;
            pairs[size++] = value;
        }
        return this;
    }

    /// Of the values: what one library measures has the same keys.
    private int hash() {
        int hash = size;
        for (int i = 1; i < size; i += 2) {
            hash = 31 * hash + pairs[i].hashCode();
        }
        return hash;
    }

    private boolean holds(Object[] others) {
        if (others.length != size) {
            return false;
        }
        for (int i = 0; i < others.length; i++) {
            if (others[i] != pairs[i] && !others[i].equals(pairs[i])) {
                return false;
            }
        }
        return true;
    }

    @SuppressWarnings("unchecked") // as put had them
    private Attributes build() {
        var builder = Attributes.builder();
        for (int i = 0; i < size; i += 2) {
            builder.put((AttributeKey<Object>) pairs[i], pairs[i + 1]);
        }
        return builder.build();
    }

    /// The sets that were met lately, a bounded number of them. Thread-safe.
    static final class Sets {
        private static final int SLOTS = 256;

        private final @Nullable Met[] slots = new @Nullable Met[SLOTS];

        /// Immutable, so it may be read where a race shows it.
        private record Met(Object[] pairs, Attributes attributes) {}

        Attributes of(Measured measured) {
            int hash = measured.hash();
            int slot = (hash ^ hash >>> 16) & SLOTS - 1;
            var met = slots[slot];
            if (met == null || !measured.holds(met.pairs)) {
                met = new Met(Arrays.copyOf(measured.pairs, measured.size), measured.build());
                slots[slot] = met;
            }
            return met.attributes;
        }
    }
}
