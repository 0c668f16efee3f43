package dev.weir.telemetry;

import java.util.List;

/// How the measurements of an instrument become the points of a metric.
public sealed interface Aggregation {
    /// Whether measurements of such an instrument can be aggregated so.
    boolean suits(InstrumentKind kind);

    /// What suits the kind of instrument: sums, last values, explicit buckets.
    record Default() implements Aggregation {
        @Override
        public boolean suits(InstrumentKind kind) {
            return true;
        }
    }

    /// Nothing.
    record Drop() implements Aggregation {
        @Override
        public boolean suits(InstrumentKind kind) {
            return true;
        }
    }

    /// Their sum.
    record Sum() implements Aggregation {
        @Override
        public boolean suits(InstrumentKind kind) {
            return !kind.gauge();
        }
    }

    /// The last of them.
    record LastValue() implements Aggregation {
        @Override
        public boolean suits(InstrumentKind kind) {
            return kind.gauge();
        }
    }

    /// A histogram of given buckets.
    ///
    /// @param boundaries upper bounds, inclusive, ascending and finite; the last bucket has none
    /// @param minMax whether to keep the smallest and the largest measurement
    record ExplicitBuckets(List<Double> boundaries, boolean minMax) implements Aggregation {
        /// Refuses what is out of range and copies the collections.
        public ExplicitBuckets {
            boundaries = List.copyOf(boundaries);
            for (int i = 0; i < boundaries.size(); i++) {
                double bound = boundaries.get(i);
                if (!Double.isFinite(bound) || i > 0 && boundaries.get(i - 1) >= bound) {
                    throw new IllegalArgumentException(
                            "boundaries: expected ascending finite numbers, found " + boundaries);
                }
            }
        }

        /// The boundaries that the specification gives for lack of better ones.
        public static ExplicitBuckets standard() {
            return new ExplicitBuckets(STANDARD, true);
        }

        @Override
        public boolean suits(InstrumentKind kind) {
            return kind == InstrumentKind.COUNTER || kind == InstrumentKind.HISTOGRAM;
        }

        private static final List<Double> STANDARD =
                List.of(
                        0d, 5d, 10d, 25d, 50d, 75d, 100d, 250d, 500d, 750d, 1_000d, 2_500d, 5_000d,
                        7_500d, 10_000d);
    }

    /// A histogram whose buckets grow by a factor that adapts to what is measured.
    ///
    /// @param maxBuckets how many buckets at most, from 2
    /// @param maxScale the finest scale, from -10 to 20: buckets grow by 2^(2^-scale)
    /// @param minMax whether to keep the smallest and the largest measurement
    record ExponentialBuckets(int maxBuckets, int maxScale, boolean minMax) implements Aggregation {
        /// Refuses what is out of range.
        public ExponentialBuckets {
            if (maxBuckets < 2 || maxBuckets > 1 << 16) {
                throw new IllegalArgumentException(
                        "maxBuckets: expected 2 to 65536, found " + maxBuckets);
            }
            if (maxScale < -10 || maxScale > 20) {
                throw new IllegalArgumentException(
                        "maxScale: expected -10 to 20, found " + maxScale);
            }
        }

        @Override
        public boolean suits(InstrumentKind kind) {
            return kind == InstrumentKind.COUNTER || kind == InstrumentKind.HISTOGRAM;
        }

        /// 160 buckets, from scale 20 down.
        public static ExponentialBuckets standard() {
            return new ExponentialBuckets(160, 20, true);
        }
    }
}
