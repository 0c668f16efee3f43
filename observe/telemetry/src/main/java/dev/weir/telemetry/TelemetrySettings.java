package dev.weir.telemetry;

import dev.weir.telemetry.Redaction.Action;
import io.opentelemetry.api.common.Attributes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
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
        var argument = settings.real("otel.traces.sampler.arg", 0, 1);
        return settings.parsed(
                        "otel.traces.sampler",
                        "always_on, always_off, traceidratio, consistent_probability,"
                                + " or one of them behind parentbased_",
                        word -> sampling(word, argument.orElse(1.0)))
                .orElse(Sampling.DEFAULT);
    }

    private static Optional<Sampling> sampling(String word, double ratio) {
        if (word.startsWith("parentbased_")) {
            return root(word.substring("parentbased_".length()), ratio)
                    .map(Sampling.ParentBased::new);
        }
        return root(word, ratio);
    }

    private static Optional<Sampling> root(String word, double ratio) {
        return switch (word) {
            case "always_on" -> Optional.of(new Sampling.AlwaysOn());
            case "always_off" -> Optional.of(new Sampling.AlwaysOff());
            case "traceidratio" -> Optional.of(new Sampling.TraceIdRatio(ratio));
            case "consistent_probability" -> Optional.of(new Sampling.Consistent(ratio));
            default -> Optional.empty();
        };
    }

    @Nullable Path samplingFile() {
        return settings.parsed("weir.sampling.file", "a file", v -> Optional.of(Path.of(v)))
                .orElse(null);
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
        settings.pairs(name)
                .forEach((route, share) -> {
                    var one = Settings.of(java.util.Map.of(name, share)).real(name, 0, 1);
                    one.ifPresent(value -> routes.put(route, value));
                });
        return routes;
    }

    Redaction redaction() {
        var rules = new ArrayList<Redaction.Rule>();
        patterns("weir.redact.drop").forEach(p -> rules.add(new Redaction.Rule(p, Action.DROP)));
        patterns("weir.redact.mask").forEach(p -> rules.add(new Redaction.Rule(p, Action.MASK)));
        patterns("weir.redact.hash").forEach(p -> rules.add(new Redaction.Rule(p, Action.HASH)));
        return new Redaction(rules, settings.text("weir.redact.salt").orElse(""));
    }

    private List<String> patterns(String name) {
        return List.of(settings.text(name).orElse("").split(",")).stream()
                .map(String::strip)
                .filter(pattern -> !pattern.isEmpty())
                .toList();
    }

    List<String> propagators() {
        var words = settings.words("otel.propagators");
        return words.isEmpty() ? List.of("tracecontext", "baggage") : words;
    }

    /// The exporters of a signal: some of `otlp`, `console`, or none.
    List<String> exporters(String signal) {
        var name = "otel." + signal + ".exporter";
        var words = settings.words(name);
        if (words.isEmpty()) {
            return List.of("otlp");
        }
        return words.stream()
                .filter(word ->
                        switch (word) {
                            case "otlp", "console" -> true;
                            case "logging" -> true;
                            case "none" -> false;
                            default -> Settings.warn(name, word, "otlp, console or none");
                        })
                .map(word -> word.equals("logging") ? "console" : word)
                .distinct()
                .toList();
    }

    /// What is said about the resource; the service's own name wins.
    Attributes resource() {
        var attributes = Attributes.builder();
        settings.pairs("otel.resource.attributes").forEach(attributes::put);
        settings.text("otel.service.name").ifPresent(name -> attributes.put("service.name", name));
        return attributes.build();
    }
}
