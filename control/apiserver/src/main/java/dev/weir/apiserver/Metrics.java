package dev.weir.apiserver;

import dev.weir.resource.MetricsText;
import dev.weir.store.Store;
import java.util.Arrays;
import java.util.Comparator;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/// What `/metrics` tells, under the names that the Kubernetes API server uses where it has them.
final class Metrics {
    private static final double[] BOUNDS = {
        0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
    };

    private static final Comparator<Answer> ORDER =
            Comparator.comparing(Answer::verb).thenComparingInt(Answer::code);

    private final Store store;
    private final ConcurrentSkipListMap<Answer, LongAdder> requests = new ConcurrentSkipListMap<>();
    private final LongAdder[] durations = new LongAdder[BOUNDS.length + 1];
    private final LongAdder nanos = new LongAdder();
    private final LongAdder watches = new LongAdder();

    Metrics(Store store) {
        this.store = store;
        Arrays.setAll(durations, _ -> new LongAdder());
    }

    void request(String method, int code, long duration) {
        requests.computeIfAbsent(new Answer(verb(method), code), _ -> new LongAdder()).increment();
        int bucket = 0;
        while (bucket < BOUNDS.length && duration > BOUNDS[bucket] * 1e9) {
            bucket++;
        }
        durations[bucket].increment();
        nanos.add(duration);
    }

    // Callers choose the method's text; an unknown one must not make a series of its own.
    private static String verb(String method) {
        return switch (method) {
            case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS" -> method;
            default -> "other";
        };
    }

    void watch(int change) {
        watches.add(change);
    }

    MetricsText text() {
        var text = new MetricsText();
        requests.forEach((answer, count) ->
                text.counter(
                        "apiserver_request_total",
                        "Requests answered, by method and status.",
                        count.sum(),
                        "verb",
                        answer.verb(),
                        "code",
                        Integer.toString(answer.code())));
        text.histogram(
                "apiserver_request_duration_seconds",
                "How long requests took; watches until their end.",
                BOUNDS,
                Arrays.stream(durations).mapToLong(LongAdder::sum).toArray(),
                nanos.sum() / 1e9);
        text.gauge("apiserver_longrunning_requests", "Watches that are open.", watches.sum());
        var stats = store.stats();
        return text.gauge("weir_store_revision", "The newest revision.", store.revision())
                .gauge(
                        "weir_store_compacted_revision",
                        "The oldest revision that can be read; 0 while all can.",
                        store.compactedRevision())
                .counter("weir_store_commits_total", "Writes committed.", stats.commits())
                .counter("weir_store_syncs_total", "Forced writes to disk.", stats.syncs())
                .gauge(
                        "weir_store_sync_seconds_p50",
                        "How long the median of recent forced writes took.",
                        stats.syncP50Nanos() / 1e9)
                .gauge(
                        "weir_store_sync_seconds_p99",
                        "How long the 99th percentile of recent forced writes took.",
                        stats.syncP99Nanos() / 1e9)
                .gauge("weir_store_disk_bytes", "The size of all files.", stats.diskBytes());
    }

    /// A series of requests.
    private record Answer(String verb, int code) implements Comparable<Answer> {
        @Override
        public int compareTo(Answer other) {
            return ORDER.compare(this, other);
        }
    }
}
