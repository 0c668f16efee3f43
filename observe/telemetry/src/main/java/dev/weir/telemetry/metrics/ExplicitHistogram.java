package dev.weir.telemetry.metrics;

/// Counts in buckets of given boundaries, with sum, minimum and maximum.
class ExplicitHistogram extends Cell {
    private final double[] boundaries;
    final long[] counts;
    double sum;
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;

    ExplicitHistogram(double[] boundaries) {
        this.boundaries = boundaries;
        counts = new long[boundaries.length + 1];
    }

    /// The bucket of a value: how many boundaries lie below it.
    static int bucket(double[] boundaries, double value) {
        int from = 0;
        int length = boundaries.length;
        while (length > 0) {
            int half = length >>> 1;
            if (boundaries[from + half] < value) {
                from += half + 1;
                length -= half + 1;
            } else {
                length = half;
            }
        }
        return from;
    }

    final void record(double value, int bucket) {
        counts[bucket]++;
        sum += value;
        min = value < min ? value : min;
        max = value > max ? value : max;
    }

    final long count() {
        long count = 0;
        for (long part : counts) {
            count += part;
        }
        return count;
    }

    @Override
    final Cell stripe() {
        return new Padded(boundaries);
    }

    @Override
    final void addTo(Cell other) {
        var total = (ExplicitHistogram) other;
        for (int i = 0; i < counts.length; i++) {
            total.counts[i] += counts[i];
        }
        total.sum += sum;
        total.min = Math.min(total.min, min);
        total.max = Math.max(total.max, max);
    }

    @Override
    final void clear() {
        java.util.Arrays.fill(counts, 0);
        sum = 0;
        min = Double.POSITIVE_INFINITY;
        max = Double.NEGATIVE_INFINITY;
    }

    /// Keeps what another thread writes off the cache line.
    @SuppressWarnings("unused")
    private static final class Padded extends ExplicitHistogram {
        private long a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p;

        Padded(double[] boundaries) {
            super(boundaries);
        }
    }
}
