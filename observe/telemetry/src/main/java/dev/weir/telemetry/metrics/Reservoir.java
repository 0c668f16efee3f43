package dev.weir.telemetry.metrics;

import dev.weir.telemetry.otlp.ProtoWriter;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// The measurements of a stripe that may become exemplars: the last of each bucket, or a random
/// choice of a fixed size. It belongs to whoever owns the stripe.
final class Reservoir {
    private final boolean ofBuckets;
    private final @Nullable SpanContext[] spans;
    private final @Nullable Attributes[] attributes;
    private final long[] times;
    private final long[] values;
    private long offered;

    private Reservoir(boolean ofBuckets, int size) {
        this.ofBuckets = ofBuckets;
        spans = new SpanContext[size];
        attributes = new Attributes[size];
        times = new long[size];
        values = new long[size];
    }

    /// Keeps the last measurement of each bucket.
    static Reservoir ofBuckets(int buckets) {
        return new Reservoir(true, buckets);
    }

    /// Keeps a uniform random choice (metrics SDK specification,
    /// "SimpleFixedSizeExemplarReservoir").
    static Reservoir ofSize(int size) {
        return new Reservoir(false, size);
    }

    Reservoir another() {
        return new Reservoir(ofBuckets, values.length);
    }

    boolean isEmpty() {
        return offered == 0;
    }

    /// Where a measurement would be kept; -1 where it would not.
    ///
    /// @param bucket its bucket, where this is a reservoir of buckets
    int place(int bucket) {
        offered++;
        if (ofBuckets) {
            return bucket;
        }
        long place = ThreadLocalRandom.current().nextLong(offered);
        return place < values.length ? (int) place : -1;
    }

    /// Keeps a measurement.
    ///
    /// @param value a long, or the bits of a double
    /// @param time in nanoseconds since the epoch
    void keep(int place, long value, Attributes with, SpanContext span, long time) {
        values[place] = value;
        attributes[place] = with;
        spans[place] = span;
        times[place] = time;
    }

    /// Takes another stripe's measurements in: the later one of a bucket, or either in proportion
    /// to how many were offered.
    void absorb(Reservoir other) {
        offered += other.offered;
        for (int i = 0; i < values.length; i++) {
            var theirs = other.attributes[i];
            var span = other.spans[i];
            if (theirs != null && span != null && (attributes[i] == null || other.wins(i, this))) {
                keep(i, other.values[i], theirs, span, other.times[i]);
            }
        }
    }

    private boolean wins(int i, Reservoir total) {
        return ofBuckets
                ? times[i] >= total.times[i]
                : ThreadLocalRandom.current().nextLong(total.offered) < offered;
    }

    void clear() {
        if (offered > 0) {
            Arrays.fill(spans, null);
            Arrays.fill(attributes, null);
            offered = 0;
        }
    }

    /// Writes the exemplars of a point (OTLP, `Exemplar`).
    ///
    /// @param point the attributes that the point has, which its exemplars do not repeat
    void write(ProtoWriter out, int field, Attributes point, boolean doubles) {
        for (int i = 0; i < values.length; i++) {
            var all = attributes[i];
            var span = spans[i];
            if (all == null || span == null) {
                continue;
            }
            int mark = out.begin(field);
            out.fixed64(2, times[i]);
            out.fixed64(doubles ? 3 : 6, values[i]);
            if (span.isValid()) {
                out.hex(4, span.getSpanId());
                out.hex(5, span.getTraceId());
            }
            if (all != point) {
                all.forEach((key, value) -> filtered(out, point, key, value));
            }
            out.end(mark);
        }
    }

    private static void filtered(
            ProtoWriter out, Attributes point, AttributeKey<?> key, Object value) {
        if (point.get(key) == null) {
            out.attribute(7, key, value);
        }
    }
}
