package dev.weir.telemetry;

import dev.weir.telemetry.Redaction.Action;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The parts of [TelemetryOptions] from the settings that the OpenTelemetry specification names,
/// and from those of ours, which begin with `weir.`.
final class TelemetrySettings {
    private static final int NO_LIMIT = Integer.MAX_VALUE;
    private static final int LIMIT = 128;

    private final Settings settings;

    TelemetrySettings(Settings settings) {
        this.settings = settings;
    }

    Sampling sampling() {
        double ratio = settings.real("otel.traces.sampler.arg", 0, 1).orElse(1.0);
        var roots =
                Map.of(
                        "always_on", new Sampling.AlwaysOn(),
                        "always_off", new Sampling.AlwaysOff(),
                        "traceidratio", new Sampling.TraceIdRatio(ratio),
                        "consistent_probability", new Sampling.Consistent(ratio));
        var all = new HashMap<String, Sampling>(roots);
        for (var root : roots.entrySet()) {
            all.put("parentbased_" + root.getKey(), new Sampling.ParentBased(root.getValue()));
        }
        return settings.choice(
                        "otel.traces.sampler",
                        all,
                        "always_on, always_off, traceidratio, consistent_probability,"
                                + " or one of them behind parentbased_")
                .orElse(Sampling.DEFAULT);
    }

    @Nullable Path samplingFile() {
        return settings.path("weir.sampling.file", "a file").orElse(null);
    }

    SpanLimits spanLimits() {
        int all = settings.whole("otel.attribute.count.limit", 0).orElse(LIMIT);
        int length = settings.whole("otel.attribute.value.length.limit", 0).orElse(NO_LIMIT);
        return new SpanLimits(
                settings.whole("otel.span.attribute.count.limit", 0).orElse(all),
                settings.whole("otel.span.event.count.limit", 0).orElse(LIMIT),
                settings.whole("otel.span.link.count.limit", 0).orElse(LIMIT),
                settings.whole("otel.event.attribute.count.limit", 0).orElse(LIMIT),
                settings.whole("otel.link.attribute.count.limit", 0).orElse(LIMIT),
                settings.whole("otel.span.attribute.value.length.limit", 0).orElse(length));
    }

    Batching spanBatching() {
        var standard = Batching.DEFAULT;
        int queue = settings.whole("otel.bsp.max.queue.size", 1).orElse(standard.queue());
        int items = settings.whole("otel.bsp.max.export.batch.size", 1).orElse(standard.items());
        return new Batching(
                settings.time("otel.bsp.schedule.delay").orElse(standard.delay()),
                Math.min(items, queue),
                queue,
                settings.bytes("weir.spans.waiting.bytes", 1 << 16)
                        .orElse(standard.waitingBytes()));
    }

    /// Tail sampling, where any of its settings is there.
    @Nullable TailSampling tail() {
        var slow = settings.time("weir.tail.slow");
        var ratio = settings.real("weir.tail.ratio", 0, 1);
        var routes = routes();
        var wait = settings.time("weir.tail.wait");
        if (slow.isEmpty() && ratio.isEmpty() && routes.isEmpty() && wait.isEmpty()) {
            return null;
        }
        var standard = TailSampling.DEFAULT;
        return new TailSampling(
                true,
                slow.orElse(standard.slow()),
                ratio.orElse(standard.ratio()),
                routes,
                wait.orElse(standard.decisionWait()),
                standard.traces(),
                standard.bytes());
    }

    private LinkedHashMap<String, Double> routes() {
        var name = "weir.tail.routes";
        var routes = new LinkedHashMap<String, Double>();
        for (var pair : settings.pairs(name).entrySet()) {
            var share = Settings.of(Map.of(name, pair.getValue())).real(name, 0, 1);
            if (share.isPresent()) {
                routes.put(pair.getKey(), share.get());
            }
        }
        return routes;
    }

    Redaction redaction() {
        var rules = new ArrayList<Redaction.Rule>();
        add(rules, "weir.redact.drop", Action.DROP);
        add(rules, "weir.redact.mask", Action.MASK);
        add(rules, "weir.redact.hash", Action.HASH);
        return new Redaction(rules, settings.text("weir.redact.salt").orElse(""));
    }

    private void add(List<Redaction.Rule> rules, String name, Action action) {
        for (var pattern : settings.text(name).orElse("").split(",")) {
            if (!pattern.isBlank()) {
                rules.add(new Redaction.Rule(pattern.strip(), action));
            }
        }
    }

    /// The names of propagators, each once.
    List<String> propagators() {
        var words = settings.words("otel.propagators");
        return words.isEmpty()
                ? List.of("tracecontext", "baggage")
                : words.stream().distinct().toList();
    }

    /// The exporters of a signal: some of `otlp`, `console`, or none.
    List<String> exporters(String signal) {
        var name = "otel." + signal + ".exporter";
        var words = settings.words(name);
        if (words.isEmpty()) {
            return List.of("otlp");
        }
        var exporters = new LinkedHashSet<String>();
        for (var word : words) {
            switch (word) {
                case "otlp" -> exporters.add("otlp");
                case "console", "logging" -> exporters.add("console");
                case "none" -> {}
                default -> Settings.warn(name, word, "otlp, console or none");
            }
        }
        return List.copyOf(exporters);
    }

    /// What is said about the resource; the service's own name wins.
    Map<String, String> resource() {
        var attributes = new LinkedHashMap<>(settings.pairs("otel.resource.attributes"));
        var name = settings.text("otel.service.name");
        if (name.isPresent()) {
            attributes.put("service.name", name.get());
        }
        return attributes;
    }
}
