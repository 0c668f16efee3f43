package dev.weir.weave;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;

/// Where things are in the bytes of a class file (JVMS §4.1), for changes that leave every offset
/// and index as it is.
///
/// @param poolEnd behind the constant pool
/// @param methods the offset of the number of methods
/// @param methodsEnd behind the methods: the number of attributes
/// @param codes the offset of the first instruction of each method; -1 where it has no code
/// @param bootstraps the offset of each entry of `BootstrapMethods`
record ClassLayout(
        int poolEnd, int methods, int methodsEnd, int[] codes, List<Integer> bootstraps) {
    static final int POOL_COUNT = 8;
    private static final int LONG = 5;
    private static final int DOUBLE = 6;

    static ClassLayout of(byte[] bytes) {
        return new Walk(bytes).layout();
    }

    static int u2(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }

    static void u2(byte[] bytes, int at, int value) {
        bytes[at] = (byte) (value >> 8);
        bytes[at + 1] = (byte) value;
    }

    private static int u4(byte[] bytes, int at) {
        return u2(bytes, at) << 16 | u2(bytes, at + 2);
    }

    private static final class Walk {
        private final byte[] bytes;
        private int at = POOL_COUNT + 2;

        Walk(byte[] bytes) {
            this.bytes = bytes;
        }

        ClassLayout layout() {
            var pool = pool();
            int poolEnd = at;
            at += 6;
            at += 2 + 2 * u2(bytes, at);
            members(pool);
            int methods = at;
            var codes = members(pool);
            int methodsEnd = at;
            return new ClassLayout(poolEnd, methods, methodsEnd, codes, bootstraps(pool));
        }

        private int[] pool() {
            var pool = new int[u2(bytes, POOL_COUNT)];
            for (int i = 1; i < pool.length; i++) {
                pool[i] = at;
                int tag = bytes[at];
                at += size(tag);
                if (tag == LONG || tag == DOUBLE) {
                    i++;
                }
            }
            return pool;
        }

        /// The bytes of an entry, its tag included (JVMS §4.4).
        private int size(int tag) {
            return switch (tag) {
                case 1 -> 3 + u2(bytes, at + 1);
                case 3, 4, 9, 10, 11, 12, 17, 18 -> 5;
                case LONG, DOUBLE -> 9;
                case 7, 8, 16, 19, 20 -> 3;
                case 15 -> 4;
                default ->
                        throw new IllegalArgumentException(
                                "constant pool: expected a known tag, found " + tag);
            };
        }

        private int[] members(int[] pool) {
            var codes = new int[u2(bytes, at)];
            at += 2;
            for (int i = 0; i < codes.length; i++) {
                codes[i] = -1;
                int attributes = u2(bytes, at + 6);
                at += 8;
                for (int j = 0; j < attributes; j++) {
                    if (isNamed(pool[u2(bytes, at)], "Code")) {
                        codes[i] = at + 14;
                    }
                    at += 6 + u4(bytes, at + 2);
                }
            }
            return codes;
        }

        /// The offsets of the bootstrap methods (JVMS §4.7.23).
        private List<Integer> bootstraps(int[] pool) {
            var offsets = new ArrayList<Integer>();
            int attributes = u2(bytes, at);
            at += 2;
            for (int i = 0; i < attributes; i++) {
                if (isNamed(pool[u2(bytes, at)], "BootstrapMethods")) {
                    int entry = at + 8;
                    for (int j = u2(bytes, at + 6); j > 0; j--) {
                        offsets.add(entry);
                        entry += 4 + 2 * u2(bytes, entry + 2);
                    }
                }
                at += 6 + u4(bytes, at + 2);
            }
            return offsets;
        }

        private boolean isNamed(int entry, String name) {
            int length = u2(bytes, entry + 1);
            return length == name.length()
                    && name.equals(new String(bytes, entry + 3, length, ISO_8859_1));
        }
    }
}
