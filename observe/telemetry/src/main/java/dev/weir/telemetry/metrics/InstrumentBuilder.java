package dev.weir.telemetry.metrics;

import dev.weir.telemetry.InstrumentKind;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What all builders of instruments have in common.
///
/// @param <B> the builder's interface
abstract class InstrumentBuilder<B> {
    private final ScopedMeter meter;
    private final String name;
    private String unit = "";
    private String description = "";
    private @Nullable List<Double> boundaries;

    InstrumentBuilder(ScopedMeter meter, String name) {
        this.meter = meter;
        this.name = name;
    }

    /// A builder that goes on where another of a different number type was left.
    InstrumentBuilder(InstrumentBuilder<?> other) {
        meter = other.meter;
        name = other.name;
        unit = other.unit;
        description = other.description;
        boundaries = other.boundaries;
    }

    abstract B self();

    public final B setDescription(@Nullable String value) {
        description = value == null ? "" : value;
        return self();
    }

    public final B setUnit(@Nullable String value) {
        unit = value == null ? "" : value;
        return self();
    }

    /// Advice for a histogram's buckets; nothing leaves it as it was.
    final void advise(@Nullable List<Double> value) {
        if (value != null) {
            boundaries = value;
        }
    }

    final Recorder recorder(InstrumentKind kind, boolean doubles) {
        return meter.recorder(instrument(kind, doubles));
    }

    final Observer observer(InstrumentKind kind, boolean doubles) {
        return meter.observer(instrument(kind, doubles));
    }

    final Callback callback(
            InstrumentKind kind, boolean doubles, Consumer<? super Observer> callback) {
        var observer = observer(kind, doubles);
        return meter.register(List.of(observer), () -> callback.accept(observer));
    }

    private Instrument instrument(InstrumentKind kind, boolean doubles) {
        return new Instrument(name, unit, description, kind, doubles, boundaries);
    }
}
