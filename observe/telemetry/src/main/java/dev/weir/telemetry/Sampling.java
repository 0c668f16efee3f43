package dev.weir.telemetry;

/// Which traces are recorded and sent.
///
/// The words of `OTEL_TRACES_SAMPLER` name the same choices.
public sealed interface Sampling {
    /// What the parent's sampled flag says; roots are sampled. OpenTelemetry's default.
    Sampling DEFAULT = new ParentBased(new AlwaysOn());

    /// The same, with another ratio: the innermost [TraceIdRatio] or [Consistent] gets it; where
    /// there is none, the innermost choice becomes [TraceIdRatio].
    default Sampling withRatio(double ratio) {
        return switch (this) {
            case ParentBased parentBased -> new ParentBased(parentBased.root.withRatio(ratio));
            case Consistent _ -> new Consistent(ratio);
            case AlwaysOn _, AlwaysOff _, TraceIdRatio _ -> new TraceIdRatio(ratio);
        };
    }

    /// The share of traces that start here which is recorded, from 0 to 1.
    default double share() {
        return switch (this) {
            case ParentBased parentBased -> parentBased.root.share();
            case Consistent(var ratio) -> ratio;
            case TraceIdRatio(var ratio) -> ratio;
            case AlwaysOn _ -> 1;
            case AlwaysOff _ -> 0;
        };
    }

    /// Every trace.
    record AlwaysOn() implements Sampling {}

    /// No trace.
    record AlwaysOff() implements Sampling {}

    /// A share of all traces, chosen by the last 63 bits of the trace id, as the OpenTelemetry SDK
    /// for Java does.
    ///
    /// @param ratio from 0 to 1
    record TraceIdRatio(double ratio) implements Sampling {
        /// Refuses what is no share.
        public TraceIdRatio {
            checkRatio(ratio);
        }
    }

    /// A share of all traces, chosen by the randomness of the trace, which travels with its
    /// threshold in the trace state, so that whoever samples later can tell how many spans each one
    /// stands for (OpenTelemetry specification, TraceState: Probability Sampling).
    ///
    /// @param ratio from 0 to 1; what is above 0 and below 2^-56 is 0
    record Consistent(double ratio) implements Sampling {
        /// Refuses what is no share.
        public Consistent {
            checkRatio(ratio);
        }
    }

    /// What the parent's sampled flag says, for spans with a parent.
    ///
    /// @param root the choice for spans without one
    record ParentBased(Sampling root) implements Sampling {
        /// Refuses a choice for roots that asks for a parent.
        public ParentBased {
            if (root instanceof ParentBased) {
                throw new IllegalArgumentException(
                        "root: expected a choice without a parent, found " + root);
            }
        }
    }

    private static void checkRatio(double ratio) {
        if (!(ratio >= 0 && ratio <= 1)) {
            throw new IllegalArgumentException("ratio: expected 0 to 1, found " + ratio);
        }
    }
}
