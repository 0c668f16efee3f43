package dev.weir.telemetry;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceState;
import org.jspecify.annotations.Nullable;

/// Samplers of the choices in [Sampling].
final class Samplers {
    private Samplers() {}

    static Sampler of(Sampling sampling) {
        return switch (sampling) {
            case Sampling.AlwaysOn _ -> new AlwaysOn();
            case Sampling.AlwaysOff _ -> new AlwaysOff();
            case Sampling.TraceIdRatio(var ratio) -> new TraceIdRatio(bound(ratio));
            case Sampling.Consistent(var ratio) -> new ConsistentSampler(ratio);
            case Sampling.ParentBased(var root) -> new ParentBased(of(root));
        };
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
