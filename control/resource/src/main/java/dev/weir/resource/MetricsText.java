package dev.weir.resource;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Figures in the Prometheus text format 0.0.4, grouped by metric, each series once.
///
/// ```java
/// new MetricsText()
///         .counter("shop_sales_total", "Sales.", 7, "shop", "corner")
///         .gauge("shop_tills", "Tills that are open.", 2, "shop", "corner")
///         .toString();
/// ```
///
/// Labels come in pairs, a name and a value; values may be any text. Of a metric's several
/// descriptions and of a series' several values the first counts. One thread writes.
public final class MetricsText {
    private static final Pattern HEAD =
            Pattern.compile("# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*)(?: (.*))?");
    private static final String LABEL =
            "[a-zA-Z_][a-zA-Z0-9_]*=\"[^\"\\\\]*+(?:\\\\[\\\\\"n][^\"\\\\]*+)*+\"";
    private static final Pattern SAMPLE =
            Pattern.compile(
                    "(([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(?:"
                            + LABEL
                            + "(?:,"
                            + LABEL
                            + ")*+,?)?})?)"
                            + " ([+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
                            + "|[+-]?Inf|NaN)");

    private final Map<String, Metric> metrics = new LinkedHashMap<>();

    /// No figures yet.
    public MetricsText() {}

    /// A count that only grows.
    public MetricsText counter(String name, String help, double value, String... labels) {
        metric(name, help, "counter").sample(name + braces(labels, ""), number(value));
        return this;
    }

    /// A value that goes up and down.
    public MetricsText gauge(String name, String help, double value, String... labels) {
        metric(name, help, "gauge").sample(name + braces(labels, ""), number(value));
        return this;
    }

    /// Counts of values by size.
    ///
    /// @param bounds upper bounds, inclusive, ascending
    /// @param counts how many values are in each bucket alone, and, last, above all bounds
    /// @param sum of all values
    public MetricsText histogram(
            String name,
            String help,
            double[] bounds,
            long[] counts,
            double sum,
            String... labels) {
        if (counts.length != bounds.length + 1) {
            throw new IllegalArgumentException(
                    "a count for each bound and one above, found " + counts.length);
        }
        var metric = metric(name, help, "histogram");
        long all = 0;
        for (int i = 0; i < counts.length; i++) {
            all += counts[i];
            var bound = i < bounds.length ? number(bounds[i]) : "+Inf";
            metric.sample(name + "_bucket" + braces(labels, bound), Long.toString(all));
        }
        metric.sample(name + "_sum" + braces(labels, ""), number(sum));
        metric.sample(name + "_count" + braces(labels, ""), Long.toString(all));
        return this;
    }

    /// Adds what another wrote, and leaves out what is no line of the format.
    public MetricsText add(String text) {
        var current = "";
        for (var line : text.split("\n")) {
            var head = HEAD.matcher(line);
            if (head.matches()) {
                current = head.group(2);
                var rest = head.group(3) == null ? "" : head.group(3);
                describe(current, head.group(1), rest);
                continue;
            }
            var sample = SAMPLE.matcher(line);
            if (sample.matches()) {
                var family = family(current, sample.group(2));
                metrics.computeIfAbsent(family, Metric::new)
                        .sample(sample.group(1), sample.group(3));
            }
        }
        return this;
    }

    private void describe(String name, String what, String text) {
        var metric = metrics.computeIfAbsent(name, Metric::new);
        if (what.equals("TYPE")) {
            metric.type = metric.type.isEmpty() ? text : metric.type;
        } else {
            metric.help = metric.help.isEmpty() ? text : metric.help;
        }
    }

    private static String family(String current, String series) {
        var part = series.startsWith(current) ? series.substring(current.length()) : "-";
        return switch (part) {
            case "", "_bucket", "_sum", "_count" -> current;
            default -> series;
        };
    }

    private Metric metric(String name, String help, String type) {
        var metric = metrics.computeIfAbsent(name, Metric::new);
        describe(name, "HELP", help.replace("\\", "\\\\").replace("\n", "\\n"));
        describe(name, "TYPE", type);
        return metric;
    }

    private static String braces(String[] labels, String bound) {
        if (labels.length % 2 != 0) {
            throw new IllegalArgumentException("a value for each label");
        }
        if (labels.length == 0 && bound.isEmpty()) {
            return "";
        }
        var text = new StringBuilder("{");
        for (int i = 0; i < labels.length; i += 2) {
            label(text, labels[i], labels[i + 1]);
        }
        if (!bound.isEmpty()) {
            label(text, "le", bound);
        }
        return text.append('}').toString();
    }

    private static void label(StringBuilder text, String name, String value) {
        var escaped = value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
        text.append(text.length() > 1 ? "," : "")
                .append(name)
                .append("=\"")
                .append(escaped)
                .append('"');
    }

    private static String number(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1L << 53) {
            return Long.toString((long) value);
        }
        return Double.isInfinite(value) ? value > 0 ? "+Inf" : "-Inf" : Double.toString(value);
    }

    /// All lines, each ended; empty where there is no series.
    @Override
    public String toString() {
        var text = new StringBuilder();
        metrics.values().forEach(metric -> metric.write(text));
        return text.toString();
    }

    /// The series of one name.
    private static final class Metric {
        final String name;
        final Set<String> series = new HashSet<>();
        final StringBuilder samples = new StringBuilder();
        String help = "";
        String type = "";

        Metric(String name) {
            this.name = name;
        }

        void sample(String key, String value) {
            if (series.add(key)) {
                samples.append(key).append(' ').append(value).append('\n');
            }
        }

        void write(StringBuilder text) {
            if (samples.isEmpty()) {
                return;
            }
            if (!help.isEmpty()) {
                text.append("# HELP ").append(name).append(' ').append(help).append('\n');
            }
            if (!type.isEmpty()) {
                text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
            }
            text.append(samples);
        }
    }
}
