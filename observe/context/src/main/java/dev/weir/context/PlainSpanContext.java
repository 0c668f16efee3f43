package dev.weir.context;

import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A span context of three longs. The ids as text are made by whoever asks first; two threads may
/// both make them, which does no harm.
sealed class PlainSpanContext implements BinarySpanContext permits RemoteSpan {
    private final long high;
    private final long low;
    private final long spanId;
    private final TraceState state;
    private final byte flags;
    private final boolean remote;
    private @Nullable String traceIdText;
    private @Nullable String spanIdText;

    PlainSpanContext(
            long high, long low, long spanId, int flags, TraceState state, boolean remote) {
        this.high = high;
        this.low = low;
        this.spanId = spanId;
        this.flags = (byte) (flags & TraceBytes.FLAGS);
        this.state = Objects.requireNonNull(state, "state");
        this.remote = remote;
    }

    @Override
    public final long traceIdHigh() {
        return high;
    }

    @Override
    public final long traceIdLow() {
        return low;
    }

    @Override
    public final long spanIdBits() {
        return spanId;
    }

    @Override
    public final String getTraceId() {
        var text = traceIdText;
        if (text == null) {
            text = makeTraceId();
            traceIdText = text;
        }
        return text;
    }

    @Override
    public final String getSpanId() {
        var text = spanIdText;
        if (text == null) {
            text = makeSpanId();
            spanIdText = text;
        }
        return text;
    }

    String makeTraceId() {
        return Hex.string(high, low);
    }

    String makeSpanId() {
        return Hex.string(spanId);
    }

    @Override
    public final boolean isSampled() {
        return (flags & TraceBytes.SAMPLED) != 0;
    }

    @Override
    public final TraceFlags getTraceFlags() {
        return TraceFlags.fromByte(flags);
    }

    @Override
    public final TraceState getTraceState() {
        return state;
    }

    @Override
    public final boolean isRemote() {
        return remote;
    }

    @Override
    public final boolean equals(@Nullable Object other) {
        return other instanceof PlainSpanContext context
                && high == context.high
                && low == context.low
                && spanId == context.spanId
                && flags == context.flags
                && remote == context.remote
                && state.equals(context.state);
    }

    @Override
    public final int hashCode() {
        return Long.hashCode(low ^ high) * 31 + Long.hashCode(spanId);
    }

    @Override
    public final String toString() {
        return "SpanContext[traceId=%s, spanId=%s, flags=%s, state=%s, remote=%s]"
                .formatted(getTraceId(), getSpanId(), getTraceFlags(), state, remote);
    }
}
