package dev.weir.reconcile;

import java.util.concurrent.atomic.AtomicLongArray;

/// A count of durations by size, as a Prometheus histogram has it. Recording takes no lock and
/// allocates nothing; any thread may read at any time.
final class Histogram {
    /// Bounds in seconds of the work queue's durations: those of client-go.
    static final double[] QUEUE = {
        1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 100, 1000
    };

    /// Bounds in seconds of the time of reconciles: those of controller-runtime.
    static final double[] RECONCILE = {
        0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8,
        0.9, 1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50,
        60
    };

    private final double[] bounds;
    private final long[] limits;

    /// The buckets, then the one above all bounds, then the sum in nanoseconds.
    private final AtomicLongArray cells;

    Histogram(double[] bounds) {
        this.bounds = bounds;
        this.cells = new AtomicLongArray(bounds.length + 2);
        this.limits = new long[bounds.length];
        for (int i = 0; i < bounds.length; i++) {
            limits[i] = Math.round(bounds[i] * 1e9);
        }
    }

    /// Counts a duration, in nanoseconds.
    void observe(long duration) {
        cells.getAndIncrement(bucket(duration));
        cells.getAndAdd(bounds.length + 1, duration);
    }

    /// The same for writers that a lock keeps apart: without the cost of an atomic addition.
    void observeAlone(long duration) {
        add(bucket(duration), 1);
        add(bounds.length + 1, duration);
    }

    private void add(int cell, long amount) {
        cells.setOpaque(cell, cells.getPlain(cell) + amount);
    }

    private int bucket(long duration) {
        int i = 0;
        while (i < limits.length && duration > limits[i]) {
            i++;
        }
        return i;
    }

    /// What was counted so far.
    Snapshot snapshot() {
        var counts = new long[bounds.length + 1];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = cells.get(i);
        }
        return new Snapshot(bounds, counts, cells.get(bounds.length + 1) / 1e9);
    }

    /// The state of a histogram: bounds in seconds, the count in each bucket and above, the sum in
    /// seconds. The arrays are nobody else's.
    record Snapshot(double[] bounds, long[] counts, double sum) {}
}
