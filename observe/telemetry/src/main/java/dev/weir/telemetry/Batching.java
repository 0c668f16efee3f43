package dev.weir.telemetry;

import java.time.Duration;

/// When ended spans or log records are handed to the exporter.
///
/// @param delay the longest time that one waits
/// @param items how many fill a request; from 1
/// @param queue how many may be with the exporter; what comes beyond is dropped and counted. From
///   `items`
/// @param waitingBytes how many bytes may be with the engine and the exporter together; what comes
///   beyond is dropped and counted. From 64 KiB
public record Batching(Duration delay, int items, int queue, long waitingBytes) {
    /// At most 5 seconds, 512 items, 32 MiB of any number.
    public static final Batching DEFAULT =
            new Batching(Duration.ofSeconds(5), 512, Integer.MAX_VALUE, 32L << 20);

    /// Refuses what cannot work.
    public Batching {
        if (!delay.isPositive()) {
            throw new IllegalArgumentException("delay: expected above 0, found " + delay);
        }
        if (items < 1) {
            throw new IllegalArgumentException("items: expected 1 or more, found " + items);
        }
        if (queue < items) {
            throw new IllegalArgumentException(
                    "queue: expected at least " + items + ", found " + queue);
        }
        if (waitingBytes < 64 << 10) {
            throw new IllegalArgumentException(
                    "waitingBytes: expected at least 65536, found " + waitingBytes);
        }
    }
}
