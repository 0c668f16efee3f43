package dev.weir.reconcile;

import java.util.LinkedHashMap;
import java.util.Map;

/// Figures in the Prometheus text format 0.0.4, grouped by metric.
final class MetricsText {
    private final Map<String, StringBuilder> metrics = new LinkedHashMap<>();

    void queue(String controller, QueueMetrics.Figures figures) {
        plain("workqueue_depth", "gauge", controller, figures.depth());
        plain("workqueue_adds_total", "counter", controller, figures.adds());
        plain("workqueue_retries_total", "counter", controller, figures.retries());
        plain(
                "workqueue_unfinished_work_seconds",
                "gauge",
                controller,
                figures.unfinishedSeconds());
        plain(
                "workqueue_longest_running_processor_seconds",
                "gauge",
                controller,
                figures.longestSeconds());
        histogram("workqueue_queue_duration_seconds", controller, figures.queueSeconds());
        histogram("workqueue_work_duration_seconds", controller, figures.workSeconds());
    }

    private StringBuilder of(String name, String type) {
        return metrics.computeIfAbsent(
                name, _ -> new StringBuilder("# TYPE " + name + " " + type + "\n"));
    }

    private void plain(String name, String type, String controller, double value) {
        line(of(name, type), name, "name=\"" + controller + "\"", value);
    }

    private void histogram(String name, String controller, Histogram histogram) {
        var text = of(name, "histogram");
        var label = "name=\"" + controller + "\"";
        for (int i = 0; i < histogram.buckets(); i++) {
            line(
                    text,
                    name + "_bucket",
                    label + ",le=\"" + histogram.bound(i) + "\"",
                    histogram.cumulative(i));
        }
        long all = histogram.cumulative(histogram.buckets());
        line(text, name + "_bucket", label + ",le=\"+Inf\"", all);
        line(text, name + "_sum", label, histogram.sumSeconds());
        line(text, name + "_count", label, all);
    }

    private static void line(StringBuilder text, String name, String labels, double value) {
        text.append(name).append('{').append(labels).append("} ");
        if (value == Math.rint(value)) {
            text.append((long) value);
        } else {
            text.append(value);
        }
        text.append('\n');
    }

    @Override
    public String toString() {
        return String.join("", metrics.values());
    }
}
