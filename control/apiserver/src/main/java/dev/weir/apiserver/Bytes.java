package dev.weir.apiserver;

import java.nio.charset.StandardCharsets;

/// Looks for member names in stored objects without parsing them.
final class Bytes {
    static final byte[] OWNERS = "\"ownerReferences\":".getBytes(StandardCharsets.US_ASCII);
    static final byte[] DELETION = "\"deletionTimestamp\":".getBytes(StandardCharsets.US_ASCII);

    private Bytes() {}

    static boolean contains(byte[] text, byte[] part) {
        return indexOf(text, part) >= 0;
    }

    /// The first place of `part`, or a negative number.
    static int indexOf(byte[] text, byte[] part) {
        for (int i = 0; i <= text.length - part.length; i++) {
            if (text[i] == part[0]
                    && java.util.Arrays.equals(text, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        return -1;
    }
}
