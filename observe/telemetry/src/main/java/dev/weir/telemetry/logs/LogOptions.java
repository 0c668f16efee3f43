package dev.weir.telemetry.logs;

import java.time.Duration;

/// How log records are batched: `OTEL_BLRP_*` and the limits of attributes.
///
/// @param delay how long a record waits for others at most
/// @param maxQueue how many records there may be that the sink has not given back
/// @param maxBatch how many records make a request at most
/// @param maxAttributes how many attributes a record may have; more are dropped and counted in it
/// @param maxValueLength how many characters or bytes of a value are kept
public record LogOptions(
        Duration delay, int maxQueue, int maxBatch, int maxAttributes, int maxValueLength) {
    /// Refuses what is out of range.
    public LogOptions {
        if (!delay.isPositive()) {
            throw new IllegalArgumentException("delay: expected more than 0 s, found " + delay);
        }
        if (maxQueue < 1 || maxBatch < 1 || maxBatch > maxQueue) {
            throw new IllegalArgumentException(
                    "maxBatch: expected 1 to maxQueue records, found "
                            + maxBatch
                            + " of "
                            + maxQueue);
        }
        if (maxAttributes < 0 || maxValueLength < 0) {
            throw new IllegalArgumentException(
                    "maxAttributes, maxValueLength: expected 0 or more, found "
                            + maxAttributes
                            + ", "
                            + maxValueLength);
        }
    }

    /// What the specification sets where nothing is said: 1 s, 2,048 and 512 records, 128
    /// attributes of any length.
    public static LogOptions standard() {
        return new LogOptions(Duration.ofSeconds(1), 2048, 512, 128, Integer.MAX_VALUE);
    }
}
