package dev.weir.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceState;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A span that is not recorded: an identity to hand on, and nothing else.
final class UnsampledSpan extends SpanIds implements Span {
    UnsampledSpan(long traceHigh, long traceLow, long spanId, TraceState traceState, int flags) {
        super(traceHigh, traceLow, spanId, traceState, flags << 8 | ENDED);
    }

    @Override
    public Span setAttribute(String key, @Nullable String value) {
        return this;
    }

    @Override
    public Span setAttribute(String key, long value) {
        return this;
    }

    @Override
    public Span setAttribute(String key, double value) {
        return this;
    }

    @Override
    public Span setAttribute(String key, boolean value) {
        return this;
    }

    @Override
    public <T> Span setAttribute(AttributeKey<T> key, @Nullable T value) {
        return this;
    }

    @Override
    public Span setAttribute(AttributeKey<Long> key, int value) {
        return this;
    }

    @Override
    public Span setAllAttributes(Attributes attributes) {
        return this;
    }

    @Override
    public Span addEvent(String name, Attributes attributes) {
        return this;
    }

    @Override
    public Span addEvent(String name, Attributes attributes, long time, TimeUnit unit) {
        return this;
    }

    @Override
    public Span addLink(SpanContext context, Attributes attributes) {
        return this;
    }

    @Override
    public Span setStatus(StatusCode code, String description) {
        return this;
    }

    @Override
    public Span recordException(Throwable exception, Attributes additional) {
        return this;
    }

    @Override
    public Span updateName(String name) {
        return this;
    }

    @Override
    public void end() {}

    @Override
    public void end(long time, TimeUnit unit) {}

    @Override
    public SpanContext getSpanContext() {
        return this;
    }

    @Override
    public boolean isRecording() {
        return false;
    }
}
