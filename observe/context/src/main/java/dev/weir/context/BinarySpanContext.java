package dev.weir.context;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceState;

/// A span context that has its ids as bits, so that it goes into headers and bytes without text
/// between. Meant to be implemented by spans and contexts of an engine; [#of] makes a plain one.
///
/// An implementation is immutable but for what it caches, thread-safe, and has ids and flags that
/// agree with the methods of [SpanContext].
public interface BinarySpanContext extends SpanContext {
    /// The first 8 bytes of the trace id.
    long traceIdHigh();

    /// The last 8 bytes of the trace id.
    long traceIdLow();

    /// The span id.
    long spanIdBits();

    /// A context of these parts, which makes its ids as text when they are first asked for. It
    /// equals every other context of this module with the same parts.
    ///
    /// @param flags the trace flags; unknown ones are dropped
    /// @param remote whether it came from another process
    static BinarySpanContext of(
            long high, long low, long spanId, int flags, TraceState state, boolean remote) {
        return new PlainSpanContext(high, low, spanId, flags, state, remote);
    }

    /// A context of 32 bytes, as from another process.
    ///
    /// @param state the tracestate that came with them
    static BinarySpanContext of(byte[] context, int at, TraceState state) {
        return of(
                TraceBytes.traceIdHigh(context, at),
                TraceBytes.traceIdLow(context, at),
                TraceBytes.spanId(context, at),
                TraceBytes.flags(context, at),
                state,
                true);
    }

    /// Writes any valid span context as 32 bytes, with the sampling threshold of its tracestate.
    static void write(SpanContext context, byte[] to, int at) {
        int flags = context.getTraceFlags().asByte();
        if (context instanceof BinarySpanContext binary) {
            TraceBytes.write(
                    to, at, binary.traceIdHigh(), binary.traceIdLow(), binary.spanIdBits(), flags);
        } else {
            var traceId = context.getTraceId();
            TraceBytes.write(
                    to,
                    at,
                    Long.parseUnsignedLong(traceId, 0, 16, 16),
                    Long.parseUnsignedLong(traceId, 16, 32, 16),
                    Long.parseUnsignedLong(context.getSpanId(), 16),
                    flags);
        }
        if (!context.getTraceState().isEmpty()) {
            var state = TraceStateHeader.of(context.getTraceState());
            TraceBytes.setThreshold(to, at, state.samplingThreshold());
        }
    }

    @Override
    default boolean isValid() {
        return (traceIdHigh() | traceIdLow()) != 0 && spanIdBits() != 0;
    }

    @Override
    default String getTraceId() {
        return Hex.string(traceIdHigh(), traceIdLow());
    }

    @Override
    default String getSpanId() {
        return Hex.string(spanIdBits());
    }
}
