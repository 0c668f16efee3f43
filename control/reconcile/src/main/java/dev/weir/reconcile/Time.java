package dev.weir.reconcile;

import java.time.Instant;

/// A source of time: the machine's, or a test's.
public interface Time {
    /// The machine's time.
    Time SYSTEM =
            new Time() {
                @Override
                public Instant now() {
                    return Instant.now();
                }

                @Override
                public long nanos() {
                    return System.nanoTime();
                }
            };

    /// The wall clock, which may jump.
    Instant now();

    /// Nanoseconds since some moment, which never jump: for measuring how long.
    long nanos();
}
