package dev.weir.context;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// B3: reads both forms, the single header first, and writes one of them. The debug state is read
/// as sampled, and not written.
enum B3Propagator implements TextMapPropagator {
    SINGLE {
        @Override
        public Collection<String> fields() {
            return List.of(COMBINED);
        }

        @Override
        <C> void inject(SpanContext span, @Nullable C carrier, TextMapSetter<C> setter) {
            setter.set(
                    carrier,
                    COMBINED,
                    span.getTraceId() + "-" + span.getSpanId() + "-" + sampled(span));
        }
    },
    MULTI {
        @Override
        public Collection<String> fields() {
            return List.of(TRACE_ID, SPAN_ID, SAMPLED);
        }

        @Override
        <C> void inject(SpanContext span, @Nullable C carrier, TextMapSetter<C> setter) {
            setter.set(carrier, TRACE_ID, span.getTraceId());
            setter.set(carrier, SPAN_ID, span.getSpanId());
            setter.set(carrier, SAMPLED, sampled(span));
        }
    };

    private static final String COMBINED = "b3";
    private static final String TRACE_ID = "X-B3-TraceId";
    private static final String SPAN_ID = "X-B3-SpanId";
    private static final String SAMPLED = "X-B3-Sampled";
    private static final String FLAGS = "X-B3-Flags";

    abstract <C> void inject(SpanContext span, @Nullable C carrier, TextMapSetter<C> setter);

    private static String sampled(SpanContext span) {
        return span.isSampled() ? "1" : "0";
    }

    @Override
    public <C> void inject(Context context, @Nullable C carrier, TextMapSetter<C> setter) {
        if (context == null || setter == null) {
            return;
        }
        var span = Span.fromContext(context).getSpanContext();
        if (span.isValid()) {
            inject(span, carrier, setter);
        }
    }

    @Override
    public <C> Context extract(Context context, @Nullable C carrier, TextMapGetter<C> getter) {
        if (context == null) {
            return Context.root();
        }
        if (getter == null) {
            return context;
        }
        var bytes = new byte[TraceBytes.SIZE];
        var combined = getter.get(carrier, COMBINED);
        boolean found = combined != null && B3.parse(combined, bytes, 0);
        if (!found) {
            found =
                    B3.parse(
                            getter.get(carrier, TRACE_ID),
                            getter.get(carrier, SPAN_ID),
                            getter.get(carrier, SAMPLED),
                            getter.get(carrier, FLAGS),
                            bytes,
                            0);
        }
        return found ? context.with(new RemoteSpan(bytes, TraceState.getDefault(), null)) : context;
    }
}
