package dev.weir.reconcile;

import dev.weir.resource.MetricsText;
import java.util.Collection;
import java.util.Map;

/// Counts what passes a [WorkQueue]; guarded by the queue's lock.
final class QueueMetrics {
    long adds;
    long retries;
    private final Histogram queueSeconds = new Histogram(Histogram.QUEUE);
    private final Histogram workSeconds = new Histogram(Histogram.QUEUE);

    void queued(long nanos) {
        queueSeconds.observeAlone(nanos);
    }

    void work(long nanos) {
        workSeconds.observeAlone(nanos);
    }

    Figures figures(Map<Priority, Integer> depth, Collection<Item> running, long now) {
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
                queueSeconds.snapshot(),
                workSeconds.snapshot(),
                sum / 1e9,
                longest / 1e9);
    }

    /// The figures of a queue at one moment, under the meanings of client-go's `workqueue_*`.
    record Figures(
            Map<Priority, Integer> depth,
            long adds,
            long retries,
            Histogram.Snapshot queueSeconds,
            Histogram.Snapshot workSeconds,
            double unfinishedSeconds,
            double longestSeconds) {

        void write(MetricsText text, String controller) {
            String[] labels = {"name", controller, "controller", controller};
            depth.forEach((priority, count) ->
                    text.gauge(
                            "workqueue_depth",
                            "Requests that wait, by priority.",
                            count,
                            "name",
                            controller,
                            "controller",
                            controller,
                            "priority",
                            Integer.toString(priority.number())));
            text.counter("workqueue_adds_total", "Requests that came to wait.", adds, labels);
            text.counter(
                    "workqueue_retries_total",
                    "Requests put off after a failure or for a time.",
                    retries,
                    labels);
            text.gauge(
                    "workqueue_unfinished_work_seconds",
                    "The sum of the ages of all reconciles that run.",
                    unfinishedSeconds,
                    labels);
            text.gauge(
                    "workqueue_longest_running_processor_seconds",
                    "The age of the oldest reconcile that runs.",
                    longestSeconds,
                    labels);
            histogram(
                    text,
                    "workqueue_queue_duration_seconds",
                    "How long requests waited for a worker.",
                    queueSeconds,
                    labels);
            histogram(
                    text,
                    "workqueue_work_duration_seconds",
                    "How long workers had requests.",
                    workSeconds,
                    labels);
        }

        private static void histogram(
                MetricsText text,
                String name,
                String help,
                Histogram.Snapshot figures,
                String... labels) {
            text.histogram(name, help, figures.bounds(), figures.counts(), figures.sum(), labels);
        }
    }
}
