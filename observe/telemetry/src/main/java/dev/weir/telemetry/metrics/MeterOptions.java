package dev.weir.telemetry.metrics;

import dev.weir.telemetry.Aggregation;
import dev.weir.telemetry.InstrumentKind;
import dev.weir.telemetry.View;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/// How metrics are aggregated, and when they are sent.
///
/// @param interval from one collection to the next
/// @param timeout how long callbacks and a flush may take
/// @param temporality which temporality is preferred
/// @param histograms the aggregation of histograms for which no view says otherwise
/// @param cardinalityLimit how many series a metric may have, the overflow one included
/// @param exemplars which measurements may become exemplars
/// @param views first to last; all that match an instrument apply
public record MeterOptions(
        Duration interval,
        Duration timeout,
        Temporality temporality,
        Aggregation histograms,
        int cardinalityLimit,
        ExemplarFilter exemplars,
        List<View> views) {
    static final int STANDARD_CARDINALITY_LIMIT = 2000;

    /// Refuses what is out of range and copies the collections.
    public MeterOptions {
        Objects.requireNonNull(temporality, "temporality");
        Objects.requireNonNull(exemplars, "exemplars");
        views = List.copyOf(views);
        if (!interval.isPositive() || !timeout.isPositive()) {
            throw new IllegalArgumentException(
                    "interval, timeout: expected more than 0 s, found "
                            + interval
                            + ", "
                            + timeout);
        }
        if (!histograms.suits(InstrumentKind.HISTOGRAM)) {
            throw new IllegalArgumentException(
                    "histograms: expected an aggregation for histograms, found " + histograms);
        }
        if (cardinalityLimit < 1) {
            throw new IllegalArgumentException(
                    "cardinalityLimit: expected 1 or more, found " + cardinalityLimit);
        }
    }

    /// What the specification sets where nothing is said: 60 s, 30 s, cumulative, explicit buckets,
    /// 2,000 series, exemplars of sampled spans, no view.
    public static MeterOptions standard() {
        return new MeterOptions(
                Duration.ofSeconds(60),
                Duration.ofSeconds(30),
                Temporality.CUMULATIVE,
                new Aggregation.Default(),
                STANDARD_CARDINALITY_LIMIT,
                ExemplarFilter.TRACE_BASED,
                List.of());
    }

    /// The same with another interval.
    public MeterOptions withInterval(Duration value) {
        return new MeterOptions(
                value, timeout, temporality, histograms, cardinalityLimit, exemplars, views);
    }

    /// The same with another timeout.
    public MeterOptions withTimeout(Duration value) {
        return new MeterOptions(
                interval, value, temporality, histograms, cardinalityLimit, exemplars, views);
    }

    /// The same with another temporality.
    public MeterOptions withTemporality(Temporality value) {
        return new MeterOptions(
                interval, timeout, value, histograms, cardinalityLimit, exemplars, views);
    }

    /// The same with another aggregation of histograms.
    public MeterOptions withHistograms(Aggregation value) {
        return new MeterOptions(
                interval, timeout, temporality, value, cardinalityLimit, exemplars, views);
    }

    /// The same with another cardinality limit.
    public MeterOptions withCardinalityLimit(int value) {
        return new MeterOptions(
                interval, timeout, temporality, histograms, value, exemplars, views);
    }

    /// The same with another filter of exemplars.
    public MeterOptions withExemplars(ExemplarFilter value) {
        return new MeterOptions(
                interval, timeout, temporality, histograms, cardinalityLimit, value, views);
    }

    /// The same with other views.
    public MeterOptions withViews(List<View> value) {
        return new MeterOptions(
                interval, timeout, temporality, histograms, cardinalityLimit, exemplars, value);
    }
}
