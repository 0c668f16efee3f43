package dev.weir.telemetry.metrics;

import dev.weir.telemetry.otlp.ProtoWriter;
import java.util.Arrays;

/// Counts in a number of buckets, with sum, minimum and maximum.
class ExplicitHistogram extends Cell {
    private final int buckets;
    private final long[] counts;
    double sum;
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;

    ExplicitHistogram(int buckets) {
        this(buckets, 0);
    }

    private ExplicitHistogram(int buckets, int pad) {
        this.buckets = buckets;
        counts = new long[buckets + pad];
    }

    final void record(double value, int bucket) {
        counts[bucket]++;
        sum += value;
        if (value < min) {
            min = value;
        }
        if (value > max) {
            max = value;
        }
    }

    final long count() {
        long count = 0;
        for (long part : counts) {
            count += part;
        }
        return count;
    }

    final void writeCounts(ProtoWriter out, int field) {
        out.packedFixed64(field, counts, buckets);
    }

    @Override
    final Cell stripe() {
        return new Padded(buckets);
    }

    @Override
    final void addTo(Cell other) {
        var total = (ExplicitHistogram) other;
        for (int i = 0; i < buckets; i++) {
            total.counts[i] += counts[i];
        }
        total.sum += sum;
        total.min = Math.min(total.min, min);
        total.max = Math.max(total.max, max);
    }

    @Override
    final void clear() {
        Arrays.fill(counts, 0);
        sum = 0;
        min = Double.POSITIVE_INFINITY;
        max = Double.NEGATIVE_INFINITY;
    }

    /// Keeps what another thread writes off the cache line.
    @SuppressWarnings("unused")
    private static final class Padded extends ExplicitHistogram {
        private long a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p;

        Padded(int buckets) {
            super(buckets, PAD);
        }
    }
}
