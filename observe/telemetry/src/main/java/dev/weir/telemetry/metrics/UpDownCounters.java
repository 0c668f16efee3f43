package dev.weir.telemetry.metrics;

import dev.weir.telemetry.InstrumentKind;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleUpDownCounter;
import io.opentelemetry.api.metrics.DoubleUpDownCounterBuilder;
import io.opentelemetry.api.metrics.LongUpDownCounter;
import io.opentelemetry.api.metrics.LongUpDownCounterBuilder;
import io.opentelemetry.api.metrics.ObservableDoubleMeasurement;
import io.opentelemetry.api.metrics.ObservableDoubleUpDownCounter;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import io.opentelemetry.api.metrics.ObservableLongUpDownCounter;
import io.opentelemetry.context.Context;
import java.util.function.Consumer;

/// Up-down counters and their builders.
final class UpDownCounters {
    private UpDownCounters() {}

    /// An up-down counter of longs.
    static final class Longs implements LongUpDownCounter {
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
            recorder.record(value, attributes, null);
        }

        @Override
        public void add(long value, Attributes attributes, Context context) {
            recorder.record(value, attributes, context);
        }
    }

    /// An up-down counter of doubles.
    static final class Doubles implements DoubleUpDownCounter {
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
            recorder.record(value, attributes, null);
        }

        @Override
        public void add(double value, Attributes attributes, Context context) {
            recorder.record(value, attributes, context);
        }
    }

    /// Builds an up-down counter of longs.
    static final class LongBuilder extends InstrumentBuilder<LongUpDownCounterBuilder>
            implements LongUpDownCounterBuilder {
        LongBuilder(ScopedMeter meter, String name) {
            super(meter, name);
        }

        @Override
        LongUpDownCounterBuilder self() {
            return this;
        }

        @Override
        public LongUpDownCounter build() {
            return new Longs(recorder(InstrumentKind.UP_DOWN_COUNTER, false));
        }

        @Override
        public DoubleUpDownCounterBuilder ofDoubles() {
            return new DoubleBuilder(this);
        }

        @Override
        public ObservableLongUpDownCounter buildWithCallback(
                Consumer<ObservableLongMeasurement> callback) {
            return callback(InstrumentKind.OBSERVABLE_UP_DOWN_COUNTER, false, callback);
        }

        @Override
        public ObservableLongMeasurement buildObserver() {
            return observer(InstrumentKind.OBSERVABLE_UP_DOWN_COUNTER, false);
        }
    }

    /// Builds an up-down counter of doubles.
    static final class DoubleBuilder extends InstrumentBuilder<DoubleUpDownCounterBuilder>
            implements DoubleUpDownCounterBuilder {
        private DoubleBuilder(InstrumentBuilder<?> other) {
            super(other);
        }

        @Override
        DoubleUpDownCounterBuilder self() {
            return this;
        }

        @Override
        public DoubleUpDownCounter build() {
            return new Doubles(recorder(InstrumentKind.UP_DOWN_COUNTER, true));
        }

        @Override
        public ObservableDoubleUpDownCounter buildWithCallback(
                Consumer<ObservableDoubleMeasurement> callback) {
            return callback(InstrumentKind.OBSERVABLE_UP_DOWN_COUNTER, true, callback);
        }

        @Override
        public ObservableDoubleMeasurement buildObserver() {
            return observer(InstrumentKind.OBSERVABLE_UP_DOWN_COUNTER, true);
        }
    }
}
