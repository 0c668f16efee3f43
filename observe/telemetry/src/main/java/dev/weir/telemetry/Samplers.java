package dev.weir.telemetry;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceState;
import org.jspecify.annotations.Nullable;

/// Samplers of the choices in [Sampling].
final class Samplers {
    private Samplers() {}

    static Sampler of(Sampling sampling) {
        // No switch over patterns: each engine comes by here, and a start that loads what such a
        // switch is made with takes twice as long, also from an AOT cache.
        if (sampling instanceof Sampling.ParentBased parentBased) {
            return new ParentBased(of(parentBased.root()));
        }
        if (sampling instanceof Sampling.TraceIdRatio ratio) {
            return new TraceIdRatio(bound(ratio.ratio()));
        }
        if (sampling instanceof Sampling.Consistent consistent) {
            return new ConsistentSampler(consistent.ratio());
        }
        return sampling instanceof Sampling.AlwaysOn ? new AlwaysOn() : new AlwaysOff();
    }

    private static long bound(double ratio) {
        return ratio == 1 ? Long.MAX_VALUE : (long) (ratio * Long.MAX_VALUE);
    }

    private record AlwaysOn() implements Sampler {
        @Override
        public TraceState sample(SpanContext parent, long high, long low) {
            return parent.getTraceState();
        }
    }

    private record AlwaysOff() implements Sampler {
        @Override
        public @Nullable TraceState sample(SpanContext parent, long high, long low) {
            return null;
        }
    }

    private record TraceIdRatio(long bound) implements Sampler {
        @Override
        public @Nullable TraceState sample(SpanContext parent, long high, long low) {
            // Long.MIN_VALUE has no absolute value; the SDK samples it unless the ratio is 0.
            return bound > 0 && Math.abs(low) < bound ? parent.getTraceState() : null;
        }
    }

    private record ParentBased(Sampler root) implements Sampler {
        @Override
        public @Nullable TraceState sample(SpanContext parent, long high, long low) {
            if (!parent.isValid()) {
                return root.sample(parent, high, low);
            }
            return parent.isSampled() ? parent.getTraceState() : null;
        }

        @Override
        public TraceState unsampled(SpanContext parent) {
            return parent.isValid() ? parent.getTraceState() : root.unsampled(parent);
        }
    }
}
