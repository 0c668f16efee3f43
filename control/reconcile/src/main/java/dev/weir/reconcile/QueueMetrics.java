package dev.weir.reconcile;

import java.util.Collection;

/// Counts what passes a [WorkQueue]; guarded by the queue's lock.
final class QueueMetrics {
    long adds;
    long retries;
    private final Histogram queueSeconds = new Histogram(Histogram.LATENCY);
    private final Histogram workSeconds = new Histogram(Histogram.LATENCY);

    void queued(long nanos) {
        queueSeconds.observe(nanos);
    }

    void work(long nanos) {
        workSeconds.observe(nanos);
    }

    Figures figures(int depth, Collection<Item> running, long now) {
        long sum = 0;
        long longest = 0;
        for (var item : running) {
            sum += now - item.since;
            longest = Math.max(longest, now - item.since);
        }
        return new Figures(
                depth,
                adds,
                retries,
                queueSeconds.copy(),
                workSeconds.copy(),
                sum / 1e9,
                longest / 1e9);
    }

    /// The figures of a queue at one moment, under the meanings of client-go's `workqueue_*`.
    record Figures(
            int depth,
            long adds,
            long retries,
            Histogram queueSeconds,
            Histogram workSeconds,
            double unfinishedSeconds,
            double longestSeconds) {}
}
