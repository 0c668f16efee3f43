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

    /// @param context as 32 bytes
    /// @param header where it came from, if that is the very text that [TraceParent] would write:
    ///   it is sent on, and the ids as text are cut out of it
    RemoteSpan(byte[] context, TraceState state, @Nullable String header) {
        super(
                TraceBytes.traceIdHigh(context, 0),
                TraceBytes.traceIdLow(context, 0),
                TraceBytes.spanId(context, 0),
                TraceBytes.flags(context, 0),
                state,
                true);
        this.header = header;
    }

    /// The `traceparent` of this span, where one is at hand.
    @Nullable String header() {
        return header;
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
