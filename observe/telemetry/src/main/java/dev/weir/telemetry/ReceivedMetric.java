package dev.weir.telemetry;

import io.opentelemetry.api.common.Attributes;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A metric that was received, with some of its points.
///
/// @param unit as UCUM has it; empty where there is none
public record ReceivedMetric(
        TelemetrySource source, String name, String description, String unit, Data data) {
    /// Refuses null.
    public ReceivedMetric {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(description, "description");
        Objects.requireNonNull(unit, "unit");
        Objects.requireNonNull(data, "data");
    }

    /// What points of a sum or histogram count from.
    public enum Temporality {
        /// The sender does not say.
        UNSPECIFIED,
        /// From the point before.
        DELTA,
        /// From the start.
        CUMULATIVE
    }

    /// The points, by the kind of metric.
    public sealed interface Data {
        /// How many points there are.
        int size();
    }

    /// Values of a moment.
    public record Gauge(List<NumberPoint> points) implements Data {
        /// Copies the collections.
        public Gauge {
            points = List.copyOf(points);
        }

        @Override
        public int size() {
            return points.size();
        }
    }

    /// Sums.
    ///
    /// @param monotonic whether they only grow
    public record Sum(List<NumberPoint> points, Temporality temporality, boolean monotonic)
            implements Data {
        /// Copies the collections.
        public Sum {
            points = List.copyOf(points);
            Objects.requireNonNull(temporality, "temporality");
        }

        @Override
        public int size() {
            return points.size();
        }
    }

    /// Histograms with bounds of their own.
    public record Histogram(List<HistogramPoint> points, Temporality temporality) implements Data {
        /// Copies the collections.
        public Histogram {
            points = List.copyOf(points);
            Objects.requireNonNull(temporality, "temporality");
        }

        @Override
        public int size() {
            return points.size();
        }
    }

    /// Histograms whose bounds grow by a factor.
    public record ExponentialHistogram(List<ExponentialPoint> points, Temporality temporality)
            implements Data {
        /// Copies the collections.
        public ExponentialHistogram {
            points = List.copyOf(points);
            Objects.requireNonNull(temporality, "temporality");
        }

        @Override
        public int size() {
            return points.size();
        }
    }

    /// Quantiles that the source computed.
    public record Summary(List<SummaryPoint> points) implements Data {
        /// Copies the collections.
        public Summary {
            points = List.copyOf(points);
        }

        @Override
        public int size() {
            return points.size();
        }
    }

    /// When and of what a point is; times in nanoseconds since 1970, 0 where they are unknown.
    public record At(Attributes attributes, long startEpochNanos, long epochNanos) {
        /// Refuses null.
        public At {
            Objects.requireNonNull(attributes, "attributes");
        }
    }

    /// A number.
    ///
    /// @param value a `Long` or a `Double`; null where the source says that nothing was recorded
    public record NumberPoint(At at, @Nullable Number value, List<Exemplar> exemplars) {
        /// Copies the collections.
        public NumberPoint {
            Objects.requireNonNull(at, "at");
            exemplars = List.copyOf(exemplars);
        }
    }

    /// How values spread.
    ///
    /// @param counts how many values each bucket has; one more than there are bounds, or none
    /// @param bounds the upper bounds of the buckets, included
    public record HistogramPoint(
            At at,
            long count,
            @Nullable Double sum,
            @Nullable Double min,
            @Nullable Double max,
            List<Long> counts,
            List<Double> bounds,
            List<Exemplar> exemplars) {
        /// Copies the collections.
        public HistogramPoint {
            Objects.requireNonNull(at, "at");
            counts = List.copyOf(counts);
            bounds = List.copyOf(bounds);
            exemplars = List.copyOf(exemplars);
        }
    }

    /// How values spread over buckets with bounds `base^index`, base `2^(2^-scale)`.
    public record ExponentialPoint(
            At at,
            long count,
            @Nullable Double sum,
            @Nullable Double min,
            @Nullable Double max,
            int scale,
            long zeroCount,
            double zeroThreshold,
            Buckets positive,
            Buckets negative,
            List<Exemplar> exemplars) {
        /// Copies the collections.
        public ExponentialPoint {
            Objects.requireNonNull(at, "at");
            Objects.requireNonNull(positive, "positive");
            Objects.requireNonNull(negative, "negative");
            exemplars = List.copyOf(exemplars);
        }
    }

    /// Buckets behind each other.
    ///
    /// @param offset the index of the first
    public record Buckets(int offset, List<Long> counts) {
        /// Copies the collections.
        public Buckets {
            counts = List.copyOf(counts);
        }
    }

    /// Quantiles.
    public record SummaryPoint(At at, long count, double sum, List<Quantile> quantiles) {
        /// Copies the collections.
        public SummaryPoint {
            Objects.requireNonNull(at, "at");
            quantiles = List.copyOf(quantiles);
        }
    }

    /// One quantile, 0 to 1, and its value.
    public record Quantile(double quantile, double value) {}

    /// A value with the span in which it was recorded.
    ///
    /// @param value a `Long` or a `Double`; null where it is missing
    /// @param traceId 32 hex digits in lower case, or empty
    /// @param spanId 16 hex digits in lower case, or empty
    public record Exemplar(
            Attributes attributes,
            long epochNanos,
            @Nullable Number value,
            String traceId,
            String spanId) {
        /// Refuses null.
        public Exemplar {
            Objects.requireNonNull(attributes, "attributes");
            Objects.requireNonNull(traceId, "traceId");
            Objects.requireNonNull(spanId, "spanId");
        }
    }
}
