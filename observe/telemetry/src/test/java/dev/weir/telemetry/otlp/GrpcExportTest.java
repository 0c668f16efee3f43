package dev.weir.telemetry.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.telemetry.otlp.OtlpEndpoint.Compression;
import dev.weir.telemetry.otlp.OtlpEndpoint.Protocol;
import io.grpc.Metadata;
import io.grpc.Status;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Against grpc-java.
class GrpcExportTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private static OtlpOptions options(OtlpEndpoint endpoint) {
        return OtlpOptions.of(
                        Arrays.stream(Signal.values())
                                .collect(Collectors.toMap(signal -> signal, _ -> endpoint)))
                .withRetry(
                        new RetryPolicy(
                                Duration.ofMillis(10), Duration.ofMillis(50), 1.5, 0.2, LONG));
    }

    private static OtlpEndpoint endpoint(URI uri) {
        return OtlpEndpoint.of(uri, Protocol.GRPC);
    }

    @Test
    void deliversEverySignalAsItWas() {
        try (var peer = new GrpcPeer();
                var exporter = Exporter.start(options(endpoint(peer.uri("http"))))) {
            exporter.accept(Samples.payload(Signal.TRACES, 100, 1));
            exporter.accept(Samples.payload(Signal.METRICS, 10, 2));
            exporter.accept(Samples.payload(Signal.LOGS, 10, 3));
            assertThat(exporter.flush(LONG)).isTrue();
            assertThat(peer.received)
                    .containsExactlyInAnyOrder(
                            Samples.spans(100, 1), Samples.points(10, 2), Samples.logs(10, 3));
            assertThat(exporter.stats().delivered()).isEqualTo(120);
        }
    }

    @Test
    void deliversMoreThanAWindowAtATime() {
        try (var peer = new GrpcPeer();
                var exporter = Exporter.start(options(endpoint(peer.uri("http"))))) {
            for (int i = 0; i < 20; i++) {
                exporter.accept(Samples.payload(Signal.TRACES, 2000, i));
            }
            assertThat(exporter.flush(LONG)).isTrue();
            long spans = 0;
            for (var request : peer.received) {
                for (var resource : ((ExportTraceServiceRequest) request).getResourceSpansList()) {
                    spans += resource.getScopeSpans(0).getSpansCount();
                }
            }
            assertThat(spans).isEqualTo(40_000);
        }
    }

    @Test
    void compressesAndSendsHeadersAndTimeout() {
        var key = Metadata.Key.of("api-key", Metadata.ASCII_STRING_MARSHALLER);
        var encoding = Metadata.Key.of("grpc-encoding", Metadata.ASCII_STRING_MARSHALLER);
        try (var peer = new GrpcPeer()) {
            var endpoint =
                    endpoint(peer.uri("http"))
                            .withCompression(Compression.GZIP)
                            .withHeaders(Map.of("Api-Key", "secret"));
            try (var exporter = Exporter.start(options(endpoint))) {
                exporter.accept(Samples.payload(Signal.TRACES, 100, 1));
                assertThat(exporter.flush(LONG)).isTrue();
            }
            assertThat(peer.received).containsExactly(Samples.spans(100, 1));
            assertThat(peer.headers.getFirst().get(key)).isEqualTo("secret");
            assertThat(peer.headers.getFirst().get(encoding)).isEqualTo("gzip");
        }
    }

    @Test
    void triesAgainWhatMaySucceedAndDropsTheRest() {
        try (var peer = new GrpcPeer();
                var exporter = Exporter.start(options(endpoint(peer.uri("http"))))) {
            peer.failures.add(GrpcPeer.failure(Status.Code.UNAVAILABLE));
            peer.failures.add(GrpcPeer.failure(Status.Code.DATA_LOSS));
            exporter.accept(Samples.payload(Signal.TRACES, 3, 1));
            assertThat(exporter.flush(LONG)).isTrue();
            peer.failures.add(GrpcPeer.failure(Status.Code.RESOURCE_EXHAUSTED));
            exporter.accept(Samples.payload(Signal.TRACES, 4, 2));
            assertThat(exporter.flush(LONG)).isTrue();
            peer.failures.add(GrpcPeer.failure(Status.Code.INVALID_ARGUMENT));
            exporter.accept(Samples.payload(Signal.TRACES, 5, 3));
            assertThat(exporter.flush(LONG)).isTrue();
            assertThat(peer.received).containsExactly(Samples.spans(3, 1));
            assertThat(exporter.stats().dropped(DropReason.REJECTED)).isEqualTo(9);
        }
    }

    @Test
    void countsWhatAPartialSuccessRejects() {
        try (var peer = new GrpcPeer();
                var exporter = Exporter.start(options(endpoint(peer.uri("http"))))) {
            peer.partial =
                    ExportTracePartialSuccess.newBuilder()
                            .setRejectedSpans(2)
                            .setErrorMessage("too old")
                            .build();
            exporter.accept(Samples.payload(Signal.TRACES, 5, 1));
            assertThat(exporter.flush(LONG)).isTrue();
            assertThat(exporter.stats().delivered()).isEqualTo(3);
            assertThat(exporter.stats().dropped(DropReason.REJECTED)).isEqualTo(2);
            assertThat(peer.received).hasSize(1);
        }
    }

    @Test
    void findsAReceiverAgainAtItsPort() {
        var first = new GrpcPeer();
        try (var exporter = Exporter.start(options(endpoint(first.uri("http"))))) {
            exporter.accept(Samples.payload(Signal.TRACES, 1, 1));
            assertThat(exporter.flush(LONG)).isTrue();
            first.close();
            exporter.accept(Samples.payload(Signal.TRACES, 1, 2));
            try (var again = new GrpcPeer(first.port(), null)) {
                assertThat(exporter.flush(LONG)).isTrue();
                assertThat(again.received).containsExactly(Samples.spans(1, 2));
            }
        }
    }
}
