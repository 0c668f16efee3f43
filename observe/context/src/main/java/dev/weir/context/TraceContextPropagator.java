package dev.weir.context;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `traceparent` and `tracestate`. A carrier with two values of `traceparent` has none (W3C Trace
/// Context, level 2, §3.2: one header); several of `tracestate` are one list.
enum TraceContextPropagator implements TextMapPropagator {
    INSTANCE;

    private static final String PARENT = "traceparent";
    private static final String STATE = "tracestate";
    private static final List<String> FIELDS = List.of(PARENT, STATE);

    @Override
    public Collection<String> fields() {
        return FIELDS;
    }

    @Override
    public <C> void inject(Context context, @Nullable C carrier, TextMapSetter<C> setter) {
        if (context == null || setter == null) {
            return;
        }
        var span = Span.fromContext(context).getSpanContext();
        if (!span.isValid()) {
            return;
        }
        setter.set(carrier, PARENT, TraceParent.format(span));
        var state = span.getTraceState();
        if (state != TraceState.getDefault()) {
            var header = TraceStateHeader.of(state).header();
            if (!header.isEmpty()) {
                setter.set(carrier, STATE, header);
            }
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
        boolean all = CarrierValues.tellsAll(getter);
        var parent =
                all
                        ? CarrierValues.single(getter.getAll(carrier, PARENT))
                        : getter.get(carrier, PARENT);
        if (parent == null) {
            return context;
        }
        var span = TraceParent.parse(parent, state(carrier, getter, all));
        return span == null ? context : context.with(span);
    }

    private static <C> TraceState state(@Nullable C carrier, TextMapGetter<C> getter, boolean all) {
        if (all) {
            var values = getter.getAll(carrier, STATE);
            return values == null || !values.hasNext()
                    ? TraceState.getDefault()
                    : TraceStateHeader.of(values);
        }
        var value = getter.get(carrier, STATE);
        return value == null ? TraceState.getDefault() : TraceStateHeader.of(value);
    }
}
