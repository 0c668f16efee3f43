package dev.weir.telemetry;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceState;
import org.jspecify.annotations.Nullable;

/// Decides at a span's start whether it is recorded and sent. Thread-safe, without state.
interface Sampler {
    /// The trace state that a sampled span carries, or null where it is not sampled.
    ///
    /// @param parent the parent's context, invalid for a root
    /// @param traceHigh the first half of the trace id
    /// @param traceLow the second half of the trace id
    @Nullable TraceState sample(SpanContext parent, long traceHigh, long traceLow);

    /// The trace state that a span carries which was not sampled.
    default TraceState unsampled(SpanContext parent) {
        return parent.getTraceState();
    }
}
