package dev.weir.reconcile;

/// A count of durations by size, in the cumulative form of a Prometheus histogram. Not thread-safe.
final class Histogram {
    /// Bounds in seconds, ten to the decade step: those of client-go's work queue.
    static final double[] LATENCY = {1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 1000};

    private final double[] bounds;
    private final long[] counts;
    private final long[] limits;
    private long nanos;

    Histogram(double[] bounds) {
        this.bounds = bounds;
        this.counts = new long[bounds.length + 1];
        this.limits = new long[bounds.length];
        for (int i = 0; i < bounds.length; i++) {
            limits[i] = Math.round(bounds[i] * 1e9);
        }
    }

    void observe(long duration) {
        int i = 0;
        while (i < limits.length && duration > limits[i]) {
            i++;
        }
        counts[i]++;
        nanos += duration;
    }

    Histogram copy() {
        var copy = new Histogram(bounds);
        System.arraycopy(counts, 0, copy.counts, 0, counts.length);
        copy.nanos = nanos;
        return copy;
    }

    int buckets() {
        return bounds.length;
    }

    double bound(int i) {
        return bounds[i];
    }

    /// How many were at most the bound; for the count of bounds, how many in all.
    long cumulative(int i) {
        long sum = 0;
        for (int k = 0; k <= i; k++) {
            sum += counts[k];
        }
        return sum;
    }

    double sumSeconds() {
        return nanos / 1e9;
    }
}
