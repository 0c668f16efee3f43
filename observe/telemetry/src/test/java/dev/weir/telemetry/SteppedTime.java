package dev.weir.telemetry;

/// Clocks that a test moves.
final class SteppedTime implements Time {
    static final long EPOCH = 1_700_000_000_000_000_000L;
    private long nanos = 12_345;

    @Override
    public synchronized long nanos() {
        return nanos;
    }

    @Override
    public synchronized long epochNanos() {
        return nanos + EPOCH;
    }

    synchronized void advance(long by) {
        nanos += by;
    }
}
