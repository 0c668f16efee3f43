package dev.weir.telemetry.metrics;

import dev.weir.telemetry.InstrumentKind;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleGauge;
import io.opentelemetry.api.metrics.DoubleGaugeBuilder;
import io.opentelemetry.api.metrics.LongGauge;
import io.opentelemetry.api.metrics.LongGaugeBuilder;
import io.opentelemetry.api.metrics.ObservableDoubleGauge;
import io.opentelemetry.api.metrics.ObservableDoubleMeasurement;
import io.opentelemetry.api.metrics.ObservableLongGauge;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import io.opentelemetry.context.Context;
import java.util.function.Consumer;

/// Gauges and their builders.
final class Gauges {
    private Gauges() {}

    /// A gauge of longs.
    static final class Longs implements LongGauge {
        private final Recorder recorder;

        Longs(Recorder recorder) {
            this.recorder = recorder;
        }

        @Override
        public boolean isEnabled() {
            return recorder.enabled();
        }

        @Override
        public void set(long value) {
            set(value, Attributes.empty());
        }

        @Override
        public void set(long value, Attributes attributes) {
            recorder.record(value, attributes, null);
        }

        @Override
        public void set(long value, Attributes attributes, Context context) {
            recorder.record(value, attributes, context);
        }
    }

    /// A gauge of doubles.
    static final class Doubles implements DoubleGauge {
        private final Recorder recorder;

        Doubles(Recorder recorder) {
            this.recorder = recorder;
        }

        @Override
        public boolean isEnabled() {
            return recorder.enabled();
        }

        @Override
        public void set(double value) {
            set(value, Attributes.empty());
        }

        @Override
        public void set(double value, Attributes attributes) {
            recorder.record(value, attributes, null);
        }

        @Override
        public void set(double value, Attributes attributes, Context context) {
            recorder.record(value, attributes, context);
        }
    }

    /// Builds a gauge of doubles.
    static final class DoubleBuilder extends InstrumentBuilder<DoubleGaugeBuilder>
            implements DoubleGaugeBuilder {
        DoubleBuilder(ScopedMeter meter, String name) {
            super(meter, name);
        }

        @Override
        DoubleGaugeBuilder self() {
            return this;
        }

        @Override
        public DoubleGauge build() {
            return new Doubles(recorder(InstrumentKind.GAUGE, true));
        }

        @Override
        public LongGaugeBuilder ofLongs() {
            return new LongBuilder(this);
        }

        @Override
        public ObservableDoubleGauge buildWithCallback(
                Consumer<ObservableDoubleMeasurement> callback) {
            return callback(InstrumentKind.OBSERVABLE_GAUGE, true, callback);
        }

        @Override
        public ObservableDoubleMeasurement buildObserver() {
            return observer(InstrumentKind.OBSERVABLE_GAUGE, true);
        }
    }

    /// Builds a gauge of longs.
    static final class LongBuilder extends InstrumentBuilder<LongGaugeBuilder>
            implements LongGaugeBuilder {
        private LongBuilder(InstrumentBuilder<?> other) {
            super(other);
        }

        @Override
        LongGaugeBuilder self() {
            return this;
        }

        @Override
        public LongGauge build() {
            return new Longs(recorder(InstrumentKind.GAUGE, false));
        }

        @Override
        public ObservableLongGauge buildWithCallback(Consumer<ObservableLongMeasurement> callback) {
            return callback(InstrumentKind.OBSERVABLE_GAUGE, false, callback);
        }

        @Override
        public ObservableLongMeasurement buildObserver() {
            return observer(InstrumentKind.OBSERVABLE_GAUGE, false);
        }
    }
}
