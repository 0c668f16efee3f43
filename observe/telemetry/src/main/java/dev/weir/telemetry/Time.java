package dev.weir.telemetry;

import java.time.Instant;

/// The two clocks of the machine.
interface Time {
    Time SYSTEM =
            new Time() {
                @Override
                public long nanos() {
                    return System.nanoTime();
                }

                @Override
                public long epochNanos() {
                    var now = Instant.now();
                    return now.getEpochSecond() * 1_000_000_000 + now.getNano();
                }
            };

    /// Nanoseconds that only ever go on, from anywhere.
    long nanos();

    /// Nanoseconds since 1970, as far as the machine knows them.
    long epochNanos();
}
