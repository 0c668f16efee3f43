package dev.weir.telemetry.metrics;

import dev.weir.telemetry.InstrumentKind;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleCounter;
import io.opentelemetry.api.metrics.DoubleCounterBuilder;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongCounterBuilder;
import io.opentelemetry.api.metrics.ObservableDoubleCounter;
import io.opentelemetry.api.metrics.ObservableDoubleMeasurement;
import io.opentelemetry.api.metrics.ObservableLongCounter;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import io.opentelemetry.context.Context;
import java.util.function.Consumer;

/// Counters and their builders: what is below 0 is dropped.
final class Counters {
    private Counters() {}

    /// A counter of longs.
    static final class Longs implements LongCounter {
        private final Recorder recorder;

        Longs(Recorder recorder) {
            this.recorder = recorder;
        }

        @Override
        public boolean isEnabled() {
            return recorder.enabled();
        }

        @Override
        public void add(long value) {
            add(value, Attributes.empty());
        }

        @Override
        public void add(long value, Attributes attributes) {
            if (value >= 0) {
                recorder.record(value, attributes, null);
            }
        }

        @Override
        public void add(long value, Attributes attributes, Context context) {
            if (value >= 0) {
                recorder.record(value, attributes, context);
            }
        }
    }

    /// A counter of doubles.
    static final class Doubles implements DoubleCounter {
        private final Recorder recorder;

        Doubles(Recorder recorder) {
            this.recorder = recorder;
        }

        @Override
        public boolean isEnabled() {
            return recorder.enabled();
        }

        @Override
        public void add(double value) {
            add(value, Attributes.empty());
        }

        @Override
        public void add(double value, Attributes attributes) {
            if (!(value < 0)) {
                recorder.record(value, attributes, null);
            }
        }

        @Override
        public void add(double value, Attributes attributes, Context context) {
            if (!(value < 0)) {
                recorder.record(value, attributes, context);
            }
        }
    }

    /// Builds a counter of longs.
    static final class LongBuilder extends InstrumentBuilder<LongCounterBuilder>
            implements LongCounterBuilder {
        LongBuilder(ScopedMeter meter, String name) {
            super(meter, name);
        }

        @Override
        LongCounterBuilder self() {
            return this;
        }

        @Override
        public LongCounter build() {
            return new Longs(recorder(InstrumentKind.COUNTER, false));
        }

        @Override
        public DoubleCounterBuilder ofDoubles() {
            return new DoubleBuilder(this);
        }

        @Override
        public ObservableLongCounter buildWithCallback(
                Consumer<ObservableLongMeasurement> callback) {
            return callback(InstrumentKind.OBSERVABLE_COUNTER, false, callback);
        }

        @Override
        public ObservableLongMeasurement buildObserver() {
            return observer(InstrumentKind.OBSERVABLE_COUNTER, false);
        }
    }

    /// Builds a counter of doubles.
    static final class DoubleBuilder extends InstrumentBuilder<DoubleCounterBuilder>
            implements DoubleCounterBuilder {
        private DoubleBuilder(InstrumentBuilder<?> other) {
            super(other);
        }

        @Override
        DoubleCounterBuilder self() {
            return this;
        }

        @Override
        public DoubleCounter build() {
            return new Doubles(recorder(InstrumentKind.COUNTER, true));
        }

        @Override
        public ObservableDoubleCounter buildWithCallback(
                Consumer<ObservableDoubleMeasurement> callback) {
            return callback(InstrumentKind.OBSERVABLE_COUNTER, true, callback);
        }

        @Override
        public ObservableDoubleMeasurement buildObserver() {
            return observer(InstrumentKind.OBSERVABLE_COUNTER, true);
        }
    }
}
