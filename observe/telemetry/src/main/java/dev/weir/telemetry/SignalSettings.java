package dev.weir.telemetry;

import dev.weir.telemetry.logs.LogOptions;
import dev.weir.telemetry.metrics.ExemplarFilter;
import dev.weir.telemetry.metrics.MeterOptions;
import dev.weir.telemetry.metrics.Temporality;
import java.util.Map;

/// The options of metrics and logs from the settings that the OpenTelemetry specification names.
final class SignalSettings {
    private static final int BUCKETS = 160;
    private static final int SCALE = 20;

    private static final Map<String, ExemplarFilter> EXEMPLARS =
            Map.of(
                    "always_on", ExemplarFilter.ALWAYS_ON,
                    "always_off", ExemplarFilter.ALWAYS_OFF,
                    "trace_based", ExemplarFilter.TRACE_BASED);

    private static final Map<String, Temporality> TEMPORALITIES =
            Map.of(
                    "cumulative", Temporality.CUMULATIVE,
                    "delta", Temporality.DELTA,
                    "lowmemory", Temporality.LOW_MEMORY);

    private static final Map<String, Aggregation> HISTOGRAMS =
            Map.of(
                    "explicit_bucket_histogram",
                    new Aggregation.Default(),
                    "base2_exponential_bucket_histogram",
                    new Aggregation.ExponentialBuckets(BUCKETS, SCALE, true));

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
                        settings.timeout("otel.metric.export.timeout").orElse(options.timeout()));
        options =
                options.withExemplars(
                        settings.choice(
                                        "otel.metrics.exemplar.filter",
                                        EXEMPLARS,
                                        "always_on, always_off or trace_based")
                                .orElse(options.exemplars()));
        options =
                options.withTemporality(
                        settings.choice(
                                        "otel.exporter.otlp.metrics.temporality.preference",
                                        TEMPORALITIES,
                                        "cumulative, delta or lowmemory")
                                .orElse(options.temporality()));
        options =
                options.withHistograms(
                        settings.choice(
                                        "otel.exporter.otlp.metrics.default.histogram.aggregation",
                                        HISTOGRAMS,
                                        "explicit_bucket_histogram or"
                                                + " base2_exponential_bucket_histogram")
                                .orElse(options.histograms()));
        return options.withCardinalityLimit(
                settings.whole("weir.metrics.cardinality.limit", 1)
                        .orElse(options.cardinalityLimit()));
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
