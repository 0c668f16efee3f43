package dev.weir.telemetry;

import dev.weir.context.BinarySpanContext;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// The identity of a span that started here: its span context, and the first half of its object, so
/// that a span and its context are one allocation.
///
/// Valid for ever: the identity never changes, whatever becomes of the span.
abstract class SpanIds implements BinarySpanContext {
    private static final TraceFlags[] FLAGS = new TraceFlags[256];

    static {
        for (int i = 0; i < FLAGS.length; i++) {
            FLAGS[i] = TraceFlags.fromByte((byte) i);
        }
    }

    /// The life of a recording span, in the low byte of `state`; the trace flags are above it.
    static final int OPEN = 0;

    static final int SHARED = 1;
    static final int ENDED = 2;
    static final int LIFE = 0xff;
    static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(SpanIds.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final long traceHigh;
    final long traceLow;
    final long spanId;
    private final TraceState traceState;

    @SuppressWarnings("unused") // by STATE
    private int state;

    SpanIds(long traceHigh, long traceLow, long spanId, TraceState traceState, int state) {
        this.traceHigh = traceHigh;
        this.traceLow = traceLow;
        this.spanId = spanId;
        this.traceState = traceState;
        this.state = state;
    }

    /// The state of a span that is in use, by whatever thread reads it.
    final int state() {
        return (int) STATE.getOpaque(this);
    }

    final int flags() {
        return state() >>> 8;
    }

    // The ids as text come from the interface: OpenTelemetry's own TraceId and SpanId write them
    // into
    // a buffer of the thread, over the header that its propagator is writing there.

    @Override
    public final long traceIdHigh() {
        return traceHigh;
    }

    @Override
    public final long traceIdLow() {
        return traceLow;
    }

    @Override
    public final long spanIdBits() {
        return spanId;
    }

    @Override
    public final boolean isSampled() {
        return (flags() & 1) != 0;
    }

    @Override
    public final TraceFlags getTraceFlags() {
        return FLAGS[flags()];
    }

    @Override
    public final TraceState getTraceState() {
        return traceState;
    }

    @Override
    public final boolean isValid() {
        return true;
    }

    @Override
    public final boolean isRemote() {
        return false;
    }

    /// Equal to every context with the same content, whoever made it.
    @Override
    public final boolean equals(@Nullable Object other) {
        return other == this
                || other instanceof SpanContext that
                        && !that.isRemote()
                        && getSpanId().equals(that.getSpanId())
                        && getTraceId().equals(that.getTraceId())
                        && getTraceFlags().equals(that.getTraceFlags())
                        && traceState.equals(that.getTraceState());
    }

    @Override
    public final int hashCode() {
        return Long.hashCode(traceLow ^ spanId);
    }

    @Override
    public final String toString() {
        return "traceId="
                + getTraceId()
                + ", spanId="
                + getSpanId()
                + ", flags="
                + getTraceFlags().asHex()
                + ", traceState="
                + traceState.asMap();
    }
}
