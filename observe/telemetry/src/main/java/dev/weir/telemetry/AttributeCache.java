package dev.weir.telemetry;

import org.jspecify.annotations.Nullable;

/// Attributes of spans that come again and again, key and value together, as the protobuf fields
/// that they become.
///
/// Most of what a service says of its spans it says of many: methods, routes, status codes. One of
/// these is found by one look and written by a few words. An attribute is kept the second time it
/// is seen in its slot, so that values that never come again leave only their hash.
///
/// Thread-safe by races that do no harm: an entry is immutable, and a lost one is made again.
final class AttributeCache {
    /// An attribute.
    ///
    /// @param type the tag of the value within `AnyValue`
    /// @param text the value where that is a string
    /// @param bits the value where it is anything else
    /// @param field the bytes, and zeros up to a multiple of eight
    /// @param length of the field in bytes
    record Entry(
            String key, int type, @Nullable String text, long bits, byte[] field, int length) {}

    private static final int LONGEST = 128;
    private static final int SLOTS = 256;

    private final @Nullable Entry[] entries = new @Nullable Entry[SLOTS];
    private final int[] seen = new int[SLOTS];

    /// The attribute encoded, or null where it is not known.
    @Nullable Entry get(String key, int type, @Nullable String text, long bits) {
        var entry = entries[slot(hash(key, text, bits))];
        return entry != null
                        && entry.bits == bits
                        && entry.type == type
                        && (entry.key == key || entry.key.equals(key))
                        && (entry.text == text || entry.text != null && entry.text.equals(text))
                ? entry
                : null;
    }

    /// Shows an attribute that was not known, and what it was encoded as.
    void show(
            String key,
            int type,
            @Nullable String text,
            long bits,
            byte[] bytes,
            int from,
            int to) {
        int length = to - from;
        if (length > LONGEST) {
            return;
        }
        int hash = hash(key, text, bits);
        int slot = slot(hash);
        if (seen[slot] != hash) {
            seen[slot] = hash;
            return;
        }
        var field = new byte[length + 7 & ~7];
        System.arraycopy(bytes, from, field, 0, length);
        entries[slot] = new Entry(key, type, text, bits, field, length);
    }

    private static int hash(String key, @Nullable String text, long bits) {
        int value = text != null ? text.hashCode() : Long.hashCode(bits);
        return 31 * key.hashCode() + value;
    }

    private static int slot(int hash) {
        return (hash ^ hash >>> 15) & SLOTS - 1;
    }
}
