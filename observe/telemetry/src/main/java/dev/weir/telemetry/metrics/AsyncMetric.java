package dev.weir.telemetry.metrics;

import dev.weir.telemetry.Aggregation;
import dev.weir.telemetry.otlp.ProtoWriter;
import io.opentelemetry.api.common.Attributes;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The series of a metric whose values are asked for at each collection. What a callback does not
/// tell ends its series (metrics SDK specification, "Asynchronous instrument").
///
/// Thread-safe: a callback may use threads of its own.
final class AsyncMetric {
    private final Metric metric;
    private final SyncMetric.Shared shared;
    private final long created;
    private final Map<Attributes, Observed> series = new HashMap<>();
    private int told;

    /// When metrics were collected last; 0 where they never were.
    private long last;

    AsyncMetric(Metric metric, SyncMetric.Shared shared) {
        this.metric = metric;
        this.shared = shared;
        created = shared.epochNanos().getAsLong();
    }

    /// One series, its values since the last collection, and its total at the last one.
    private static final class Observed {
        final Attributes attributes;
        final long start;
        boolean told;
        boolean before;
        long longs;
        double doubles;
        long longsBefore;
        double doublesBefore;
        @Nullable Reservoir exemplars;

        Observed(Attributes attributes, long start) {
            this.attributes = attributes;
            this.start = start;
        }
    }

    synchronized void observe(long value, Attributes attributes) {
        var one = find(attributes);
        one.longs = sums() ? one.longs + value : value;
        offer(one, value, attributes);
    }

    synchronized void observe(double value, Attributes attributes) {
        var one = find(attributes);
        one.doubles = sums() ? one.doubles + value : value;
        offer(one, Double.doubleToRawLongBits(value), attributes);
    }

    private boolean sums() {
        return metric.aggregation() instanceof Aggregation.Sum;
    }

    private void offer(Observed one, long bits, Attributes attributes) {
        var span = shared.exemplars().eligible(null);
        if (span == null) {
            return;
        }
        var reservoir = one.exemplars;
        if (reservoir == null) {
            reservoir = Reservoir.ofSize(Runtime.getRuntime().availableProcessors());
            one.exemplars = reservoir;
        }
        int place = reservoir.place(0);
        if (place >= 0) {
            reservoir.keep(place, bits, attributes, span, shared.epochNanos().getAsLong());
        }
    }

    private Observed find(Attributes attributes) {
        var kept = metric.filter(SyncMetric.standard(attributes));
        var present = series.get(kept);
        if (present == null || metric.delta() && !present.told) {
            if ((metric.delta() ? told : series.size()) >= metric.cardinalityLimit() - 1) {
                shared.folded().increment();
                kept = SyncMetric.OVERFLOW;
                present = series.get(kept);
            }
        }
        if (present == null) {
            present = new Observed(kept, Math.max(created, last));
            series.put(kept, present);
        }
        if (!present.told) {
            present.told = true;
            told++;
        }
        return present;
    }

    /// Writes a point for each series that was told, and begins anew.
    ///
    /// @param before when metrics were collected last; 0 where they never were
    synchronized void collect(Request request, long before, long now) {
        request.metric(metric);
        long begin = Math.max(created, before);
        for (var all = series.values().iterator(); all.hasNext(); ) {
            var one = all.next();
            if (!one.told) {
                all.remove();
                continue;
            }
            point(request, one, metric.delta() ? begin : one.start, now);
            one.told = false;
            one.before = true;
            one.longsBefore = one.longs;
            one.doublesBefore = one.doubles;
            one.longs = 0;
            one.doubles = 0;
        }
        told = 0;
        last = now;
    }

    private void point(Request request, Observed one, long start, long now) {
        var out = request.beginPoint();
        out.attributes(7, one.attributes);
        out.fixed64(2, start);
        out.fixed64(3, now);
        writeValue(out, one, metric.delta() && sums() && one.before);
        var exemplars = one.exemplars;
        if (exemplars != null) {
            exemplars.write(out, 5, one.attributes, metric.instrument().doubles());
            exemplars.clear();
        }
        request.endPoint();
    }

    private void writeValue(ProtoWriter out, Observed one, boolean difference) {
        if (metric.instrument().doubles()) {
            out.float64(4, difference ? one.doubles - one.doublesBefore : one.doubles);
        } else {
            out.fixed64(6, difference ? one.longs - one.longsBefore : one.longs);
        }
    }
}
