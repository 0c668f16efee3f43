package dev.weir.telemetry;

import java.util.Arrays;

/// How durations spread: eight buckets for each doubling, from one microsecond to an hour. Not
/// thread-safe.
final class DurationHistogram {
    private static final int STEPS_BITS = 3;
    private static final int STEPS = 1 << STEPS_BITS;

    /// 2^10 ns and 2^42 ns.
    private static final int LEAST_BITS = 10;

    private static final int GREATEST_BITS = 42;
    private static final int BUCKETS = (GREATEST_BITS - LEAST_BITS) * STEPS;

    private final int[] counts = new int[BUCKETS];
    private long count;
    private long errors;

    void add(long nanos, boolean error) {
        counts[bucket(nanos)]++;
        count++;
        if (error) {
            errors++;
        }
    }

    void addAll(DurationHistogram other) {
        for (int i = 0; i < BUCKETS; i++) {
            counts[i] += other.counts[i];
        }
        count += other.count;
        errors += other.errors;
    }

    void clear() {
        Arrays.fill(counts, 0);
        count = 0;
        errors = 0;
    }

    ServiceFigures.Requests figures() {
        return new ServiceFigures.Requests(
                count, errors, quantile(0.5), quantile(0.95), quantile(0.99));
    }

    private static int bucket(long nanos) {
        long bounded = Math.clamp(nanos, 1L << LEAST_BITS, (1L << GREATEST_BITS) - 1);
        int bits = 63 - Long.numberOfLeadingZeros(bounded);
        int step = (int) (bounded >>> (bits - STEPS_BITS)) - STEPS;
        return (bits - LEAST_BITS) * STEPS + step;
    }

    /// The middle of the bucket in which the quantile lies.
    private long quantile(double quantile) {
        if (count == 0) {
            return 0;
        }
        long rank = (long) Math.ceil(quantile * count);
        long seen = 0;
        for (int i = 0; i < BUCKETS; i++) {
            seen += counts[i];
            if (seen >= rank) {
                int bits = LEAST_BITS + i / STEPS;
                long width = 1L << (bits - STEPS_BITS);
                return (STEPS + i % STEPS) * width + width / 2;
            }
        }
        return 1L << GREATEST_BITS;
    }
}
