package dev.weir.context;

import org.jspecify.annotations.Nullable;

/// B3 of Zipkin, in one header `b3` or in several `X-B3-...` (openzipkin/b3-propagation), into the
/// layout of [TraceBytes]. Trace ids may have 8 bytes; digits are lower case. A decision without
/// ids makes no context.
final class B3 {
    private static final int SPAN_DIGITS = 16;
    private static final int TRACE_DIGITS = 32;

    private B3() {}

    /// Reads `{trace id}-{span id}-{sampling state}-{parent id}`, the last two optional.
    static boolean parse(String header, byte[] to, int at) {
        int span = header.indexOf('-') + 1;
        int state = header.indexOf('-', span) + 1;
        if (span == 0) {
            return false;
        }
        var traceId = header.substring(0, span - 1);
        if (state == 0) {
            return parse(traceId, header.substring(span), null, null, to, at);
        }
        int parent = header.indexOf('-', state);
        if (parent >= 0 && header.indexOf('-', parent + 1) >= 0) {
            return false;
        }
        var sampled = header.substring(state, parent < 0 ? header.length() : parent);
        var flags = sampled.equals("d") ? "1" : null;
        return parse(traceId, header.substring(span, state - 1), sampled, flags, to, at);
    }

    /// Reads the values of `X-B3-TraceId`, `-SpanId`, `-Sampled` and `-Flags`.
    static boolean parse(
            @Nullable String traceId,
            @Nullable String spanId,
            @Nullable String sampled,
            @Nullable String flags,
            byte[] to,
            int at) {
        if (traceId == null
                || spanId == null
                || traceId.length() != SPAN_DIGITS && traceId.length() != TRACE_DIGITS
                || spanId.length() != SPAN_DIGITS
                || !isHex(traceId)
                || !isHex(spanId)) {
            return false;
        }
        int split = traceId.length() - SPAN_DIGITS;
        long high = split == 0 ? 0 : Long.parseUnsignedLong(traceId, 0, split, 16);
        long low = Long.parseUnsignedLong(traceId, split, traceId.length(), 16);
        long span = Long.parseUnsignedLong(spanId, 16);
        if ((high | low) == 0 || span == 0) {
            return false;
        }
        TraceBytes.write(to, at, high, low, span, isSampled(sampled, flags) ? 1 : 0);
        return true;
    }

    private static boolean isSampled(@Nullable String sampled, @Nullable String flags) {
        return "1".equals(flags) || "1".equals(sampled) || "true".equalsIgnoreCase(sampled);
    }

    private static boolean isHex(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }
}
