package dev.weir.telemetry.metrics;

import org.jspecify.annotations.Nullable;

/// The index of a value's bucket at one of the scales 1 to 7, which is where histograms of widely
/// spread values end. It is what [ScaleTwenty] says, shifted, and found sooner: the upper bits of
/// the significand cut an octave into slots shorter than a bucket, a table has the bucket in which
/// each slot begins and the last number of that bucket, and one comparison does the rest.
///
/// Immutable.
final class CoarseScale {
    private static final int MOST = 7;
    private static final int SIGNIFICAND_BITS = 52;
    private static final long SIGNIFICAND = (1L << SIGNIFICAND_BITS) - 1;
    private static final @Nullable CoarseScale[] KNOWN = new CoarseScale[MOST + 1];

    private final int scale;
    private final int shift;
    private final int mask;

    /// By slot: the significand of the last number in the bucket.
    private final long[] last;

    /// By slot: the bucket within the octave.
    private final int[] bucket;

    private CoarseScale(int scale) {
        this.scale = scale;
        int slots = 2 << scale;
        shift = SIGNIFICAND_BITS - scale - 1;
        mask = slots - 1;
        last = new long[slots];
        bucket = new int[slots];
        for (int i = 0; i < slots; i++) {
            long start = 1023L << SIGNIFICAND_BITS | (long) i << shift;
            bucket[i] = i == 0 ? 0 : exact(Double.longBitsToDouble(start));
            last[i] = last(bucket[i]);
        }
    }

    /// The scale's indices; nothing where [ScaleTwenty] has to tell them.
    static @Nullable CoarseScale of(int scale) {
        if (scale < 1 || scale > MOST) {
            return null;
        }
        // Two threads may make the same one; both are good.
        var known = KNOWN[scale];
        return known == null ? KNOWN[scale] = new CoarseScale(scale) : known;
    }

    /// @param value normal and above 0
    int index(double value) {
        long bits = Double.doubleToRawLongBits(value);
        int octave = (int) (bits >>> SIGNIFICAND_BITS) - 1023 << scale;
        long significand = bits & SIGNIFICAND;
        int slot = (int) (bits >>> shift) & mask;
        int within = bucket[slot] + (significand > last[slot] ? 1 : 0);
        return octave + (significand == 0 ? -1 : within);
    }

    private int exact(double value) {
        return ScaleTwenty.index(value) >> ScaleTwenty.SCALE - scale;
    }

    /// The significand of the last number of a bucket in the first octave.
    private long last(int bucket) {
        double bound =
                Math.min(Math.pow(2, (bucket + 1) / (double) (1 << scale)), Math.nextDown(2.0));
        while (exact(bound) > bucket) {
            bound = Math.nextDown(bound);
        }
        while (Math.nextUp(bound) < 2 && exact(Math.nextUp(bound)) <= bucket) {
            bound = Math.nextUp(bound);
        }
        return Double.doubleToRawLongBits(bound) & SIGNIFICAND;
    }
}
