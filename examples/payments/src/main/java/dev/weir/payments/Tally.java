package dev.weir.payments;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What became of payments since some moment. Thread-safe.
final class Tally {
    private final long start = System.nanoTime();
    private final AtomicLongArray decisions = new AtomicLongArray(Decision.values().length);
    private final LongAdder unanswered = new LongAdder();
    private final Latencies latencies = new Latencies();

    void answered(Decision decision, Duration latency) {
        decisions.incrementAndGet(decision.ordinal());
        latencies.record(latency);
    }

    /// One was sent to a terminal that is known to be away.
    void unanswered() {
        unanswered.increment();
    }

    long count(Decision decision) {
        return decisions.get(decision.ordinal());
    }

    long answered() {
        return Stream.of(Decision.values()).mapToLong(this::count).sum();
    }

    /// `301/s, p50 0.8 ms, p99 2.1 ms`.
    String pace() {
        var elapsed = Duration.ofNanos(System.nanoTime() - start);
        return "%,d/s, p50 %s, p99 %s"
                .formatted(
                        answered() * 1000 / Math.max(1, elapsed.toMillis()),
                        millis(latencies.quantile(0.5)),
                        millis(latencies.quantile(0.99)));
    }

    /// `approved 210, declined 91: OverPaymentLimit 60, MerchantBlocked 31`.
    String decisions() {
        var declined =
                Stream.of(Decision.values())
                        .filter(d -> d != Decision.Approved && count(d) > 0)
                        .map(d -> "%s %,d".formatted(d, count(d)))
                        .collect(Collectors.joining(", "));
        long approved = count(Decision.Approved);
        var text = "approved %,d, declined %,d".formatted(approved, answered() - approved);
        return (declined.isEmpty() ? text : text + ": " + declined)
                + (unanswered.sum() == 0 ? "" : "; %,d while away".formatted(unanswered.sum()));
    }

    private static String millis(Duration duration) {
        return String.format(Locale.ROOT, "%.1f ms", duration.toNanos() / 1e6);
    }
}
