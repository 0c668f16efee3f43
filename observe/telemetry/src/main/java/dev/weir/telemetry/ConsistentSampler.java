package dev.weir.telemetry;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceState;
import org.jspecify.annotations.Nullable;

/// Samples where a trace's 56 random bits are at or above a threshold, and writes the threshold
/// into the trace state (OpenTelemetry specification, TraceState: Probability Sampling).
///
/// The random bits are the sub-key `rv` of the member `ot`, or else the last 56 bits of the trace
/// id; the threshold is the sub-key `th`, its trailing zeros left out. What else is in `ot` stays.
final class ConsistentSampler implements Sampler {
    private static final long MAX = 1L << 56;

    /// How many digits of a threshold are kept: errors of a share stay below 1 in 65,536.
    private static final int DIGITS = 4;

    /// Spans with random bits below it are not sampled; `MAX` samples none.
    private final long threshold;

    private final String text;

    ConsistentSampler(double ratio) {
        threshold = threshold(ratio);
        text = digits(threshold);
    }

    @Override
    public @Nullable TraceState sample(SpanContext parent, long high, long low) {
        var state = parent.getTraceState();
        var members = OtState.parse(state.get(OtState.KEY));
        long random = members.random();
        if (random < 0) {
            random = random(low);
        }
        return random >= threshold ? members.withThreshold(text).in(state) : null;
    }

    @Override
    public TraceState unsampled(SpanContext parent) {
        var state = parent.getTraceState();
        return OtState.parse(state.get(OtState.KEY)).withThreshold(null).in(state);
    }

    /// The random bits of a trace id (W3C Trace Context Level 2, Random Trace ID Flag).
    static long random(long traceLow) {
        return traceLow & MAX - 1;
    }

    /// The threshold of a share, to four significant digits of its distance from `MAX`.
    static long threshold(double ratio) {
        if (ratio < 0x1p-56) {
            return MAX;
        }
        long rejected = MAX - Math.round(ratio * MAX);
        // Leading f digits say how small the share is, and do not count.
        int leading = Math.max(0, (int) Math.floor(-Math.log(ratio) / Math.log(16)));
        int dropped = Math.max(0, 14 - DIGITS - leading) * 4;
        long rounded =
                dropped == 0 ? rejected : rejected + (1L << dropped - 1) >> dropped << dropped;
        return Math.min(rounded, MAX);
    }

    private static String digits(long threshold) {
        if (threshold == 0) {
            return "0";
        }
        var digits = String.format("%014x", threshold);
        int end = digits.length();
        while (digits.charAt(end - 1) == '0') {
            end--;
        }
        return digits.substring(0, end);
    }
}
