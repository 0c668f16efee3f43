package dev.weir.telemetry.otlp;

import java.time.Duration;
import java.util.Map;

/// Where complete requests go: an exporter, or a test's list.
///
/// Thread-safe.
public interface Sink extends AutoCloseable {
    /// Takes a payload over, always, and never blocks: what cannot be kept is dropped, counted by
    /// its reason, and released.
    void accept(Payload payload);

    /// Waits until what was taken over before is delivered, written to disk or dropped.
    ///
    /// @return whether that happened within the timeout
    boolean flush(Duration timeout);

    /// What was done so far; nothing where a sink does not count.
    default ExportStats stats() {
        return new ExportStats(Map.of(), 0, 0);
    }

    /// Flushes for a bounded time, then gives everything back. What comes later is dropped.
    @Override
    void close();
}
