package dev.weir.telemetry;

import org.jspecify.annotations.Nullable;

/// Which traces are wanted.
///
/// @param service those that a span of this service is part of; null for any
/// @param errors only those with a span whose status is an error
/// @param leastNanos those that took at least as long, in nanoseconds
public record TraceFilter(@Nullable String service, boolean errors, long leastNanos) {
    /// All traces.
    public static final TraceFilter ALL = new TraceFilter(null, false, 0);

    /// Whether a trace is wanted.
    boolean matches(TraceSummary trace) {
        return (service == null || trace.services().contains(service))
                && (!errors || trace.errors() > 0)
                && trace.durationNanos() >= leastNanos;
    }
}
