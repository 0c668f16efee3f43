package dev.weir.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.telemetry.otlp.OtlpEndpoint;
import dev.weir.telemetry.otlp.Signal;
import io.opentelemetry.api.common.AttributeKey;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Settings by the names of the OpenTelemetry specification.
class TelemetryOptionsTest {
    private static TelemetryOptions options(String... pairs) {
        var builder = TelemetryOptions.builder();
        for (int i = 0; i < pairs.length; i += 2) {
            builder.set(pairs[i], pairs[i + 1]);
        }
        return builder.build();
    }

    private static OtlpEndpoint traces(String... pairs) {
        return options(pairs).otlp().endpoints().get(Signal.TRACES);
    }

    /// What is warned of while something runs.
    private static List<String> warnings(Runnable action) {
        var texts = new ArrayList<String>();
        var logger = Logger.getLogger("dev.weir.telemetry");
        var handler =
                new Handler() {
                    @Override
                    public void publish(LogRecord entry) {
                        texts.add(
                                java.text.MessageFormat.format(
                                        entry.getMessage(), entry.getParameters()));
                    }

                    @Override
                    public void flush() {}

                    @Override
                    public void close() {}
                };
        logger.addHandler(handler);
        try {
            action.run();
        } finally {
            logger.removeHandler(handler);
        }
        return texts;
    }

