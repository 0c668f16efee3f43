package dev.weir.bench;

import dev.weir.bench.ThreadCost.Cost;
import dev.weir.bench.ThreadCost.Work;
import dev.weir.telemetry.Aggregation;
import dev.weir.telemetry.Selector;
import dev.weir.telemetry.View;
import dev.weir.telemetry.logs.LogOptions;
import dev.weir.telemetry.logs.Logs;
import dev.weir.telemetry.metrics.MeterOptions;
import dev.weir.telemetry.metrics.Meters;
import dev.weir.telemetry.otlp.Payload;
import dev.weir.telemetry.otlp.Redactor;
import dev.weir.telemetry.otlp.Sink;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;

/// Metrics and log records in the process, beside the official SDK in the same run: CPU time of the
/// calling thread, and bytes it allocates.
final class SignalsBenchmark implements Benchmark {
    private static final int BATCHES = 400;
    private static final int CALLS = 20_000;
    private static final int SERIES = 10_000;
    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
    private static final AttributeKey<Long> STATUS =
            AttributeKey.longKey("http.response.status_code");

    @Override
    public String name() {
        return "signals";
    }

    @Override
    public void run(Report report) throws Exception {
        var sdk = new SdkSignals();
        var nothing = new Nothing();
        var options =
                MeterOptions.standard()
                        .withInterval(Duration.ofDays(1))
                        .withCardinalityLimit(2 * SERIES)
                        .withViews(
                                List.of(
                                        View.of(
                                                Selector.named("exponential"),
                                                Aggregation.ExponentialBuckets.standard())));
        try (var ours = Meters.start(options, () -> new byte[0], nothing, SignalsBenchmark::now);
                var theirs = sdk.meters(2 * SERIES)) {
            var our = ours.get("bench");
            var their = theirs.get("bench");
            counters(
                    report,
                    our.counterBuilder("counter").build(),
                    their.counterBuilder("counter").build());
            histograms(
                    report,
                    "explicit",
                    our.histogramBuilder("explicit").build(),
                    their.histogramBuilder("explicit").build());
            histograms(
                    report,
                    "exponential",
                    our.histogramBuilder("exponential").build(),
                    their.histogramBuilder("exponential").build());
        }
        collections(report, options, nothing);
        logs(report, sdk, nothing);
    }

    private static void counters(Report report, LongCounter ours, LongCounter theirs)
            throws Exception {
        var known = attributes(0);
        rows(report, "counter, known set", BATCHES, CALLS, adds(ours, known), adds(theirs, known));
        rows(report, "counter, new equal set", BATCHES, CALLS, fresh(ours), fresh(theirs));
        together(report, "counter", adds(ours, known), adds(theirs, known));
    }

    private static Work adds(LongCounter counter, Attributes attributes) {
        return calls -> {
            for (int i = 0; i < calls; i++) {
                counter.add(1, attributes);
            }
        };
    }

    private static Work fresh(LongCounter counter) {
        return calls -> {
            for (int i = 0; i < calls; i++) {
                counter.add(1, attributes(i & 7));
            }
        };
    }

    private static void histograms(
            Report report, String kind, DoubleHistogram ours, DoubleHistogram theirs)
            throws Exception {
        var values = new double[1024];
        var random = new SplittableRandom(1);
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.exp(random.nextDouble() * 9);
        }
        rows(
                report,
                kind + " histogram",
                BATCHES,
                CALLS,
                records(ours, values),
                records(theirs, values));
        together(report, kind + " histogram", records(ours, values), records(theirs, values));
    }

    private static Work records(DoubleHistogram histogram, double[] values) {
        var attributes = attributes(1);
        return calls -> {
            for (int i = 0; i < calls; i++) {
                histogram.record(values[i & values.length - 1], attributes);
            }
        };
    }

    private static void collections(Report report, MeterOptions options, Sink nothing) {
        var sdk = new SdkSignals();
        try (var ours = Meters.start(options, () -> new byte[0], nothing, SignalsBenchmark::now);
                var theirs = sdk.meters(2 * SERIES)) {
            var our = ours.get("bench").counterBuilder("series").build();
            var their = theirs.get("bench").counterBuilder("series").build();
            for (int i = 0; i < SERIES; i++) {
                our.add(i, attributes(i));
                their.add(i, attributes(i));
            }
            var minute = Duration.ofMinutes(1);
            rows(
                    report,
                    "collection of 10,000 series",
                    200,
                    1,
                    _ -> ours.flush(minute),
                    _ -> sdk.collect());
        }
    }

    private static void logs(Report report, SdkSignals sdk, Sink nothing) {
        try (var ours =
                        Logs.start(
                                LogOptions.standard(),
                                Redactor.NONE,
                                () -> new byte[0],
                                nothing,
                                SignalsBenchmark::now);
                var theirs = sdk.loggers()) {
            rows(
                    report,
                    "log record",
                    BATCHES,
                    5_000,
                    emits(ours.get("bench")),
                    emits(theirs.get("bench")));
        }
    }

    private static Work emits(Logger logger) {
        return calls -> {
            for (int i = 0; i < calls; i++) {
                logger.logRecordBuilder()
                        .setSeverity(Severity.INFO)
                        .setSeverityText("INFO")
                        .setBody("payment accepted by the terminal")
                        .setAttribute(ROUTE, "/payments/{id}")
                        .setAttribute(STATUS, 200L)
                        .setAttribute("thread.name", "worker-1")
                        .emit();
            }
        };
    }

    private static void rows(
            Report report, String what, int batches, int calls, Work ours, Work theirs) {
        var costs = ThreadCost.compare(batches, calls, ours, theirs);
        rows(report, what, costs[0], costs[1]);
    }

    private static void together(Report report, String what, Work ours, Work theirs)
            throws Exception {
        rows(
                report,
                what + ", 2 threads",
                ThreadCost.together(2_000, CALLS, ours),
                ThreadCost.together(2_000, CALLS, theirs));
    }

    private static void rows(Report report, String what, Cost ours, Cost theirs) {
        report.row("weir " + what, ours.nanos(), "ns");
        report.row("sdk  " + what, theirs.nanos(), "ns");
        report.row("weir " + what, ours.bytes(), "B");
        report.row("sdk  " + what, theirs.bytes(), "B");
        report.ratio(what, "sdk", theirs.nanos() / ours.nanos());
    }

    private static Attributes attributes(int i) {
        return Attributes.of(ROUTE, "/route/" + i / 8, STATUS, 200L + i % 8);
    }

    private static long now() {
        var now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000 + now.getNano();
    }

    /// Takes requests and forgets them.
    private static final class Nothing implements Sink {
        @Override
        public void accept(Payload payload) {
            payload.release();
        }

        @Override
        public boolean flush(Duration timeout) {
            return true;
        }

        @Override
        public void close() {}
    }
}
