package dev.weir.telemetry;

import dev.weir.telemetry.logs.LogOptions;
import dev.weir.telemetry.metrics.ExemplarFilter;
import dev.weir.telemetry.metrics.MeterOptions;
import dev.weir.telemetry.metrics.Temporality;
import java.util.Locale;
import java.util.Optional;

/// The options of metrics and logs from the settings that the OpenTelemetry specification names.
final class SignalSettings {
    private static final int BUCKETS = 160;
    private static final int SCALE = 20;

    private final Settings settings;

    SignalSettings(Settings settings) {
        this.settings = settings;
    }

    MeterOptions meters() {
        var options = MeterOptions.standard();
        options =
                options.withInterval(
                        settings.time("otel.metric.export.interval").orElse(options.interval()));
        options =
                options.withTimeout(
                        settings.time("otel.metric.export.timeout").orElse(options.timeout()));
        options =
                options.withExemplars(
                        settings.parsed(
                                        "otel.metrics.exemplar.filter",
                                        "always_on, always_off or trace_based",
                                        SignalSettings::exemplars)
                                .orElse(options.exemplars()));
        options =
                options.withTemporality(
                        settings.parsed(
                                        "otel.exporter.otlp.metrics.temporality.preference",
                                        "cumulative, delta or lowmemory",
                                        SignalSettings::temporality)
                                .orElse(options.temporality()));
        options =
                options.withHistograms(
                        settings.parsed(
                                        "otel.exporter.otlp.metrics.default.histogram.aggregation",
                                        "explicit_bucket_histogram or"
                                                + " base2_exponential_bucket_histogram",
                                        SignalSettings::histograms)
                                .orElse(options.histograms()));
        return options.withCardinalityLimit(
                settings.whole("weir.metrics.cardinality.limit", 1)
                        .orElse(options.cardinalityLimit()));
    }

    private static Optional<ExemplarFilter> exemplars(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "always_on" -> Optional.of(ExemplarFilter.ALWAYS_ON);
            case "always_off" -> Optional.of(ExemplarFilter.ALWAYS_OFF);
            case "trace_based" -> Optional.of(ExemplarFilter.TRACE_BASED);
            default -> Optional.empty();
        };
    }

    private static Optional<Temporality> temporality(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "cumulative" -> Optional.of(Temporality.CUMULATIVE);
            case "delta" -> Optional.of(Temporality.DELTA);
            case "lowmemory" -> Optional.of(Temporality.LOW_MEMORY);
            default -> Optional.empty();
        };
    }

    private static Optional<Aggregation> histograms(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "explicit_bucket_histogram" -> Optional.of(new Aggregation.Default());
            case "base2_exponential_bucket_histogram" ->
                    Optional.of(new Aggregation.ExponentialBuckets(BUCKETS, SCALE, true));
            default -> Optional.empty();
        };
    }

    /// Whether the JVM is measured: yes, unless the setting that the OpenTelemetry agent has for it
    /// says `false`.
    boolean jvmMetrics() {
        var name = "otel.instrumentation.runtime-telemetry.enabled";
        return settings.text(name).isEmpty() || settings.truth(name);
    }

    LogOptions logs() {
        var standard = LogOptions.standard();
        int attributes =
                settings.whole("otel.attribute.count.limit", 0).orElse(standard.maxAttributes());
        int length =
                settings.whole("otel.attribute.value.length.limit", 0)
                        .orElse(standard.maxValueLength());
        int queue = settings.whole("otel.blrp.max.queue.size", 1).orElse(standard.maxQueue());
        int batch =
                settings.whole("otel.blrp.max.export.batch.size", 1).orElse(standard.maxBatch());
        return new LogOptions(
                settings.time("otel.blrp.schedule.delay").orElse(standard.delay()),
                queue,
                Math.min(batch, queue),
                settings.whole("otel.logrecord.attribute.count.limit", 0).orElse(attributes),
                settings.whole("otel.logrecord.attribute.value.length.limit", 0).orElse(length));
    }
}
