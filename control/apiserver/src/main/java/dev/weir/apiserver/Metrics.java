package dev.weir.apiserver;

import dev.weir.store.Store;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// What `/metrics` tells, under the names that the Kubernetes API server uses where it has them.
final class Metrics {
    private static final double[] BOUNDS = {
        0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
    };

    private final Store store;
    private final ConcurrentHashMap<String, LongAdder> requests = new ConcurrentHashMap<>();
    private final LongAdder[] durations = new LongAdder[BOUNDS.length + 1];
    private final LongAdder nanos = new LongAdder();
    private final LongAdder watches = new LongAdder();

    Metrics(Store store) {
        this.store = store;
        java.util.Arrays.setAll(durations, _ -> new LongAdder());
    }

    void request(String method, int code, long duration) {
        var labels = "{verb=\"" + verb(method) + "\",code=\"" + code + "\"}";
        requests.computeIfAbsent(labels, _ -> new LongAdder()).increment();
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

    String text() {
        var out = new StringBuilder();
        out.append("# TYPE apiserver_request_total counter\n");
        new TreeMap<>(requests)
                .forEach((labels, n) -> line(out, "apiserver_request_total" + labels, n.sum()));
        histogram(out);
        gauge(out, "apiserver_longrunning_requests", watches.sum());
        gauge(out, "weir_store_revision", store.revision());
        gauge(out, "weir_store_compacted_revision", store.compactedRevision());
        var stats = store.stats();
        counter(out, "weir_store_commits_total", stats.commits());
        counter(out, "weir_store_syncs_total", stats.syncs());
        gauge(out, "weir_store_sync_seconds_p50", stats.syncP50Nanos() / 1e9);
        gauge(out, "weir_store_sync_seconds_p99", stats.syncP99Nanos() / 1e9);
        gauge(out, "weir_store_disk_bytes", stats.diskBytes());
        return out.toString();
    }

    private void histogram(StringBuilder out) {
        var name = "apiserver_request_duration_seconds";
        out.append("# TYPE ").append(name).append(" histogram\n");
        long sum = 0;
        for (int i = 0; i < durations.length; i++) {
            sum += durations[i].sum();
            var bound = i < BOUNDS.length ? Double.toString(BOUNDS[i]) : "+Inf";
            line(out, name + "_bucket{le=\"" + bound + "\"}", sum);
        }
        line(out, name + "_sum", nanos.sum() / 1e9);
        line(out, name + "_count", sum);
    }

    private static void counter(StringBuilder out, String name, Number value) {
        out.append("# TYPE ").append(name).append(" counter\n");
        line(out, name, value);
    }

    private static void gauge(StringBuilder out, String name, Number value) {
        out.append("# TYPE ").append(name).append(" gauge\n");
        line(out, name, value);
    }

    private static void line(StringBuilder out, String name, Number value) {
        out.append(name).append(' ').append(value).append('\n');
    }
}
