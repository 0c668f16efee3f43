package dev.weir.telemetry.metrics;

/// A sum of longs, which wraps as longs do.
class LongSum extends Cell {
    long sum;

    @Override
    final Cell stripe() {
        return new Padded();
    }

    @Override
    final void addTo(Cell other) {
        ((LongSum) other).sum += sum;
    }

    @Override
    final void clear() {
        sum = 0;
    }

    /// Keeps what another thread writes off the cache line.
    @SuppressWarnings("unused")
    private static final class Padded extends LongSum {
        private long a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p;
    }
}
