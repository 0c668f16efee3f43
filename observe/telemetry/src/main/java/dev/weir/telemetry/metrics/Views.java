package dev.weir.telemetry.metrics;

import dev.weir.telemetry.Aggregation;
import dev.weir.telemetry.InstrumentKind;
import dev.weir.telemetry.View;
import dev.weir.telemetry.otlp.Scope;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which metrics an instrument feeds: one for each view that matches, or else the usual one.
final class Views {
    private Views() {}

    static List<Metric> metrics(Instrument instrument, Scope meter, MeterOptions options) {
        var found = new ArrayList<Metric>();
        boolean matched = false;
        for (var view : options.views()) {
            if (!Selection.matches(view.selector(), instrument, meter)) {
                continue;
            }
            if (!view.aggregation().suits(instrument.kind())) {
                Warnings.log().log(
                        System.Logger.Level.WARNING,
                        "a view aggregates {0} as {1}, which does not suit a {2}; left out",
                        instrument.name(),
                        view.aggregation(),
                        instrument.kind());
                continue;
            }
            matched = true;
            if (!(view.aggregation() instanceof Aggregation.Drop)) {
                found.add(seen(instrument, view, options));
            }
        }
        if (!matched && !(usual(instrument, options) instanceof Aggregation.Drop)) {
            found.add(plain(instrument, options));
        }
        return found;
    }

    private static Metric seen(Instrument instrument, View view, MeterOptions options) {
        return new Metric(
                or(view.name(), instrument.name()),
                or(view.description(), instrument.description()),
                instrument,
                resolve(view.aggregation(), instrument),
                view,
                view.keep(),
                view.cardinalityLimit(),
                options.temporality().deltaFor(instrument.kind()));
    }

    private static Metric plain(Instrument instrument, MeterOptions options) {
        return new Metric(
                instrument.name(),
                instrument.description(),
                instrument,
                resolve(usual(instrument, options), instrument),
                null,
                null,
                options.cardinalityLimit(),
                options.temporality().deltaFor(instrument.kind()));
    }

    private static Aggregation usual(Instrument instrument, MeterOptions options) {
        return instrument.kind() == InstrumentKind.HISTOGRAM
                ? options.histograms()
                : new Aggregation.Default();
    }

    private static Aggregation resolve(Aggregation aggregation, Instrument instrument) {
        if (!(aggregation instanceof Aggregation.Default)) {
            return aggregation;
        }
        return switch (instrument.kind()) {
            case COUNTER, UP_DOWN_COUNTER, OBSERVABLE_COUNTER, OBSERVABLE_UP_DOWN_COUNTER ->
                    new Aggregation.Sum();
            case GAUGE, OBSERVABLE_GAUGE -> new Aggregation.LastValue();
            case HISTOGRAM -> {
                var advised = instrument.boundaries();
                yield advised == null
                        ? Aggregation.ExplicitBuckets.standard()
                        : new Aggregation.ExplicitBuckets(advised, true);
            }
        };
    }

    private static String or(@Nullable String given, String otherwise) {
        return given == null ? otherwise : given;
    }
}
