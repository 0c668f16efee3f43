package dev.weir.telemetry.otlp;

import java.util.Locale;

/// Why an exporter gave up what it was handed.
public enum DropReason {
    /// As much waits in memory as may.
    QUEUE_FULL,
    /// The receiver refused it for good, all or a part.
    REJECTED,
    /// The oldest on disk, when newer ones needed its place; or a request larger than the spool.
    SPOOL_FULL,
    /// It could not be delivered for as long as it is kept in memory.
    DEADLINE,
    /// Its bytes could not be read: from disk, or for JSON.
    MALFORMED,
    /// No endpoint takes its signal.
    NO_ENDPOINT,
    /// The exporter was closed.
    CLOSED;

    /// The reason as the value of an attribute.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
