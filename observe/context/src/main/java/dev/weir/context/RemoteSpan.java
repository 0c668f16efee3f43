package dev.weir.context;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceState;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A span of another process: its context, and nothing to record. One object is both, where the API
/// has two.
final class RemoteSpan extends PlainSpanContext implements Span {
    private final @Nullable String header;

    /// @param header where it came from, for the ids as text; null where they are not in it at the
    ///   places of [TraceParent]
    RemoteSpan(
            long high,
            long low,
            long spanId,
            int flags,
            TraceState state,
            @Nullable String header) {
        super(high, low, spanId, flags, state, true);
        this.header = header;
    }

    @Override
    String makeTraceId() {
        return header == null
                ? super.makeTraceId()
                : header.substring(TraceParent.TRACE_ID, TraceParent.TRACE_ID + 32);
    }

    @Override
    String makeSpanId() {
        return header == null
                ? super.makeSpanId()
                : header.substring(TraceParent.SPAN_ID, TraceParent.SPAN_ID + 16);
    }

    @Override
    public SpanContext getSpanContext() {
        return this;
    }

    @Override
    public boolean isRecording() {
        return false;
    }

    @Override
    public <T> Span setAttribute(AttributeKey<T> key, @Nullable T value) {
        return this;
    }

    @Override
    public Span addEvent(String name, Attributes attributes) {
        return this;
    }

    @Override
    public Span addEvent(String name, Attributes attributes, long timestamp, TimeUnit unit) {
        return this;
    }

    @Override
    public Span setStatus(StatusCode code, String description) {
        return this;
    }

    @Override
    public Span recordException(Throwable exception, Attributes attributes) {
        return this;
    }

    @Override
    public Span updateName(String name) {
        return this;
    }

    @Override
    public void end() {}

    @Override
    public void end(long timestamp, TimeUnit unit) {}
}
