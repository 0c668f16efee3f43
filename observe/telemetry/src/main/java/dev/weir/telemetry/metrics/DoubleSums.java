package dev.weir.telemetry.metrics;

import dev.weir.telemetry.otlp.ProtoWriter;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;

/// Sums of doubles, sent as `NumberDataPoint`s.
final class DoubleSums extends SyncMetric {
    DoubleSums(Metric metric, Shared shared) {
        super(metric, shared);
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
            ((DoubleSum) stripe).sum += value;
            if (span != null) {
                offer(stripe, 0, Double.doubleToRawLongBits(value), attributes, span);
            }
        } finally {
            stripe.release();
        }
    }

    @Override
    Cell cell() {
        return new DoubleSum();
    }

    @Override
    void write(ProtoWriter out, Cell collected) {
        out.float64(4, ((DoubleSum) collected).sum);
    }

    @Override
    int attributesField() {
        return 7;
    }

    @Override
    int exemplarsField() {
        return 5;
    }

    @Override
    boolean doubles() {
        return true;
    }

    @Override
    Reservoir reservoir() {
        return Reservoir.ofSize(Runtime.getRuntime().availableProcessors());
    }
}
