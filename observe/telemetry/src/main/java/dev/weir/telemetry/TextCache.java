package dev.weir.telemetry;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Short strings that come again and again, as the protobuf fields that they become.
///
/// Attribute keys, routes and method names are few; encoding them anew costs more than all else in
/// a span. A string is kept the second time it is seen in its slot, so that strings that never come
/// again leave only their hash. The one that was there before moves next door, so that two strings
/// of one slot do not drive each other out.
///
/// Thread-safe by races that do no harm: an entry is immutable, and a lost one is made again.
final class TextCache {
    /// A string as field 1 of a message: tag, length, UTF-8.
    ///
    /// @param field the bytes, and zeros up to a multiple of eight
    /// @param length of the field in bytes
    record Entry(String text, byte[] field, int length) {}

    static final int LONGEST = 100;
    private static final int SLOTS = 512;
    private static final byte TAG = 0x0a;

    private final @Nullable Entry[] entries = new @Nullable Entry[SLOTS];
    private final int[] seen = new int[SLOTS];

    /// The string encoded, or null where it is not worth keeping.
    @Nullable Entry get(String text) {
        int hash = text.hashCode();
        int slot = (hash ^ hash >>> 15) & (SLOTS - 1);
        var entry = entries[slot];
        if (entry != null && (entry.text == text || entry.text.equals(text))) {
            return entry;
        }
        return miss(text, hash, slot);
    }

    /// The string encoded, kept or not.
    Entry encode(String text) {
        var entry = get(text);
        return entry != null ? entry : entry(text, text.getBytes(StandardCharsets.UTF_8));
    }

    private @Nullable Entry miss(String text, int hash, int slot) {
        var moved = entries[slot ^ 1];
        if (moved != null && moved.text.equals(text)) {
            return moved;
        }
        if (text.length() > LONGEST) {
            return null;
        }
        if (seen[slot] != hash) {
            seen[slot] = hash;
            return null;
        }
        var utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > LONGEST) {
            return null;
        }
        var entry = entry(text, utf8);
        var last = entries[slot];
        if (last != null) {
            entries[slot ^ 1] = last;
        }
        entries[slot] = entry;
        return entry;
    }

    private static Entry entry(String text, byte[] utf8) {
        int head = 1 + SpanBuffer.varintSize(utf8.length);
        int length = head + utf8.length;
        var field = new byte[length + 7 & ~7];
        field[0] = TAG;
        int rest = utf8.length;
        for (int i = 1; i < head; i++) {
            field[i] = (byte) (i + 1 < head ? rest | 0x80 : rest);
            rest >>>= 7;
        }
        System.arraycopy(utf8, 0, field, head, utf8.length);
        return new Entry(text, field, length);
    }
}
