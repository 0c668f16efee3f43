package dev.weir.telemetry.metrics;

/// The last value that was set, as a long or as the bits of a double. It has one stripe: where two
/// threads set it at once, the one that comes second to the stripe counts as the earlier one.
final class LastValue extends Cell {
    long bits;

    @Override
    Cell stripe() {
        return new LastValue();
    }

    @Override
    void addTo(Cell other) {
        ((LastValue) other).bits = bits;
    }

    @Override
    void clear() {
        bits = 0;
    }
}
