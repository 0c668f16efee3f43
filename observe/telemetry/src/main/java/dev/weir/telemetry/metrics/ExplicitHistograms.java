package dev.weir.telemetry.metrics;

import dev.weir.telemetry.Aggregation;
import dev.weir.telemetry.otlp.ProtoWriter;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;

/// Histograms of given buckets, sent as `HistogramDataPoint`s.
final class ExplicitHistograms extends SyncMetric {
    private final Aggregation.ExplicitBuckets buckets;
    private final Boundaries boundaries;

    ExplicitHistograms(Metric metric, Aggregation.ExplicitBuckets buckets, Shared shared) {
        super(metric, shared);
        this.buckets = buckets;
        boundaries = new Boundaries(buckets.boundaries());
    }

    @Override
    void record(long value, Attributes attributes, @Nullable Context context) {
        record((double) value, attributes, context);
    }

    @Override
    void record(double value, Attributes attributes, @Nullable Context context) {
        if (Double.isNaN(value)) {
            return;
        }
        var span = eligible(context);
        int bucket = boundaries.bucket(value);
        var stripe = find(attributes).acquire();
        while (stripe == null) {
            stripe = renew(attributes).acquire();
        }
        try {
            ((ExplicitHistogram) stripe).record(value, bucket);
            if (span != null) {
                offer(stripe, bucket, Double.doubleToRawLongBits(value), attributes, span);
            }
        } finally {
            stripe.release();
        }
    }

    @Override
    Cell cell() {
        return new ExplicitHistogram(boundaries.buckets());
    }

    @Override
    void write(ProtoWriter out, Cell collected) {
        var histogram = (ExplicitHistogram) collected;
        out.fixed64(4, histogram.count());
        out.float64(5, histogram.sum);
        if (buckets.minMax()) {
            out.float64(11, histogram.min);
            out.float64(12, histogram.max);
        }
        histogram.writeCounts(out, 6);
        out.packedFloat64(7, buckets.boundaries());
    }

    @Override
    int attributesField() {
        return 9;
    }

    @Override
    int exemplarsField() {
        return 8;
    }

    @Override
    boolean doubles() {
        return true;
    }

    @Override
    Reservoir reservoir() {
        return Reservoir.ofBuckets(boundaries.buckets());
    }
}
