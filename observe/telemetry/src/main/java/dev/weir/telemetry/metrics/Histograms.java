package dev.weir.telemetry.metrics;

import dev.weir.telemetry.Aggregation;
import dev.weir.telemetry.InstrumentKind;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.DoubleHistogramBuilder;
import io.opentelemetry.api.metrics.LongHistogram;
import io.opentelemetry.api.metrics.LongHistogramBuilder;
import io.opentelemetry.context.Context;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Histograms and their builders: what is below 0 is dropped.
final class Histograms {
    private Histograms() {}

    /// A histogram of longs.
    static final class Longs implements LongHistogram {
        private final Recorder recorder;

        Longs(Recorder recorder) {
            this.recorder = recorder;
        }

        @Override
        public boolean isEnabled() {
            return recorder.enabled();
        }

        @Override
        public void record(long value) {
            record(value, Attributes.empty());
        }

        @Override
        public void record(long value, Attributes attributes) {
            if (value >= 0) {
                recorder.record(value, attributes, null);
            }
        }

        @Override
        public void record(long value, Attributes attributes, Context context) {
            if (value >= 0) {
                recorder.record(value, attributes, context);
            }
        }
    }

    /// A histogram of doubles.
    static final class Doubles implements DoubleHistogram {
        private final Recorder recorder;

        Doubles(Recorder recorder) {
            this.recorder = recorder;
        }

        @Override
        public boolean isEnabled() {
            return recorder.enabled();
        }

        @Override
        public void record(double value) {
            record(value, Attributes.empty());
        }

        @Override
        public void record(double value, Attributes attributes) {
            if (!(value < 0)) {
                recorder.record(value, attributes, null);
            }
        }

        @Override
        public void record(double value, Attributes attributes, Context context) {
            if (!(value < 0)) {
                recorder.record(value, attributes, context);
            }
        }
    }

    /// Builds a histogram of doubles.
    static final class DoubleBuilder extends InstrumentBuilder<DoubleHistogramBuilder>
            implements DoubleHistogramBuilder {
        DoubleBuilder(ScopedMeter meter, String name) {
            super(meter, name);
        }

        @Override
        DoubleHistogramBuilder self() {
            return this;
        }

        @Override
        public DoubleHistogram build() {
            return new Doubles(recorder(InstrumentKind.HISTOGRAM, true));
        }

        @Override
        public LongHistogramBuilder ofLongs() {
            return new LongBuilder(this);
        }

        @Override
        public DoubleHistogramBuilder setExplicitBucketBoundariesAdvice(List<Double> boundaries) {
            advise(valid(boundaries));
            return this;
        }
    }

    /// Builds a histogram of longs.
    static final class LongBuilder extends InstrumentBuilder<LongHistogramBuilder>
            implements LongHistogramBuilder {
        private LongBuilder(InstrumentBuilder<?> other) {
            super(other);
        }

        @Override
        LongHistogramBuilder self() {
            return this;
        }

        @Override
        public LongHistogram build() {
            return new Longs(recorder(InstrumentKind.HISTOGRAM, false));
        }

        @Override
        public LongHistogramBuilder setExplicitBucketBoundariesAdvice(List<Long> boundaries) {
            advise(
                    valid(
                            boundaries == null
                                    ? null
                                    : boundaries.stream().map(Long::doubleValue).toList()));
            return this;
        }
    }

    /// The boundaries, unless they make no buckets: advice never fails.
    private static @Nullable List<Double> valid(@Nullable List<Double> boundaries) {
        if (boundaries == null) {
            return null;
        }
        try {
            return new Aggregation.ExplicitBuckets(boundaries, true).boundaries();
        } catch (IllegalArgumentException | NullPointerException e) {
            Warnings.log().log(System.Logger.Level.WARNING, "advice for a histogram is ignored", e);
            return null;
        }
    }
}
