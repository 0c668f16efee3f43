package dev.weir.server;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// A page in the Prometheus text format 0.0.4, read without mercy: what a collector may put up with
/// is an error here. Each metric has one block with its type first, each series is there once, and
/// histograms add up.
final class Scrape {
    private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
    private static final Pattern HELP = Pattern.compile("# HELP (" + NAME + ") (.+)");
    private static final Pattern TYPE =
            Pattern.compile("# TYPE (" + NAME + ") (counter|gauge|histogram|summary|untyped)");
    private static final Pattern SAMPLE =
            Pattern.compile("(" + NAME + ")(?:\\{(.+)})? (\\S+)", Pattern.DOTALL);
    private static final Pattern LABEL =
            Pattern.compile(
                    "\\G(?:^|,)([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\[\\\\\"n])*)\"");

    private final Map<String, String> types = new LinkedHashMap<>();
    private final Map<String, Map<Map<String, String>, Double>> samples = new HashMap<>();
    private String current = "";

    static Scrape of(String page) {
        var scrape = new Scrape();
        check(page.isEmpty() || page.endsWith("\n"), "the last line is not ended");
        for (var line : page.split("\n")) {
            scrape.line(line);
        }
        scrape.types.forEach((name, type) -> {
            if (type.equals("histogram")) {
                scrape.histogram(name);
            }
        });
        return scrape;
    }

    /// The value of a series; NaN where there is none.
    double value(String name, String... labels) {
        var key = new TreeMap<String, String>();
        for (int i = 0; i < labels.length; i += 2) {
            key.put(labels[i], labels[i + 1]);
        }
        return samples.getOrDefault(name, Map.of()).getOrDefault(key, Double.NaN);
    }

    private void line(String line) {
        var help = HELP.matcher(line);
        if (help.matches()) {
            check(!types.containsKey(help.group(1)), "HELP behind TYPE: " + line);
            return;
        }
        var type = TYPE.matcher(line);
        if (type.matches()) {
            current = type.group(1);
            check(types.put(current, type.group(2)) == null, "two blocks of " + current);
            return;
        }
        var sample = SAMPLE.matcher(line);
        check(sample.matches(), "no line of the format: " + line);
        var name = sample.group(1);
        check(belongs(name), name + " is not in a block of its own");
        var series = samples.computeIfAbsent(name, _ -> new LinkedHashMap<>());
        var value = number(sample.group(3));
        check(series.put(labels(sample.group(2)), value) == null, "twice: " + line);
    }

    private boolean belongs(String name) {
        return switch (types.getOrDefault(current, "")) {
            case "histogram" -> name.matches(current + "_(bucket|sum|count)");
            case "counter" -> name.equals(current) && name.endsWith("_total");
            default -> name.equals(current);
        };
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    private static Map<String, String> labels(String text) {
        var labels = new TreeMap<String, String>();
        if (text == null) {
            return labels;
        }
        var label = LABEL.matcher(text);
        int end = 0;
        while (label.find()) {
            end = label.end();
            check(labels.put(label.group(1), plain(label.group(2))) == null, "twice in: " + text);
        }
        check(end == text.length(), "no labels: " + text);
        return labels;
    }

    private static String plain(String text) {
        return text.replace("\\n", "\n").replace("\\\"", "\"").replace("\\\\", "\\");
    }

    private void histogram(String name) {
        var buckets = new LinkedHashMap<Map<String, String>, List<double[]>>();
        samples.getOrDefault(name + "_bucket", Map.of())
                .forEach((labels, count) -> {
                    var rest = new TreeMap<>(labels);
                    var bound = rest.remove("le");
                    check(bound != null, "a bucket of " + name + " without a bound");
                    buckets.computeIfAbsent(rest, _ -> new ArrayList<>())
                            .add(new double[] {number(bound), count});
                });
        check(!buckets.isEmpty(), name + " has no buckets");
        buckets.forEach((labels, list) -> {
            for (int i = 1; i < list.size(); i++) {
                check(list.get(i - 1)[0] < list.get(i)[0], name + ": bounds do not ascend");
                check(list.get(i - 1)[1] <= list.get(i)[1], name + ": counts do not ascend");
            }
            var last = list.getLast();
            check(Double.isInfinite(last[0]), name + " has no last bucket");
            check(samples.get(name + "_count").get(labels) == last[1], name + ": wrong count");
            check(samples.get(name + "_sum").containsKey(labels), name + " has no sum");
        });
    }

    private static void check(boolean fine, String problem) {
        if (!fine) {
            throw new AssertionError(problem);
        }
    }
}
