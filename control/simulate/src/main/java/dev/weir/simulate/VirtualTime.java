package dev.weir.simulate;

import dev.weir.reconcile.Time;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/// Time that passes only when nothing else can happen. One thread uses it.
final class VirtualTime extends Clock implements Time {
    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

    private long nanos;

    @Override
    public Instant now() {
        return START.plusNanos(nanos);
    }

    @Override
    public Instant instant() {
        return now();
    }

    @Override
    public long nanos() {
        return nanos;
    }

    /// Lets time pass up to a moment of [#nanos()] that has not passed yet.
    void advanceTo(long moment) {
        nanos = Math.max(nanos, moment);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
