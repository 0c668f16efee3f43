package dev.weir.telemetry.otlp;

import dev.weir.telemetry.ReceivedMetric;
import dev.weir.telemetry.ReceivedMetric.At;
import dev.weir.telemetry.ReceivedMetric.Buckets;
import dev.weir.telemetry.ReceivedMetric.Data;
import dev.weir.telemetry.ReceivedMetric.Exemplar;
import dev.weir.telemetry.ReceivedMetric.ExponentialPoint;
import dev.weir.telemetry.ReceivedMetric.HistogramPoint;
import dev.weir.telemetry.ReceivedMetric.NumberPoint;
import dev.weir.telemetry.ReceivedMetric.Quantile;
import dev.weir.telemetry.ReceivedMetric.SummaryPoint;
import dev.weir.telemetry.ReceivedMetric.Temporality;
import dev.weir.telemetry.TelemetrySource;
import io.opentelemetry.api.common.Attributes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Decodes OTLP's `metrics.proto`.
final class MetricDecoder {
    private static final int NO_VALUE = 1;

    private MetricDecoder() {}

    /// The metrics of an `ExportMetricsServiceRequest`; one without data is left out.
    ///
    /// @throws dev.weir.telemetry.TelemetryException `MALFORMED` where it is no protobuf
    static List<ReceivedMetric> decode(byte[] request) {
        var metrics = new ArrayList<ReceivedMetric>();
        ScopeWalk.items(
                request,
                (source, message) -> {
                    var metric = metric(source, message);
                    if (metric != null) {
                        metrics.add(metric);
                    }
                });
        return metrics;
    }

    private static @Nullable ReceivedMetric metric(TelemetrySource source, ProtoReader metric) {
        var name = "";
        var description = "";
        var unit = "";
        Data data = null;
        while (metric.next()) {
            switch (metric.field()) {
                case 1 -> name = metric.string();
                case 2 -> description = metric.string();
                case 3 -> unit = metric.string();
                case 5 ->
                        data =
                                new ReceivedMetric.Gauge(
                                        points(metric.message(), MetricDecoder::number).points);
                case 7 -> {
                    var sum = points(metric.message(), MetricDecoder::number);
                    data = new ReceivedMetric.Sum(sum.points, sum.temporality, sum.monotonic);
                }
                case 9 -> {
                    var histogram = points(metric.message(), MetricDecoder::histogram);
                    data = new ReceivedMetric.Histogram(histogram.points, histogram.temporality);
                }
                case 10 -> {
                    var histogram = points(metric.message(), MetricDecoder::exponential);
                    data =
                            new ReceivedMetric.ExponentialHistogram(
                                    histogram.points, histogram.temporality);
                }
                case 11 ->
                        data =
                                new ReceivedMetric.Summary(
                                        points(metric.message(), MetricDecoder::summary).points);
                default -> metric.skip();
            }
        }
        return data == null ? null : new ReceivedMetric(source, name, description, unit, data);
    }

    private record Points<T>(List<T> points, Temporality temporality, boolean monotonic) {}

    /// A `Gauge`, `Sum`, `Histogram`, `ExponentialHistogram` or `Summary`: their fields agree.
    private static <T> Points<T> points(ProtoReader data, Function<ProtoReader, T> point) {
        var points = new ArrayList<T>();
        var temporality = Temporality.UNSPECIFIED;
        boolean monotonic = false;
        while (data.next()) {
            switch (data.field()) {
                case 1 -> points.add(point.apply(data.message()));
                case 2 -> temporality = temporality(data.int32());
                case 3 -> monotonic = data.bool();
                default -> data.skip();
            }
        }
        return new Points<>(points, temporality, monotonic);
    }

    private static Temporality temporality(int number) {
        return switch (number) {
            case 1 -> Temporality.DELTA;
            case 2 -> Temporality.CUMULATIVE;
            default -> Temporality.UNSPECIFIED;
        };
    }

    private static NumberPoint number(ProtoReader point) {
        var attributes = Attributes.builder();
        long start = 0;
        long time = 0;
        @Nullable Number value = null;
        int flags = 0;
        var exemplars = new ArrayList<Exemplar>();
        while (point.next()) {
            switch (point.field()) {
                case 2 -> start = point.fixed64();
                case 3 -> time = point.fixed64();
                case 4 -> value = point.float64();
                case 5 -> exemplars.add(exemplar(point.message()));
                case 6 -> value = point.fixed64();
                case 7 -> CommonDecoder.attribute(attributes, point.message());
                case 8 -> flags = point.int32();
                default -> point.skip();
            }
        }
        return new NumberPoint(
                new At(attributes.build(), start, time),
                (flags & NO_VALUE) != 0 ? null : value,
                exemplars);
    }

