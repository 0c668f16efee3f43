package dev.weir.telemetry.metrics;

import dev.weir.telemetry.Aggregation;
import dev.weir.telemetry.otlp.Scope;
import io.opentelemetry.api.metrics.BatchCallback;
import io.opentelemetry.api.metrics.DoubleGaugeBuilder;
import io.opentelemetry.api.metrics.DoubleHistogramBuilder;
import io.opentelemetry.api.metrics.LongCounterBuilder;
import io.opentelemetry.api.metrics.LongUpDownCounterBuilder;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.metrics.ObservableMeasurement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/// The instruments of one scope, and the metrics they feed.
final class ScopedMeter implements Meter {
    private final Scope scope;
    private final byte[] scopeField;
    private final MeterOptions options;
    private final SyncMetric.Shared shared;
    private final List<Callback> callbacks = new CopyOnWriteArrayList<>();

    /// In the order of registration; guarded by itself.
    private final Map<Metric.Identity, Object> metrics = new LinkedHashMap<>();

    ScopedMeter(Scope scope, MeterOptions options, SyncMetric.Shared shared) {
        this.scope = scope;
        this.options = options;
        this.shared = shared;
        scopeField = scope.field();
    }

    @Override
    public LongCounterBuilder counterBuilder(String name) {
        return valid(name)
                ? new Counters.LongBuilder(this, name)
                : nothing().counterBuilder("invalid");
    }

    @Override
    public LongUpDownCounterBuilder upDownCounterBuilder(String name) {
        return valid(name)
                ? new UpDownCounters.LongBuilder(this, name)
                : nothing().upDownCounterBuilder("invalid");
    }

    @Override
    public DoubleHistogramBuilder histogramBuilder(String name) {
        return valid(name)
                ? new Histograms.DoubleBuilder(this, name)
                : nothing().histogramBuilder("invalid");
    }

    @Override
    public DoubleGaugeBuilder gaugeBuilder(String name) {
        return valid(name)
                ? new Gauges.DoubleBuilder(this, name)
                : nothing().gaugeBuilder("invalid");
    }

    @Override
    public BatchCallback batchCallback(
            Runnable callback, ObservableMeasurement first, ObservableMeasurement... more) {
        var observers = new ArrayList<Observer>();
        observe(first, observers);
        for (var one : more) {
            observe(one, observers);
        }
        return observers.isEmpty()
                ? nothing().batchCallback(callback, first, more)
                : register(observers, callback);
    }

    private void observe(ObservableMeasurement measurement, List<Observer> observers) {
        if (measurement instanceof Observer observer && observer.belongsTo(this)) {
            observers.add(observer);
        } else {
            Warnings.log().log(
                    System.Logger.Level.WARNING,
                    "meter {0}: a batch callback names an instrument of another meter",
                    scope.name());
        }
    }

    Callback register(List<Observer> observers, Runnable body) {
        var callback = new Callback(this, observers, body);
        callbacks.add(callback);
        return callback;
    }

    void remove(Callback callback) {
        callbacks.remove(callback);
    }

    List<Callback> callbacks() {
        return callbacks;
    }

    /// Where measurements of this instrument go.
    Recorder recorder(Instrument instrument) {
        return Recorder.of(registered(instrument, SyncMetric.class, this::direct));
    }

    /// What callbacks of this instrument tell their values to.
    Observer observer(Instrument instrument) {
        return new Observer(
                this,
                registered(
                        instrument, AsyncMetric.class, metric -> new AsyncMetric(metric, shared)));
    }

    private SyncMetric direct(Metric metric) {
        return switch (metric.aggregation()) {
            case Aggregation.LastValue _ -> new LastValues(metric, shared);
            case Aggregation.ExplicitBuckets buckets ->
                    new ExplicitHistograms(metric, buckets, shared);
            case Aggregation.ExponentialBuckets buckets ->
                    new ExponentialHistograms(metric, buckets, shared);
            case Aggregation.Sum _, Aggregation.Default _, Aggregation.Drop _ ->
                    metric.instrument().doubles()
                            ? new DoubleSums(metric, shared)
                            : new LongSums(metric, shared);
        };
    }

    private <M> List<M> registered(Instrument instrument, Class<M> type, Function<Metric, M> make) {
        var found = new ArrayList<M>();
        for (var metric : Views.metrics(instrument, scope, options)) {
            var identity = metric.identity();
            synchronized (metrics) {
                warnOfConflict(identity);
                found.add(type.cast(metrics.computeIfAbsent(identity, _ -> make.apply(metric))));
            }
        }
        return found;
    }

    /// Two metrics of one name are both sent (metrics SDK specification, "Duplicate instrument
    /// registration"), which few backends make sense of.
    private void warnOfConflict(Metric.Identity added) {
        if (metrics.containsKey(added)) {
            return;
        }
        for (var present : metrics.keySet()) {
            if (present.name().equals(added.name())) {
                Warnings.log().log(
                        System.Logger.Level.WARNING,
                        "meter {0}: metric {1} is registered twice, as {2} and as {3}",
                        scope.name(),
                        added.name(),
                        present,
                        added);
                return;
            }
        }
    }

    /// Writes the points of all metrics.
    ///
    /// @param last when metrics were collected last; 0 where they never were
    void collect(Request request, long last, long now) {
        List<Object> all;
        synchronized (metrics) {
            all = List.copyOf(metrics.values());
        }
        request.scope(scopeField, scope.schemaUrl());
        for (var metric : all) {
            if (metric instanceof SyncMetric direct) {
                direct.collect(request, last, now);
            } else if (metric instanceof AsyncMetric observed) {
                observed.collect(request, last, now);
            }
        }
    }

    /// A meter that does nothing; rarely needed, and many classes.
    private static Meter nothing() {
        return MeterProvider.noop().get("");
    }

    private boolean valid(String name) {
        if (Instrument.validName(name)) {
            return true;
        }
        Warnings.log().log(
                System.Logger.Level.WARNING,
                "meter {0}: instrument name {1}: expected a letter, then up to 254 letters, digits"
                        + " or any of _ . - /; what it records is dropped",
                scope.name(),
                name);
        return false;
    }
}
