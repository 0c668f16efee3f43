package dev.weir.telemetry.metrics;

import dev.weir.telemetry.Aggregation;
import dev.weir.telemetry.otlp.ProtoWriter;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;

/// Histograms of buckets that adapt, sent as `ExponentialHistogramDataPoint`s.
final class ExponentialHistograms extends SyncMetric {
    private static final int MAX_EXEMPLARS = 20;

    private final Aggregation.ExponentialBuckets buckets;

    ExponentialHistograms(Metric metric, Aggregation.ExponentialBuckets buckets, Shared shared) {
        super(metric, shared);
        this.buckets = buckets;
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
        var stripe = find(attributes).acquire();
        while (stripe == null) {
            stripe = renew(attributes).acquire();
        }
        try {
            // There is no bucket for infinity.
            if (value <= Double.MAX_VALUE) {
                ((ExponentialHistogram) stripe).record(value);
            }
            if (span != null) {
                offer(stripe, 0, Double.doubleToRawLongBits(value), attributes, span);
            }
        } finally {
            stripe.release();
        }
    }

    @Override
    Cell cell() {
        return new ExponentialHistogram(buckets.maxBuckets(), buckets.maxScale());
    }

    @Override
    void write(ProtoWriter out, Cell collected) {
        var histogram = (ExponentialHistogram) collected;
        long count = histogram.count();
        out.fixed64(4, count);
        out.float64(5, histogram.sum);
        if (buckets.minMax() && count > 0) {
            out.float64(12, histogram.min);
            out.float64(13, histogram.max);
        }
        out.zigzag(6, histogram.scale);
        out.fixed64(7, histogram.zeros);
        int mark = out.begin(8);
        out.zigzag(1, histogram.offset());
        histogram.writeCounts(out, 2);
        out.end(mark);
        out.end(out.begin(9));
    }

    @Override
    int attributesField() {
        return 1;
    }

    @Override
    int exemplarsField() {
        return 11;
    }

    @Override
    boolean doubles() {
        return true;
    }

    @Override
    Reservoir reservoir() {
        return Reservoir.ofSize(Math.min(MAX_EXEMPLARS, buckets.maxBuckets()));
    }
}