    private static HistogramPoint histogram(ProtoReader point) {
        var attributes = Attributes.builder();
        long start = 0;
        long time = 0;
        long count = 0;
        @Nullable Double sum = null;
        @Nullable Double min = null;
        @Nullable Double max = null;
        var counts = new ArrayList<Long>();
        var bounds = new ArrayList<Double>();
        var exemplars = new ArrayList<Exemplar>();
        while (point.next()) {
            switch (point.field()) {
                case 2 -> start = point.fixed64();
                case 3 -> time = point.fixed64();
                case 4 -> count = point.fixed64();
                case 5 -> sum = point.float64();
                case 6 -> addAll(counts, point.repeated64());
                case 7 -> {
                    for (long bits : point.repeated64()) {
                        bounds.add(Double.longBitsToDouble(bits));
                    }
                }
                case 8 -> exemplars.add(exemplar(point.message()));
                case 9 -> CommonDecoder.attribute(attributes, point.message());
                case 11 -> min = point.float64();
                case 12 -> max = point.float64();
                default -> point.skip();
            }
        }
        var at = new At(attributes.build(), start, time);
        return new HistogramPoint(at, count, sum, min, max, counts, bounds, exemplars);
    }

    private static ExponentialPoint exponential(ProtoReader point) {
        var attributes = Attributes.builder();
        long start = 0;
        long time = 0;
        long count = 0;
        @Nullable Double sum = null;
        @Nullable Double min = null;
        @Nullable Double max = null;
        int scale = 0;
        long zeroCount = 0;
        double zeroThreshold = 0;
        var positive = new Buckets(0, List.of());
        var negative = new Buckets(0, List.of());
        var exemplars = new ArrayList<Exemplar>();
        while (point.next()) {
            switch (point.field()) {
                case 1 -> CommonDecoder.attribute(attributes, point.message());
                case 2 -> start = point.fixed64();
                case 3 -> time = point.fixed64();
                case 4 -> count = point.fixed64();
                case 5 -> sum = point.float64();
                case 6 -> scale = point.zigzag32();
                case 7 -> zeroCount = point.fixed64();
                case 8 -> positive = buckets(point.message());
                case 9 -> negative = buckets(point.message());
                case 11 -> exemplars.add(exemplar(point.message()));
                case 12 -> min = point.float64();
                case 13 -> max = point.float64();
                case 14 -> zeroThreshold = point.float64();
                default -> point.skip();
            }
        }
        return new ExponentialPoint(
                new At(attributes.build(), start, time),
                count,
                sum,
                min,
                max,
                scale,
                zeroCount,
                zeroThreshold,
                positive,
                negative,
                exemplars);
    }

    private static Buckets buckets(ProtoReader buckets) {
        int offset = 0;
        var counts = new ArrayList<Long>();
        while (buckets.next()) {
            switch (buckets.field()) {
                case 1 -> offset = buckets.zigzag32();
                case 2 -> addAll(counts, buckets.repeatedVarint());
                default -> buckets.skip();
            }
        }
        return new Buckets(offset, counts);
    }

    private static SummaryPoint summary(ProtoReader point) {
        var attributes = Attributes.builder();
        long start = 0;
        long time = 0;
        long count = 0;
        double sum = 0;
        var quantiles = new ArrayList<Quantile>();
        while (point.next()) {
            switch (point.field()) {
                case 2 -> start = point.fixed64();
                case 3 -> time = point.fixed64();
                case 4 -> count = point.fixed64();
                case 5 -> sum = point.float64();
                case 6 -> quantiles.add(quantile(point.message()));
                case 7 -> CommonDecoder.attribute(attributes, point.message());
                default -> point.skip();
            }
        }
        return new SummaryPoint(new At(attributes.build(), start, time), count, sum, quantiles);
    }

    private static Quantile quantile(ProtoReader message) {
        double quantile = 0;
        double value = 0;
        while (message.next()) {
            switch (message.field()) {
                case 1 -> quantile = message.float64();
                case 2 -> value = message.float64();
                default -> message.skip();
            }
        }
        return new Quantile(quantile, value);
    }

    private static Exemplar exemplar(ProtoReader exemplar) {
        var attributes = Attributes.builder();
        long time = 0;
        @Nullable Number value = null;
        var spanId = "";
        var traceId = "";
        while (exemplar.next()) {
            switch (exemplar.field()) {
                case 2 -> time = exemplar.fixed64();
                case 3 -> value = exemplar.float64();
                case 4 -> spanId = CommonDecoder.id(exemplar.bytes(), 8);
                case 5 -> traceId = CommonDecoder.id(exemplar.bytes(), 16);
                case 6 -> value = exemplar.fixed64();
                case 7 -> CommonDecoder.attribute(attributes, exemplar.message());
                default -> exemplar.skip();
            }
        }
        return new Exemplar(attributes.build(), time, value, traceId, spanId);
    }

    private static void addAll(List<Long> values, long[] more) {
        for (long value : more) {
            values.add(value);
        }
    }
}
