package dev.weir.telemetry.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.weir.telemetry.otlp.HttpPeer.Answer;
import dev.weir.telemetry.otlp.OtlpEndpoint.Compression;
import dev.weir.telemetry.otlp.OtlpEndpoint.Protocol;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Against the JDK's HTTP server.
class HttpExportTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final RetryPolicy QUICK =
            new RetryPolicy(Duration.ofMillis(10), Duration.ofMillis(50), 1.5, 0.2, LONG);

    private static Exporter exporter(OtlpEndpoint endpoint) {
        return Exporter.start(
                OtlpOptions.of(Map.of(Signal.TRACES, endpoint, Signal.LOGS, endpoint))
                        .withRetry(QUICK));
    }

    private static OtlpEndpoint endpoint(HttpPeer peer) {
        return OtlpEndpoint.of(peer.uri("http", "/v1/traces?tenant=a"), Protocol.HTTP_PROTOBUF);
    }

    @Test
    void deliversProtobufWithPathAndHeaders() throws InvalidProtocolBufferException {
        try (var peer = new HttpPeer();
                var exporter = exporter(endpoint(peer).withHeaders(Map.of("Api-Key", "secret")))) {
            exporter.accept(Samples.payload(Signal.TRACES, 3000, 1));
            assertThat(exporter.flush(LONG)).isTrue();
            var request = peer.received.getFirst();
            assertThat(request.path()).isEqualTo("/v1/traces?tenant=a");
            assertThat(request.headers().getFirst("Api-Key")).isEqualTo("secret");
            assertThat(request.headers().getFirst("Content-Type"))
                    .isEqualTo("application/x-protobuf");
            assertThat(ExportTraceServiceRequest.parseFrom(request.body()))
                    .isEqualTo(Samples.spans(3000, 1));
        }
    }

    @Test
    void deliversJsonCompressed() throws InvalidProtocolBufferException {
        try (var peer = new HttpPeer()) {
            var endpoint =
                    OtlpEndpoint.of(peer.uri("http", "/v1/logs"), Protocol.HTTP_JSON)
                            .withCompression(Compression.GZIP);
            try (var exporter = exporter(endpoint)) {
                exporter.accept(Samples.payload(Signal.LOGS, 10, 1));
                assertThat(exporter.flush(LONG)).isTrue();
            }
            var request = peer.received.getFirst();
            assertThat(request.headers().getFirst("Content-Encoding")).isEqualTo("gzip");
            assertThat(request.headers().getFirst("Content-Type")).isEqualTo("application/json");
            var json = Gzip.decompress(request.body(), 1 << 20);
            assertThat(new String(json, StandardCharsets.UTF_8))
                    .startsWith("{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":");
            assertThat(ExportLogsServiceRequest.parseFrom(OtlpJson.read(Signal.LOGS, json)))
                    .isEqualTo(Samples.logs(10, 1));
        }
    }

    @Test
    void triesAgainWhenAskedToAndNotOtherwise() {
        try (var peer = new HttpPeer();
                var exporter = exporter(endpoint(peer))) {
            peer.answers.add(Answer.of(503));
            peer.answers.add(new Answer(429, Map.of("Retry-After", "1"), new byte[0]));
            long start = System.nanoTime();
            exporter.accept(Samples.payload(Signal.TRACES, 2, 1));
            assertThat(exporter.flush(LONG)).isTrue();
            assertThat(System.nanoTime() - start).isGreaterThan(1_000_000_000L);
            peer.answers.add(Answer.of(400));
            exporter.accept(Samples.payload(Signal.TRACES, 3, 2));
            assertThat(exporter.flush(LONG)).isTrue();
            peer.answers.add(new Answer(302, Map.of("Location", "/elsewhere"), new byte[0]));
            exporter.accept(Samples.payload(Signal.TRACES, 4, 3));
            assertThat(exporter.flush(LONG)).isTrue();
            assertThat(peer.received).hasSize(1);
            assertThat(exporter.stats().dropped(DropReason.REJECTED)).isEqualTo(7);
            assertThat(exporter.stats().signals().get(Signal.TRACES).retries()).isEqualTo(2);
        }
    }

    @Test
    void countsWhatAPartialSuccessRejects() {
        var partial =
                ExportTraceServiceResponse.newBuilder()
                        .setPartialSuccess(
                                ExportTracePartialSuccess.newBuilder()
                                        .setRejectedSpans(2)
                                        .setErrorMessage("too old"));
        var json = "{\"partialSuccess\":{\"rejectedSpans\":\"1\",\"errorMessage\":\"no\"}}";
        try (var peer = new HttpPeer();
                var exporter = exporter(endpoint(peer))) {
            peer.answers.add(new Answer(200, Map.of(), partial.build().toByteArray()));
            peer.answers.add(
                    new Answer(
                            200,
                            Map.of("Content-Type", "application/json"),
                            json.getBytes(StandardCharsets.UTF_8)));
            for (int i = 0; i < 2; i++) {
                exporter.accept(Samples.payload(Signal.TRACES, 5, i));
                assertThat(exporter.flush(LONG)).isTrue();
            }
            assertThat(exporter.stats().delivered()).isEqualTo(7);
            assertThat(exporter.stats().dropped(DropReason.REJECTED)).isEqualTo(3);
        }
    }

    @Test
    void readsNoMoreOfAnAnswerThanItMay() {
        try (var peer = new HttpPeer();
                var exporter = exporter(endpoint(peer))) {
            peer.answers.add(new Answer(200, Map.of(), new byte[10 << 20]));
            exporter.accept(Samples.payload(Signal.TRACES, 1, 1));
            exporter.accept(Samples.payload(Signal.LOGS, 1, 1));
            assertThat(exporter.flush(LONG)).isTrue();
            assertThat(exporter.stats().delivered()).isEqualTo(2);
        }
    }
}
