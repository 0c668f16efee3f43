package dev.weir.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A span about to start. One thread at a time.
final class SpanStart implements SpanBuilder {
    private final ScopeTracer tracer;
    private final String name;
    private @Nullable Context parent;
    private SpanKind kind = SpanKind.INTERNAL;
    private long startEpoch;

    /// What to tell the span first, two by two: a key and a value, or a link's context and its
    /// attributes; null: nothing.
    private @Nullable List<Object> first;

    SpanStart(ScopeTracer tracer, String name) {
        this.tracer = tracer;
        this.name = name;
    }

    @Override
    public SpanBuilder setParent(Context context) {
        if (context != null) {
            parent = context;
        }
        return this;
    }

    @Override
    public SpanBuilder setNoParent() {
        parent = Context.root();
        return this;
    }

    @Override
    public SpanBuilder setSpanKind(SpanKind kind) {
        if (kind != null) {
            this.kind = kind;
        }
        return this;
    }

    @Override
    public SpanBuilder setStartTimestamp(long time, TimeUnit unit) {
        if (time >= 0 && unit != null) {
            startEpoch = unit.toNanos(time);
        }
        return this;
    }

    @Override
    public SpanBuilder addLink(SpanContext context) {
        return addLink(context, Attributes.empty());
    }

    @Override
    public SpanBuilder addLink(SpanContext context, @Nullable Attributes attributes) {
        var all = attributes == null ? Attributes.empty() : attributes;
        if (context != null && !RecordingSpan.isEmptyLink(context, all)) {
            first(context, all);
        }
        return this;
    }

    @Override
    public SpanBuilder setAttribute(String key, @Nullable String value) {
        if (key != null && !key.isEmpty() && value != null) {
            first(key, value);
        }
        return this;
    }

    @Override
    public SpanBuilder setAttribute(String key, long value) {
        if (key != null && !key.isEmpty()) {
            first(key, value);
        }
        return this;
    }

    @Override
    public SpanBuilder setAttribute(String key, double value) {
        if (key != null && !key.isEmpty()) {
            first(key, value);
        }
        return this;
    }

    @Override
    public SpanBuilder setAttribute(String key, boolean value) {
        if (key != null && !key.isEmpty()) {
            first(key, value);
        }
        return this;
    }

    @Override
    public <T> SpanBuilder setAttribute(AttributeKey<T> key, @Nullable T value) {
        if (key != null && !key.getKey().isEmpty() && value != null) {
            first(key, value);
        }
        return this;
    }

    private void first(Object subject, Object value) {
        var pairs = first;
        if (pairs == null) {
            pairs = new ArrayList<>(16);
            first = pairs;
        }
        pairs.add(subject);
        pairs.add(value);
    }

    @Override
    public Span startSpan() {
        var context = parent == null ? Context.current() : parent;
        var pairs = first;
        first = null;
        return tracer.start(name, kind, context, startEpoch, pairs);
    }
}
