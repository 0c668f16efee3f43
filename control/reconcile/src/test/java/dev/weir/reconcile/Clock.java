package dev.weir.reconcile;

import java.time.Duration;
import java.time.Instant;

/// Time that passes when a test says so.
final class Clock implements Time {
    private long nanos = 1_000;

    @Override
    public Instant now() {
        return Instant.EPOCH.plusNanos(nanos);
    }

    @Override
    public long nanos() {
        return nanos;
    }

    void pass(Duration time) {
        nanos += time.toNanos();
    }
}
