package dev.weir.telemetry.metrics;

/// A sum of doubles.
class DoubleSum extends Cell {
    double sum;

    @Override
    final Cell stripe() {
        return new Padded();
    }

    @Override
    final void addTo(Cell other) {
        ((DoubleSum) other).sum += sum;
    }

    @Override
    final void clear() {
        sum = 0;
    }

    /// Keeps what another thread writes off the cache line.
    @SuppressWarnings("unused")
    private static final class Padded extends DoubleSum {
        private long a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p;
    }
}
