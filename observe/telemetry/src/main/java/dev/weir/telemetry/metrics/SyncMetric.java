package dev.weir.telemetry.metrics;

import dev.weir.telemetry.otlp.ProtoWriter;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The series of a metric that is written to directly, found by their attributes.
///
/// The cardinality limit counts the overflow series, which takes what comes once all others are
/// taken (metrics SDK specification, "Cardinality limits"). With delta temporality a series counts
/// only if something was recorded since the last collection: idle ones make room.
///
/// Writers take no lock but to make a series; the collector holds it only while it gives some up.
abstract class SyncMetric extends Recorder {
    static final Attributes OVERFLOW =
            Attributes.of(AttributeKey.booleanKey("otel.metric.overflow"), true);
    private static final Class<?> STANDARD = OVERFLOW.getClass();
    private static final int ALIASES_PER_SERIES = 4;

    /// What all metrics of a provider share.
    ///
    /// @param exemplars which measurements may become exemplars
    /// @param epochNanos the time
    /// @param folded counts measurements that went to an overflow series
    record Shared(ExemplarFilter exemplars, LongSupplier epochNanos, LongAdder folded) {}

    final Metric metric;
    private final Shared shared;
    private final long created;
    private final CellTable cells = new CellTable();

    /// Cells by attributes that a view filters, so that a set met before is not filtered again.
    private final @Nullable CellTable aliases;

    private final Object lock = new Object();
    private Series[] series = new Series[8];
    private int size;

    /// Whether there was no room left, until the next collection.
    private volatile boolean full;

    /// What stripes are added up in; the collector's only.
    private @Nullable Cell sum;

    SyncMetric(Metric metric, Shared shared) {
        this.metric = metric;
        this.shared = shared;
        aliases = metric.keep() == null ? null : new CellTable();
        created = shared.epochNanos().getAsLong();
    }

    /// A new cell of this metric's kind.
    abstract Cell cell();

    /// Writes the value that was collected, as fields of a point.
    abstract void write(ProtoWriter out, Cell collected);

    /// The field of a point that its attributes are in.
    abstract int attributesField();

    /// The field of a point that its exemplars are in.
    abstract int exemplarsField();

    /// Whether exemplars are doubles.
    abstract boolean doubles();

    /// A reservoir as the specification wants it for this kind.
    abstract Reservoir reservoir();

    @Override
    final boolean enabled() {
        return true;
    }

    final @Nullable SpanContext eligible(@Nullable Context context) {
        return shared.exemplars().eligible(context);
    }

    /// Offers a measurement to the reservoir of a stripe that the caller owns.
    final void offer(Cell stripe, int bucket, long value, Attributes attributes, SpanContext span) {
        var present = stripe.exemplars();
        var reservoir = present == null ? stripe.exemplars(reservoir()) : present;
        int place = reservoir.place(bucket);
        if (place >= 0) {
            reservoir.keep(place, value, attributes, span, shared.epochNanos().getAsLong());
        }
    }

    /// The cell of these attributes. It may have been closed since: then `renew` finds another.
    final Cell find(Attributes attributes) {
        var cell = (aliases == null ? cells : aliases).get(attributes);
        return cell == null ? renew(attributes) : cell;
    }

    /// The cell of these attributes, which is made if there is none.
    final Cell renew(Attributes attributes) {
        var standard = standard(attributes);
        var kept = metric.filter(standard);
        var present = cells.get(kept);
        var overflow = present == null && full ? cells.get(OVERFLOW) : null;
        if (overflow != null) {
            shared.folded().increment();
            return overflow;
        }
        synchronized (lock) {
            var cell = locked(kept);
            var known = aliases;
            // What overflows now may have a series of its own later.
            if (known != null && cells.get(kept) == cell && known.get(standard) == null) {
                if (known.size() >= ALIASES_PER_SERIES * metric.cardinalityLimit()) {
                    known.clear();
                }
                known.put(standard, cell);
            }
            return cell;
        }
    }

    private Cell locked(Attributes kept) {
        var present = cells.get(kept);
        if (present != null) {
            return present;
        }
        int room = metric.cardinalityLimit() - 1;
        if (size >= room && !full && metric.delta()) {
            giveUp(0);
        }
        if (size < room) {
            return add(kept);
        }
        full = true;
        shared.folded().increment();
        var overflow = cells.get(OVERFLOW);
        return overflow == null ? add(OVERFLOW) : overflow;
    }

    private Cell add(Attributes attributes) {
        var next = new Series(attributes, shared.epochNanos().getAsLong(), cell());
        if (size == series.length) {
            series = Arrays.copyOf(series, 2 * size);
        }
        series[size++] = next;
        cells.put(attributes, next.cell);
        return next.cell;
    }

    /// Gives up the series in which nothing was recorded since the last collection.
    ///
    /// @param idle for how many collections in a row there must have been nothing before
    private void giveUp(int idle) {
        var kept = new Series[series.length];
        int count = 0;
        for (int i = 0; i < size; i++) {
            if (series[i].idle < idle || !series[i].cell.closeIfIdle()) {
                kept[count++] = series[i];
            }
        }
        if (count == size) {
            return;
        }
        series = kept;
        size = count;
        cells.clear();
        if (aliases != null) {
            aliases.clear();
        }
        for (int i = 0; i < count; i++) {
            cells.put(kept[i].attributes, kept[i].cell);
        }
    }

    /// Writes a point for each series; the collector's only.
    ///
    /// @param last when metrics were collected last; 0 where they never were
    final void collect(Request request, long last, long now) {
        Series[] all;
        int count;
        synchronized (lock) {
            all = series;
            count = size;
        }
        boolean delta = metric.delta();
        long begin = Math.max(created, last);
        boolean idle = false;
        var total = sum == null ? sum = cell() : sum;
        request.metric(metric);
        for (int i = 0; i < count; i++) {
            var one = all[i];
            if (one.cell.collect(total, delta)) {
                point(request, one, total, delta ? begin : one.start, now);
                one.idle = 0;
            } else {
                one.idle++;
                idle = true;
            }
        }
        if (delta) {
            synchronized (lock) {
                if (idle) {
                    giveUp(1);
                }
                full = false;
            }
        }
    }

    private void point(Request request, Series one, Cell sum, long start, long now) {
        var out = request.beginPoint();
        one.writeAttributes(out, attributesField());
        out.fixed64(2, start);
        out.fixed64(3, now);
        write(out, sum);
        var exemplars = sum.exemplars();
        if (exemplars != null && !exemplars.isEmpty()) {
            exemplars.write(out, exemplarsField(), one.attributes, doubles());
        }
        request.endPoint();
    }

    /// Attributes as the API makes them: immutable, and equal where they say the same.
    static Attributes standard(Attributes attributes) {
        return STANDARD.isInstance(attributes)
                ? attributes
                : Attributes.builder().putAll(attributes).build();
    }
}