    @Test
    void startsFromTheDefaultsOfTheSpecification() {
        var options = options();
        assertThat(options.disabled()).isFalse();
        assertThat(options.sampling()).isEqualTo(Sampling.DEFAULT);
        assertThat(options.spanLimits()).isEqualTo(SpanLimits.DEFAULT);
        assertThat(options.spanBatching()).isEqualTo(Batching.DEFAULT);
        assertThat(options.propagators()).containsExactly("tracecontext", "baggage");
        assertThat(options.tail()).isNull();
        assertThat(options.redaction()).isEqualTo(Redaction.NONE);
        assertThat(options.exporters(Signal.LOGS)).containsExactly("otlp");
        assertThat(traces().uri()).hasToString("http://localhost:4318/v1/traces");
        assertThat(traces().protocol()).isEqualTo(OtlpEndpoint.Protocol.HTTP_PROTOBUF);
        assertThat(traces().timeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(options.resource().attributes().get(AttributeKey.stringKey("service.name")))
                .isEqualTo("unknown_service:java");
    }

    @ParameterizedTest
    @CsvSource({
        "http/protobuf, http://h:1, http://h:1/v1/traces",
        "http/protobuf, http://h:1/base/, http://h:1/base/v1/traces",
        "http/json, https://h, https://h/v1/traces",
        "grpc, https://h:4317, https://h:4317",
        "grpc, h:4317, https://h:4317",
    })
    void appendsThePathToTheBaseEndpoint(String protocol, String endpoint, String uri) {
        assertThat(
                        traces(
                                        "otel.exporter.otlp.protocol",
                                        protocol,
                                        "otel.exporter.otlp.endpoint",
                                        endpoint)
                                .uri())
                .hasToString(uri);
    }

    @Test
    void usesTheEndpointOfASignalAsItIs() {
        var endpoint =
                traces(
                        "otel.exporter.otlp.endpoint",
                        "http://a:1",
                        "otel.exporter.otlp.traces.endpoint",
                        "http://b:2/x");
        assertThat(endpoint.uri()).hasToString("http://b:2/x");
        assertThat(
                        traces(
                                        "otel.exporter.otlp.protocol",
                                        "grpc",
                                        "otel.exporter.otlp.insecure",
                                        "true",
                                        "otel.exporter.otlp.endpoint",
                                        "h:1")
                                .uri())
                .hasToString("http://h:1");
    }

    @Test
    void signalsHaveSettingsOfTheirOwn() {
        var endpoint =
                traces(
                        "otel.exporter.otlp.headers", "a=b%20c,Api-Key=k",
                        "otel.exporter.otlp.timeout", "1500",
                        "otel.exporter.otlp.traces.timeout", "3s",
                        "otel.exporter.otlp.compression", "none",
                        "otel.exporter.otlp.traces.compression", "gzip",
                        "otel.exporter.otlp.certificate", "/ca.pem");
        assertThat(endpoint.headers()).isEqualTo(Map.of("a", "b c", "api-key", "k"));
        assertThat(endpoint.timeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(endpoint.compression()).isEqualTo(OtlpEndpoint.Compression.GZIP);
        assertThat(endpoint.tls().trusted()).isEqualTo(Path.of("/ca.pem"));
        var logs =
                options("otel.exporter.otlp.timeout", "1500").otlp().endpoints().get(Signal.LOGS);
        assertThat(logs.timeout()).isEqualTo(Duration.ofMillis(1500));
    }

    @Test
    void readsTheTimeoutsOfExports() {
        var otlp =
                options("otel.bsp.export.timeout", "1500", "otel.blrp.export.timeout", "2s").otlp();
        assertThat(otlp.endpoints().get(Signal.TRACES).exportTimeout())
                .isEqualTo(Duration.ofMillis(1500));
        assertThat(otlp.endpoints().get(Signal.LOGS).exportTimeout())
                .isEqualTo(Duration.ofSeconds(2));
        assertThat(otlp.endpoints().get(Signal.METRICS).exportTimeout()).isNull();
        assertThat(traces().exportTimeout()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "always_on, 0.5, AlwaysOn[]",
        "always_off, 0.5, AlwaysOff[]",
        "traceidratio, 0.5, TraceIdRatio[ratio=0.5]",
        "parentbased_always_on, , ParentBased[root=AlwaysOn[]]",
        "parentbased_always_off, , ParentBased[root=AlwaysOff[]]",
        "parentbased_traceidratio, 0.1, ParentBased[root=TraceIdRatio[ratio=0.1]]",
        "parentbased_traceidratio, , ParentBased[root=TraceIdRatio[ratio=1.0]]",
        "consistent_probability, 0.2, Consistent[ratio=0.2]",
        "xray, , ParentBased[root=AlwaysOn[]]",
    })
    void readsSamplers(String word, String argument, String expected) {
        var builder = TelemetryOptions.builder().set("otel.traces.sampler", word);
        if (argument != null) {
            builder.set("otel.traces.sampler.arg", argument);
        }
        assertThat(builder.build().sampling()).hasToString(expected);
    }

    @Test
    void readsLimitsAndBatching() {
        var options =
                options(
                        "otel.attribute.count.limit", "10",
                        "otel.attribute.value.length.limit", "20",
                        "otel.span.attribute.count.limit", "30",
                        "otel.span.event.count.limit", "40",
                        "otel.span.link.count.limit", "50",
                        "otel.event.attribute.count.limit", "60",
                        "otel.link.attribute.count.limit", "70",
                        "otel.bsp.schedule.delay", "100",
                        "otel.bsp.max.queue.size", "64",
                        "otel.bsp.max.export.batch.size", "128");
        assertThat(options.spanLimits()).isEqualTo(new SpanLimits(30, 40, 50, 60, 70, 20));
        assertThat(options.spanBatching().delay()).isEqualTo(Duration.ofMillis(100));
        assertThat(options.spanBatching().items()).isEqualTo(64);
        assertThat(options.spanBatching().queue()).isEqualTo(64);
    }

    @Test
    void readsTheResource() {
        var resource =
                options(
                                "otel.resource.attributes",
                                "service.name=a,k=v%2Cw, x = y ",
                                "otel.service.name",
                                "b")
                        .resource()
                        .attributes();
        assertThat(resource.get(AttributeKey.stringKey("service.name"))).isEqualTo("b");
        assertThat(resource.get(AttributeKey.stringKey("k"))).isEqualTo("v,w");
        assertThat(resource.get(AttributeKey.stringKey("x"))).isEqualTo("y");
    }

    @Test
    void choosesExporters() {
        assertThat(options("otel.traces.exporter", "none").otlp().endpoints())
                .doesNotContainKey(Signal.TRACES)
                .containsKey(Signal.LOGS);
        assertThat(options("otel.traces.exporter", "console,otlp").exporters(Signal.TRACES))
                .containsExactly("console", "otlp");
    }

    @Test
    void aTimeoutOfZeroIsNone() {
        var longest = Duration.ofMillis(Integer.MAX_VALUE);
        var options =
                options(
                        "otel.exporter.otlp.timeout", "0",
                        "otel.bsp.export.timeout", "0",
                        "otel.metric.export.timeout", "0");
        var traces = options.otlp().endpoints().get(Signal.TRACES);
        assertThat(traces.timeout()).isEqualTo(longest);
        assertThat(traces.exportTimeout()).isEqualTo(longest);
        assertThat(options.meters().timeout()).isEqualTo(longest);
    }

    /// All variables of the specification that a value can be wrong for: the warning shows that
    /// each is read.
    @ParameterizedTest
    @CsvSource({
        "otel.sdk.disabled, yes",
        "otel.resource.attributes, k=%zz",
        "otel.traces.sampler, sometimes",
        "otel.traces.sampler, jaeger_remote",
        "otel.traces.sampler.arg, 2",
        "otel.bsp.schedule.delay, soon",
        "otel.bsp.schedule.delay, 0",
        "otel.bsp.export.timeout, -1",
        "otel.bsp.max.queue.size, -1",
        "otel.bsp.max.export.batch.size, 0",
        "otel.blrp.schedule.delay, 99999999999999",
        "otel.blrp.export.timeout, 1.5",
        "otel.blrp.max.queue.size, 0",
        "otel.blrp.max.export.batch.size, many",
        "otel.attribute.value.length.limit, -1",
        "otel.attribute.count.limit, 2147483648",
        "otel.span.attribute.value.length.limit, -1",
        "otel.span.attribute.count.limit, -1",
        "otel.span.event.count.limit, -1",
        "otel.span.link.count.limit, -1",
        "otel.event.attribute.count.limit, -1",
        "otel.link.attribute.count.limit, -1",
        "otel.logrecord.attribute.value.length.limit, -1",
        "otel.logrecord.attribute.count.limit, -1",
        "otel.traces.exporter, zipkin",
        "otel.metrics.exporter, prometheus",
        "otel.logs.exporter, jaeger",
        "otel.metrics.exemplar.filter, some",
        "otel.metric.export.interval, 0",
        "otel.metric.export.timeout, 1y",
        "otel.exporter.otlp.metrics.temporality.preference, both",
        "otel.exporter.otlp.metrics.default.histogram.aggregation, none",
        "otel.exporter.otlp.client.key, /key.pem",
        "otel.exporter.otlp.client.certificate, /certificate.pem",
        "otel.config.file, /telemetry.yaml",
        "otel.experimental.config.file, /telemetry.yaml",
        "weir.tail.ratio, much",
        "weir.tail.routes, /a=7",
    })
    void warnsOfWhatCannotBeUsed(String name, String value) {
        assertThat(warnings(() -> options(name, value)))
                .isNotEmpty()
                .allSatisfy(text ->
                        assertThat(text)
                                .contains(name, Settings.variable(name))
                                .containsPattern("(?i)ignored: expected"));
    }

    @Test
    void registersAPropagatorOnce() {
        var words = options("otel.propagators", "b3, tracecontext,B3,xray").propagators();
        assertThat(words).containsExactly("b3", "tracecontext", "xray");
        assertThat(warnings(() -> PropagatorNames.of(words)))
                .singleElement()
                .asString()
                .contains("OTEL_PROPAGATORS", "xray");
    }

    /// The same of those that each signal has one of.
    @ParameterizedTest
    @CsvSource({
        "endpoint, localhost",
        "headers, nothing",
        "timeout, 99999999999999999999",
        "compression, much",
        "protocol, smoke",
    })
    void warnsOfWhatCannotBeUsedForASignal(String word, String value) {
        for (var signal : List.of("", "traces.", "metrics.", "logs.")) {
            warnsOfWhatCannotBeUsed("otel.exporter.otlp." + signal + word, value);
        }
    }

    @Test
    void runTimeWinsOverTheBuild(@TempDir Path folder) throws IOException {
        var file = folder.resolve(Baked.RESOURCE);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "weir.otlp.endpoint=http://baked:4318\notel.service.name=baked\n");
        try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, null)) {
            var baked = Baked.read(loader);
            assertThat(read(Map.of(), Map.of(), baked)).isEqualTo("http://baked:4318");
            assertThat(read(Map.of(), Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://env"), baked))
                    .isEqualTo("http://env");
            assertThat(
                            read(
                                    Map.of("otel.exporter.otlp.endpoint", "http://property"),
                                    Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://env"),
                                    baked))
                    .isEqualTo("http://property");
            assertThat(read(Map.of("otel.exporter.otlp.endpoint", " "), Map.of(), baked))
                    .isEqualTo("http://baked:4318");
        }
    }

    private static String read(
            Map<String, String> properties,
            Map<String, String> environment,
            Map<String, String> baked) {
        return Settings.of(new MapSurroundings(properties, environment), baked)
                .text("otel.exporter.otlp.endpoint")
                .orElse("");
    }

    @Test
    void readsTailSampling() {
        var tail = options("weir.tail.slow", "250ms", "weir.tail.routes", "/a=1,/b=0.5").tail();
        assertThat(tail).isNotNull();
        assertThat(tail.slow()).isEqualTo(Duration.ofMillis(250));
        assertThat(tail.routes()).isEqualTo(Map.of("/a", 1.0, "/b", 0.5));
    }
}
