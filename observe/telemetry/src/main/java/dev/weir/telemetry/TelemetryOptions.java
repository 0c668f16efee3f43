package dev.weir.telemetry;

import dev.weir.telemetry.logs.LogOptions;
import dev.weir.telemetry.metrics.MeterOptions;
import dev.weir.telemetry.otlp.OtlpOptions;
import dev.weir.telemetry.otlp.Signal;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What an engine is told when it starts. Immutable.
///
/// Settings have the names of the OpenTelemetry specification as system properties, such as
/// `otel.exporter.otlp.endpoint` for `OTEL_EXPORTER_OTLP_ENDPOINT`. One that is unknown is not
/// looked at; one whose value cannot be used is ignored, with a warning.
public final class TelemetryOptions {
    private static final String UNKNOWN_SERVICE = "unknown_service:java";

    private final boolean disabled;
    private final Resource resource;
    private final Sampling sampling;
    private final @Nullable Path samplingFile;
    private final SpanLimits spanLimits;
    private final Batching spanBatching;
    private final @Nullable TailSampling tail;
    private final Redaction redaction;
    private final List<String> propagators;
    private final Map<Signal, List<String>> exporters;
    private final OtlpOptions otlp;
    private final MeterOptions meters;
    private final LogOptions logs;
    private final boolean jvmMetrics;

    private TelemetryOptions(Builder builder, Settings settings) {
        var parts = new TelemetrySettings(settings);
        disabled = settings.truth("otel.sdk.disabled");
        resource =
                new Resource(
                        builder.usualName,
                        builder.detection,
                        parts.resource(),
                        builder.attributes == null ? null : builder.attributes.build());
        sampling = builder.sampling != null ? builder.sampling : parts.sampling();
        samplingFile = parts.samplingFile();
        spanLimits = builder.spanLimits != null ? builder.spanLimits : parts.spanLimits();
        spanBatching = builder.spanBatching != null ? builder.spanBatching : parts.spanBatching();
        tail = builder.tail != null ? builder.tail : parts.tail();
        redaction = builder.redaction != null ? builder.redaction : parts.redaction();
        propagators = parts.propagators();
        exporters = new EnumMap<>(Signal.class);
        var byOtlp = EnumSet.noneOf(Signal.class);
        for (var signal : Signal.values()) {
            var names = parts.exporters(signal.word());
            exporters.put(signal, names);
            if (names.contains("otlp")) {
                byOtlp.add(signal);
            }
        }
        otlp = new OtlpSettings(settings).options(byOtlp);
        var signals = new SignalSettings(settings);
        meters = signals.meters().withViews(builder.views);
        logs = signals.logs();
        jvmMetrics = signals.jvmMetrics();
        settings.warnOfUnread("otel.config.file", "otel.experimental.config.file");
    }

    /// The system properties, the environment, and what the build has set
    /// (`META-INF/weir/telemetry.properties`), in this order, and what is found out about the
    /// process and where it runs.
    public static TelemetryOptions fromEnvironment() {
        return fromEnvironment(UNKNOWN_SERVICE);
    }

    /// The same, for a program that knows what it is.
    ///
    /// @param service its name where nothing outside gives it another
    public static TelemetryOptions fromEnvironment(String service) {
        var loader = TelemetryOptions.class.getClassLoader();
        var settings =
                Settings.of(Surroundings.SYSTEM, loader == null ? Map.of() : Baked.read(loader));
        var builder = new Builder().detection(ResourceDetection.system());
        builder.usualName = Objects.requireNonNull(service, "service");
        return new TelemetryOptions(builder, settings);
    }

    /// Options that start from the specification's defaults, and read nothing from outside.
    public static Builder builder() {
        return new Builder();
    }

    boolean disabled() {
        return disabled;
    }

    Resource resource() {
        return resource;
    }

    Sampling sampling() {
        return sampling;
    }

