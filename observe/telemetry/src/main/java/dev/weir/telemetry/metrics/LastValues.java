package dev.weir.telemetry.metrics;

import dev.weir.telemetry.otlp.ProtoWriter;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;

/// Last values, longs or doubles, sent as `NumberDataPoint`s.
final class LastValues extends SyncMetric {
    LastValues(Metric metric, Shared shared) {
        super(metric, shared);
    }

    @Override
    void record(long value, Attributes attributes, @Nullable Context context) {
        set(value, attributes, context);
    }

    @Override
    void record(double value, Attributes attributes, @Nullable Context context) {
        if (!Double.isNaN(value)) {
            set(Double.doubleToRawLongBits(value), attributes, context);
        }
    }

    private void set(long bits, Attributes attributes, @Nullable Context context) {
        var span = eligible(context);
        var cell = find(attributes);
        var mine = cell.acquireFirst();
        while (mine == null) {
            cell = renew(attributes);
            mine = cell.acquireFirst();
        }
        if (!mine) {
            return;
        }
        try {
            ((LastValue) cell).bits = bits;
            if (span != null) {
                offer(cell, 0, bits, attributes, span);
            }
        } finally {
            cell.release();
        }
    }

    @Override
    Cell cell() {
        return new LastValue();
    }

    @Override
    void write(ProtoWriter out, Cell collected) {
        out.fixed64(doubles() ? 4 : 6, ((LastValue) collected).bits);
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
        return metric.instrument().doubles();
    }

    @Override
    Reservoir reservoir() {
        return Reservoir.ofSize(Runtime.getRuntime().availableProcessors());
    }
}
