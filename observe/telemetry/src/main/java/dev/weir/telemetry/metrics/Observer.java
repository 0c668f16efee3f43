package dev.weir.telemetry.metrics;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.ObservableDoubleMeasurement;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import java.util.List;

/// What callbacks of an instrument tell their values to, while they run.
final class Observer implements ObservableLongMeasurement, ObservableDoubleMeasurement {
    private final ScopedMeter meter;
    private final List<AsyncMetric> metrics;
    private volatile boolean open;

    Observer(ScopedMeter meter, List<AsyncMetric> metrics) {
        this.meter = meter;
        this.metrics = List.copyOf(metrics);
    }

    boolean belongsTo(ScopedMeter other) {
        return meter == other;
    }

    /// Whether values are taken: what comes outside of a callback is dropped.
    void open(boolean value) {
        open = value;
    }

    @Override
    public void record(long value) {
        record(value, Attributes.empty());
    }

    @Override
    public void record(long value, Attributes attributes) {
        if (open) {
            metrics.forEach(metric -> metric.observe(value, attributes));
        }
    }

    @Override
    public void record(double value) {
        record(value, Attributes.empty());
    }

    @Override
    public void record(double value, Attributes attributes) {
        if (open && !Double.isNaN(value)) {
            metrics.forEach(metric -> metric.observe(value, attributes));
        }
    }
}
