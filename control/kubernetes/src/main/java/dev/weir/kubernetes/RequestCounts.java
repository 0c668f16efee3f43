package dev.weir.kubernetes;

import dev.weir.resource.MetricsText;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// How many requests a host answered with which status, under client-go's names. Thread-safe.
final class RequestCounts {
    private static final String UNANSWERED = "<error>";

    private final String host;
    private final Map<Kind, LongAdder> counts = new ConcurrentHashMap<>();

    private record Kind(String method, String code) {}

    RequestCounts(String host) {
        this.host = host;
    }

    void answered(String method, int code) {
        count(method, Integer.toString(code));
    }

    void unanswered(String method) {
        count(method, UNANSWERED);
    }

    private void count(String method, String code) {
        counts.computeIfAbsent(new Kind(method, code), _ -> new LongAdder()).increment();
    }

    String text() {
        var text = new MetricsText();
        counts.entrySet().stream()
                .sorted(
                        Map.Entry.comparingByKey(
                                Comparator.comparing(Kind::method).thenComparing(Kind::code)))
                .forEach(entry ->
                        text.counter(
                                "rest_client_requests_total",
                                "Requests by status, method and host; <error> is no answer.",
                                entry.getValue().sum(),
                                "code",
                                entry.getKey().code(),
                                "method",
                                entry.getKey().method(),
                                "host",
                                host));
        return text.toString();
    }
}
