package dev.weir.store;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;

/// The order of keys: that of their UTF-8 bytes, which is the order of their code points.
final class KeyOrder implements Comparator<String> {
    static final KeyOrder INSTANCE = new KeyOrder();

    /// The longest key, in bytes of UTF-8.
    static final int MAX_BYTES = 4096;

    private KeyOrder() {}

    @Override
    public int compare(String a, String b) {
        int shared = Math.min(a.length(), b.length());
        for (int i = 0; i < shared; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                return rank(x) - rank(y);
            }
        }
        return a.length() - b.length();
    }

    /// UTF-16 puts surrogates (code points above U+FFFF) before U+E000; UTF-8 puts them last.
    private static int rank(char unit) {
        return Character.isSurrogate(unit) ? unit + 0x1_0000 : unit;
    }

    /// Refuses what cannot be a key.
    static void check(String key) {
        if (key.isEmpty()) {
            throw new IllegalArgumentException("empty key");
        }
        if (key.length() > MAX_BYTES || bytes(key).length > MAX_BYTES) {
            throw new StoreException(
                    StoreException.Code.TOO_LARGE,
                    "key of "
                            + key.length()
                            + " characters: at most "
                            + MAX_BYTES
                            + " bytes are allowed");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(key)) {
            throw new IllegalArgumentException("key with an unpaired surrogate: " + key);
        }
    }

    static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }
}
