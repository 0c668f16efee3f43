package dev.weir.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.telemetry.ReceivedMetric.Sum;
import dev.weir.telemetry.TelemetryConsumer.Refused;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.logs.OtlpGrpcLogRecordExporter;
import io.opentelemetry.exporter.otlp.metrics.OtlpGrpcMetricExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.SimpleLogRecordProcessor;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Against the official SDK's exporters, and the JDK's HTTP client.
class OtlpReceiverTest {
    private static final Resource SHOP =
            Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), "shop"));

    private final Kept kept = new Kept();
    private final OtlpReceiver receiver =
            OtlpReceiver.open(
                    OtlpReceiverOptions.DEFAULT.withPorts(0, 0).withLimits(8, 1 << 20, 4 << 20),
                    kept);

    @AfterEach
    void close() {
        receiver.close();
    }

    private String grpc() {
        return "http://localhost:" + receiver.grpcPort();
    }

    private String http(String path) {
        return "http://localhost:" + receiver.httpPort() + path;
    }

    private void sendSpans(SpanExporter exporter, int count) {
        var provider =
                SdkTracerProvider.builder()
                        .setResource(SHOP)
                        .addSpanProcessor(
                                BatchSpanProcessor.builder(exporter)
                                        .setMaxQueueSize(10_000)
                                        .setMaxExportBatchSize(3000)
                                        .build())
                        .build();
        try (provider) {
            var tracer = provider.tracerBuilder("checkout").setInstrumentationVersion("2").build();
            for (int i = 0; i < count; i++) {
                var span =
                        tracer.spanBuilder("pay")
                                .setSpanKind(SpanKind.SERVER)
                                .setAttribute("amount", 42L)
                                .setAttribute("shop", "M\u00fcnchen")
                                .setAttribute(
                                        AttributeKey.doubleArrayKey("rates"), List.of(1.5, 2.5))
                                .startSpan();
                span.addEvent("captured", Attributes.of(AttributeKey.booleanKey("ok"), true));
                span.setStatus(StatusCode.ERROR, "declined");
                span.end();
            }
            provider.forceFlush().join(60, TimeUnit.SECONDS);
        }
    }

    private void assertSpans(int count) {
        assertThat(kept.spans).hasSize(count);
        var span = kept.spans.getFirst();
        assertThat(span.source().service()).isEqualTo("shop");
        assertThat(span.source().scope()).isEqualTo("checkout");
        assertThat(span.source().scopeVersion()).isEqualTo("2");
        assertThat(span.name()).isEqualTo("pay");
        assertThat(span.kind()).isEqualTo(SpanKind.SERVER);
        assertThat(span.isRoot()).isTrue();
        assertThat(span.status()).isEqualTo(StatusCode.ERROR);
        assertThat(span.statusMessage()).isEqualTo("declined");
        assertThat(span.attributes())
                .isEqualTo(
                        Attributes.builder()
                                .put("amount", 42L)
                                .put("shop", "M\u00fcnchen")
                                .put("rates", 1.5, 2.5)
                                .build());
        assertThat(span.events().getFirst().attributes())
                .isEqualTo(Attributes.of(AttributeKey.booleanKey("ok"), true));
        assertThat(receiver.figures().spans()).isEqualTo(count);
    }

    @Test
    void takesSpansOfTheSdkOverGrpc() {
        sendSpans(OtlpGrpcSpanExporter.builder().setEndpoint(grpc()).build(), 9000);
        assertSpans(9000);
    }

    @Test
    void takesSpansOfTheSdkOverGrpcCompressed() {
        var exporter = OtlpGrpcSpanExporter.builder().setEndpoint(grpc()).setCompression("gzip");
        sendSpans(exporter.build(), 6000);
        assertSpans(6000);
    }

    @Test
    void takesSpansOfTheSdkOverHttp() {
        var endpoint = http("/v1/traces");
        sendSpans(OtlpHttpSpanExporter.builder().setEndpoint(endpoint).build(), 10);
        assertSpans(10);
    }

    @Test
    void takesSpansOfTheSdkOverHttpCompressed() {
        var exporter =
                OtlpHttpSpanExporter.builder()
                        .setEndpoint(http("/v1/traces"))
                        .setCompression("gzip");
        sendSpans(exporter.build(), 6000);
        assertSpans(6000);
    }

    @Test
    void takesMetricsAndLogsOfTheSdk() {
        var reader =
                PeriodicMetricReader.create(
                        OtlpGrpcMetricExporter.builder().setEndpoint(grpc()).build());
        try (var meters = SdkMeterProvider.builder().registerMetricReader(reader).build()) {
            meters.get("m").counterBuilder("sold").build().add(7);
            meters.get("m").histogramBuilder("took").build().record(3);
            meters.forceFlush().join(60, TimeUnit.SECONDS);
        }
        var logs =
                SdkLoggerProvider.builder()
                        .addLogRecordProcessor(
                                SimpleLogRecordProcessor.create(
                                        OtlpGrpcLogRecordExporter.builder()
                                                .setEndpoint(grpc())
                                                .build()))
                        .build();
        try (logs) {
            logs.get("l").logRecordBuilder().setBody("hello").emit();
            logs.forceFlush().join(60, TimeUnit.SECONDS);
        }
        assertThat(kept.metrics).extracting(ReceivedMetric::name).contains("sold", "took");
        var sold = kept.metrics.stream().filter(m -> m.name().equals("sold")).findFirst();
        assertThat(((Sum) sold.orElseThrow().data()).points().getFirst().value()).isEqualTo(7L);
        assertThat(kept.logs.getFirst().body()).isNotNull();
        assertThat(kept.logs.getFirst().body().asString()).isEqualTo("hello");
    }

    private HttpResponse<String> post(String path, String type, byte[] body)
            throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(http(path)))
                            .version(HttpClient.Version.HTTP_1_1)
                            .header("content-type", type)
                            .POST(BodyPublishers.ofByteArray(body))
                            .build(),
                    BodyHandlers.ofString());
        }
    }

    private static byte[] json(String spanId) {
        var json =
                """
                {"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"5B8EFFF798038103D269B633813FC60C",
                "spanId":"%s","name":"a","kind":2,"startTimeUnixNano":"1","endTimeUnixNano":"2",
                "unknown":{"x":[1,null]}}]}]}]}
                """;
        return json.formatted(spanId).getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void takesJson() throws Exception {
        var answer = post("/v1/traces", "application/json", json("EEE19B7EC3C1B174"));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{}");
        assertThat(kept.spans.getFirst().traceId()).isEqualTo("5b8efff798038103d269b633813fc60c");
        assertThat(kept.spans.getFirst().source().service()).isEqualTo("unknown_service");
    }

    @Test
    void saysWhatItRefuses() throws Exception {
        kept.answer = new Refused(1, "full \"up\"");
        var refused = post("/v1/traces", "application/json", json("EEE19B7EC3C1B174"));
        assertThat(refused.statusCode()).isEqualTo(200);
        assertThat(refused.body()).contains("\"rejectedSpans\":\"1\"", "full \\\"up\\\"");
        var broken = post("/v1/traces", "application/json", json("0000000000000000"));
        assertThat(broken.body()).contains("\"rejectedSpans\":\"1\"");
        assertThat(receiver.figures().refusedItems()).isEqualTo(2);
    }

    @Test
    void refusesWhatItCannotTake() throws Exception {
        var good = json("EEE19B7EC3C1B174");
        assertThat(post("/v1/trace", "application/json", good).statusCode()).isEqualTo(404);
        assertThat(post("/v1/traces", "text/plain", good).statusCode()).isEqualTo(415);
        assertThat(post("/v1/traces", "application/json", new byte[] {'{'}).statusCode())
                .isEqualTo(400);
        assertThat(post("/v1/traces", "application/x-protobuf", good).statusCode()).isEqualTo(400);
        assertThat(post("/v1/traces", "application/json", new byte[2 << 20]).statusCode())
                .isEqualTo(413);
        kept.failing = true;
        assertThat(post("/v1/traces", "application/json", good).statusCode()).isEqualTo(500);
        assertThat(receiver.figures().badRequests()).isEqualTo(5);
        assertThat(receiver.figures().failures()).isEqualTo(1);
    }
}
