package dev.weir.telemetry;

import java.util.Objects;

/// How a service does: rate, errors and durations of its requests, which are its spans of the kinds
/// server and consumer, and those without a parent.
///
/// @param lastMinute requests that arrived during the last minute, in steps of five seconds
/// @param total requests since the window is there
public record ServiceFigures(String service, Requests lastMinute, Requests total) {
    /// Refuses null.
    public ServiceFigures {
        Objects.requireNonNull(service, "service");
        Objects.requireNonNull(lastMinute, "lastMinute");
        Objects.requireNonNull(total, "total");
    }

    /// Some requests. Quantiles are of durations in nanoseconds, at most an eighth off; 0 where
    /// there was no request.
    ///
    /// @param count how many
    /// @param errors how many of them have an error as their status
    public record Requests(long count, long errors, long p50Nanos, long p95Nanos, long p99Nanos) {}
}
