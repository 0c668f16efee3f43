package dev.weir.telemetry.otlp;

import java.util.Arrays;
import java.util.Random;

/// Bytes with a few changes: some flipped, cut short, doubled or moved.
final class Mutation {
    private Mutation() {}

    static byte[] of(byte[] bytes, Random random) {
        var result = bytes.clone();
        for (int i = random.nextInt(4); i >= 0 && result.length > 0; i--) {
            int at = random.nextInt(result.length);
            switch (random.nextInt(4)) {
                case 0 -> result[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> result[at] = (byte) random.nextInt();
                case 2 -> result = Arrays.copyOf(result, at);
                default -> {
                    int to = Math.min(result.length, at + random.nextInt(16));
                    var part = Arrays.copyOfRange(result, at, to);
                    int length = result.length;
                    result = Arrays.copyOf(result, length + part.length);
                    System.arraycopy(part, 0, result, length, part.length);
                }
            }
        }
        return result;
    }
}
