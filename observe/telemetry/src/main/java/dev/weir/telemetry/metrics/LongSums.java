package dev.weir.telemetry.metrics;

import dev.weir.telemetry.otlp.ProtoWriter;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;

/// Sums of longs, sent as `NumberDataPoint`s.
final class LongSums extends SyncMetric {
    LongSums(Metric metric, Shared shared) {
        super(metric, shared);
    }

    @Override
    void record(long value, Attributes attributes, @Nullable Context context) {
        var span = eligible(context);
        var cell = find(attributes);
        var stripe = cell.acquire();
        while (stripe == null) {
            stripe = renew(attributes).acquire();
        }
        try {
            ((LongSum) stripe).sum += value;
            if (span != null) {
                offer(stripe, 0, value, attributes, span);
            }
        } finally {
            stripe.release();
        }
    }

    @Override
    void record(double value, Attributes attributes, @Nullable Context context) {
        record((long) value, attributes, context);
    }

    @Override
    Cell cell() {
        return new LongSum();
    }

    @Override
    void write(ProtoWriter out, Cell collected) {
        out.fixed64(6, ((LongSum) collected).sum);
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
        return false;
    }

    @Override
    Reservoir reservoir() {
        return Reservoir.ofSize(Runtime.getRuntime().availableProcessors());
    }
}
