package dev.weir.telemetry;

import java.util.Objects;
import java.util.Set;

/// A trace in a line, as far as its spans have come.
///
/// @param traceId 32 hex digits in lower case
/// @param rootName the name of the span without a parent; of the earliest one where it is missing
/// @param rootService its service
/// @param startEpochNanos when the earliest span began
/// @param durationNanos from there to the latest end
/// @param spans how many there are
/// @param errors how many of them have an error as their status
/// @param services of all spans
public record TraceSummary(
        String traceId,
        String rootName,
        String rootService,
        long startEpochNanos,
        long durationNanos,
        int spans,
        int errors,
        Set<String> services) {
    /// Copies the collections.
    public TraceSummary {
        Objects.requireNonNull(traceId, "traceId");
        Objects.requireNonNull(rootName, "rootName");
        Objects.requireNonNull(rootService, "rootService");
        services = Set.copyOf(services);
    }
}
