package dev.weir.weave.hook;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What was made of things that were met lately, a bounded number of them: a new one takes the
/// place of an old one, so things that never come again do no harm.
///
/// Thread-safe by races that do no harm: an entry is immutable, and a lost one is made again.
final class Recent<K, V> {
    private final @Nullable Met[] slots;
    private final Function<K, V> make;

    private record Met(Object key, Object value) {}

    /// @param slots how many are kept at most, a power of two
    Recent(int slots, Function<K, V> make) {
        this.slots = new @Nullable Met[slots];
        this.make = make;
    }

    @SuppressWarnings("unchecked") // a value is kept with its key
    V of(K key) {
        int hash = key.hashCode();
        int slot = (hash ^ hash >>> 8 ^ hash >>> 16) & slots.length - 1;
        var met = slots[slot];
        if (met == null || !met.key.equals(key)) {
            met = new Met(key, make.apply(key));
            slots[slot] = met;
        }
        return (V) met.value;
    }
}
