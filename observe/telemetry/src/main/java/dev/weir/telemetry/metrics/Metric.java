package dev.weir.telemetry.metrics;

import dev.weir.telemetry.Aggregation;
import dev.weir.telemetry.View;
import dev.weir.telemetry.otlp.ProtoWriter;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What a metric is sent as: an instrument seen through a view.
///
/// @param name of the metric
/// @param description of the metric
/// @param instrument where its measurements come from
/// @param aggregation how they become points, never the default one
/// @param view the view that made it, if any; two views make two metrics
/// @param keep which attributes stay; all where nothing is given
/// @param cardinalityLimit how many series it may have
/// @param delta whether its points tell what came since the last collection
record Metric(
        String name,
        String description,
        Instrument instrument,
        Aggregation aggregation,
        @Nullable View view,
        @Nullable Predicate<String> keep,
        int cardinalityLimit,
        boolean delta) {
    // OTLP, metrics.proto
    private static final int GAUGE = 5;
    private static final int SUM = 7;
    private static final int HISTOGRAM = 9;
    private static final int EXPONENTIAL_HISTOGRAM = 10;

    /// What tells metrics of a meter apart.
    record Identity(
            String name, String description, Instrument.Identity instrument, @Nullable View view) {}

    Identity identity() {
        return new Identity(
                name.toLowerCase(java.util.Locale.ROOT), description, instrument.identity(), view);
    }

    /// The field of `Metric` that its points are in.
    int field() {
        return switch (aggregation) {
            case Aggregation.LastValue _ -> GAUGE;
            case Aggregation.ExplicitBuckets _ -> HISTOGRAM;
            case Aggregation.ExponentialBuckets _ -> EXPONENTIAL_HISTOGRAM;
            case Aggregation.Sum _, Aggregation.Default _, Aggregation.Drop _ -> SUM;
        };
    }

    /// Writes what comes before the points in `Metric`.
    void writeHead(ProtoWriter out) {
        out.string(1, name);
        if (!description.isEmpty()) {
            out.string(2, description);
        }
        if (!instrument.unit().isEmpty()) {
            out.string(3, instrument.unit());
        }
    }

    /// Writes what comes after the points in `Gauge`, `Sum` and the histograms.
    void writeTail(ProtoWriter out) {
        int field = field();
        if (field != GAUGE) {
            out.varint(2, delta ? 1 : 2);
        }
        if (field == SUM && instrument.kind().monotonic()) {
            out.bool(3, true);
        }
    }

    /// The attributes that a series of this metric has.
    Attributes filter(Attributes attributes) {
        var wanted = keep;
        if (wanted == null) {
            return attributes;
        }
        AttributesBuilder kept = attributes.toBuilder();
        kept.removeIf(key -> !wanted.test(key.getKey()));
        return kept.build();
    }
}
