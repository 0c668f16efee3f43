package dev.weir.telemetry.metrics;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;

/// Which measurements may become exemplars: `OTEL_METRICS_EXEMPLAR_FILTER`.
public enum ExemplarFilter {
    /// Every measurement.
    ALWAYS_ON,
    /// None.
    ALWAYS_OFF,
    /// Those made within a sampled span.
    TRACE_BASED;

    /// The span that an exemplar would name; nothing where the measurement is not eligible. The
    /// current context is looked up only where the answer depends on it.
    @Nullable SpanContext eligible(@Nullable Context context) {
        if (this == ALWAYS_OFF) {
            return null;
        }
        var span = Span.fromContext(context == null ? Context.current() : context);
        var spanContext = span.getSpanContext();
        return this == ALWAYS_ON || spanContext.isSampled() ? spanContext : null;
    }
}