    @Nullable Path samplingFile() {
        return samplingFile;
    }

    SpanLimits spanLimits() {
        return spanLimits;
    }

    Batching spanBatching() {
        return spanBatching;
    }

    @Nullable TailSampling tail() {
        return tail;
    }

    Redaction redaction() {
        return redaction;
    }

    List<String> propagators() {
        return propagators;
    }

    /// How a signal is sent: some of `otlp` and `console`, or nothing.
    List<String> exporters(Signal signal) {
        return exporters.getOrDefault(signal, List.of());
    }

    OtlpOptions otlp() {
        return otlp;
    }

    MeterOptions meters() {
        return meters;
    }

    LogOptions logs() {
        return logs;
    }

    /// Whether the metrics of the JVM are among those that are sent.
    boolean jvmMetrics() {
        return jvmMetrics;
    }

    /// Puts options together. Not thread-safe.
    public static final class Builder {
        private final Map<String, String> settings = new HashMap<>();
        private String usualName = UNKNOWN_SERVICE;
        private final List<View> views = new ArrayList<>();
        private @Nullable AttributesBuilder attributes;
        private @Nullable ResourceDetection detection;
        private @Nullable Sampling sampling;
        private @Nullable SpanLimits spanLimits;
        private @Nullable Batching spanBatching;
        private @Nullable TailSampling tail;
        private @Nullable Redaction redaction;

        private Builder() {}

        /// A setting by its name as a system property.
        public Builder set(String name, String value) {
            settings.put(Objects.requireNonNull(name, "name"), value);
            return this;
        }

        /// The service's name.
        public Builder serviceName(String name) {
            return set("otel.service.name", name);
        }

        /// Where everything goes, as the base of OTLP/HTTP or the server of OTLP/gRPC.
        public Builder endpoint(URI endpoint) {
            return set("otel.exporter.otlp.endpoint", endpoint.toString());
        }

        /// How long ended spans and log records wait at most before they are sent.
        public Builder delay(Duration delay) {
            return set("otel.bsp.schedule.delay", delay.toMillis() + "ms")
                    .set("otel.blrp.schedule.delay", delay.toMillis() + "ms");
        }

        /// An attribute of the resource; wins over all others.
        public <T> Builder resource(AttributeKey<T> key, T value) {
            if (attributes == null) {
                attributes = Attributes.builder();
            }
            attributes.put(key, value);
            return this;
        }

        /// Adds what can be found out about the host, container, process and JVM to the resource.
        public Builder detectResource() {
            return detection(ResourceDetection.system());
        }

        Builder detection(ResourceDetection detection) {
            this.detection = detection;
            return this;
        }

        /// Which traces are recorded.
        public Builder sampling(Sampling sampling) {
            this.sampling = Objects.requireNonNull(sampling, "sampling");
            return this;
        }

        /// How much a span may hold.
        public Builder spanLimits(SpanLimits limits) {
            spanLimits = Objects.requireNonNull(limits, "limits");
            return this;
        }

        /// When ended spans are handed to the exporter.
        public Builder spanBatching(Batching batching) {
            spanBatching = Objects.requireNonNull(batching, "batching");
            return this;
        }

        /// Which recorded traces are sent; without this, all.
        public Builder tailSampling(TailSampling tailSampling) {
            tail = Objects.requireNonNull(tailSampling, "tailSampling");
            return this;
        }

        /// How the metrics of some instruments differ from what these were registered as. Of
        /// several views all that match apply.
        public Builder view(View view) {
            views.add(Objects.requireNonNull(view, "view"));
            return this;
        }

        /// Which attributes of spans and log records are changed before they are sent.
        public Builder redaction(Redaction redaction) {
            this.redaction = Objects.requireNonNull(redaction, "redaction");
            return this;
        }

        /// The options.
        public TelemetryOptions build() {
            return new TelemetryOptions(this, Settings.of(settings));
        }
    }
}
