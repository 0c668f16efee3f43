package dev.weir.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.telemetry.otlp.Exporter;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The engine as a whole, against the receiver of this module.
class TelemetryTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final Kept kept = new Kept();

    private OtlpReceiver receiver() {
        return OtlpReceiver.open(OtlpReceiverOptions.DEFAULT.withPorts(0, 0), kept);
    }

    @ParameterizedTest
    @ValueSource(strings = {"grpc", "http/protobuf", "http/json"})
    void sendsAllSignals(String protocol) {
        try (var receiver = receiver()) {
            int port = protocol.equals("grpc") ? receiver.grpcPort() : receiver.httpPort();
            var options =
                    TelemetryOptions.builder()
                            .serviceName("shop")
                            .endpoint(URI.create("http://localhost:" + port))
                            .set("otel.exporter.otlp.protocol", protocol)
                            .build();
            try (var telemetry = Telemetry.start(options)) {
                var span = telemetry.getTracer("t").spanBuilder("op").startSpan();
                try (var _ = span.makeCurrent()) {
                    telemetry.getMeter("m").counterBuilder("c").build().add(3);
                    telemetry.getLogsBridge().get("l").logRecordBuilder().setBody("hello").emit();
                } finally {
                    span.end();
                }
                assertThat(telemetry.flush(LONG)).isTrue();
                assertThat(telemetry.exportCounts().delivered()).isGreaterThanOrEqualTo(3);
                assertThat(telemetry.exportCounts().droppedItems()).isZero();
                assertThat(kept.spans).hasSize(1);
                assertThat(kept.logs).hasSize(1);
                assertThat(kept.metrics).isNotEmpty();
                assertThat(kept.spans.getFirst().source().service()).isEqualTo("shop");
                assertThat(kept.spans.getFirst().spanId())
                        .isEqualTo(span.getSpanContext().getSpanId());
            }
        }
    }

    @Test
    void countsByReasonWhatAReceiverThatIsDownLoses() {
        var options =
                TelemetryOptions.builder()
                        .endpoint(URI.create("http://localhost:1"))
                        .set("otel.metrics.exporter", "none")
                        .set("otel.logs.exporter", "none")
                        .set("weir.otlp.memory.bytes", "65536")
                        .build();
        int spans = 10_000;
        var exporter = Exporter.start(options.otlp().withCloseTimeout(Duration.ofMillis(500)));
        var telemetry = Telemetry.start(options, exporter, Time.SYSTEM);
        try (telemetry) {
            var tracer = telemetry.getTracer("t");
            for (int i = 0; i < spans; i++) {
                tracer.spanBuilder("op").startSpan().end();
            }
        }
        // The close waits no longer than it may for the exporter's thread, which a busy machine
        // may let wait.
        long end = System.nanoTime() + LONG.toNanos();
        while (telemetry.exportCounts().droppedItems() < spans && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        var counts = telemetry.exportCounts();
        assertThat(counts.dropped()).containsOnlyKeys("queue_full", "closed");
        assertThat(counts.droppedItems()).isEqualTo(spans);
        assertThat(telemetry.spanCounts().dropped()).isZero();
    }

    @Test
    void closeSendsWhatHasEnded() {
        try (var receiver = receiver()) {
            var options = options(receiver).build();
            try (var telemetry = Telemetry.start(options)) {
                for (int i = 0; i < 1300; i++) {
                    telemetry.getTracer("t").spanBuilder("op").startSpan().end();
                }
            }
            assertThat(kept.spans).hasSize(1300);
        }
    }

    @Test
    void sendsByItselfAfterTheDelay() throws InterruptedException {
        try (var receiver = receiver()) {
            var options = options(receiver).delay(Duration.ofMillis(20)).build();
            try (var telemetry = Telemetry.start(options)) {
                telemetry.getTracer("t").spanBuilder("op").startSpan().end();
                long deadline = System.nanoTime() + LONG.toNanos();
                while (kept.spans.isEmpty() && System.nanoTime() < deadline) {
                    Thread.sleep(5);
                }
                assertThat(kept.spans).hasSize(1);
            }
        }
    }

    @Test
    void closesTwiceAndWithoutAReceiver() {
        var options =
                TelemetryOptions.builder()
                        .endpoint(URI.create("http://localhost:1"))
                        .set("otel.metrics.exporter", "none")
                        .set("otel.logs.exporter", "none")
                        .build();
        var telemetry = Telemetry.start(options);
        telemetry.close();
        telemetry.close();
        assertThat(telemetry.getTracer("t").spanBuilder("op").startSpan().isRecording()).isFalse();
    }

    @Test
    void signalsWithoutExporterAreNoop() {
        var options =
                TelemetryOptions.builder()
                        .set("otel.traces.exporter", "none")
                        .set("otel.metrics.exporter", "none")
                        .set("otel.logs.exporter", "none")
                        .build();
        try (var telemetry = Telemetry.start(options)) {
            var span = telemetry.getTracer("t").spanBuilder("op").startSpan();
            assertThat(span.getSpanContext().isValid()).isFalse();
            assertThat(telemetry.flush(LONG)).isTrue();
            assertThat(telemetry.spanCounts()).isEqualTo(new SpanCounts(0, 0, 0));
        }
    }

    @Test
    void resourceHasWhatIsSetAndFound() {
        var options =
                TelemetryOptions.builder()
                        .detectResource()
                        .serviceName("a")
                        .resource(AttributeKey.stringKey("service.name"), "b")
                        .build();
        var resource = options.resource().attributes();
        assertThat(resource.get(AttributeKey.stringKey("service.name"))).isEqualTo("b");
        assertThat(resource.get(AttributeKey.longKey("process.pid"))).isNotNull();
        assertThat(resource.asMap()).hasSizeGreaterThan(Attributes.empty().size() + 8);
    }

    @Test
    void findsOutItsResourceWhenItSendsFirst() {
        var asked = new AtomicInteger();
        var surroundings =
                new Surroundings() {
                    @Override
                    public @Nullable String property(String name) {
                        asked.incrementAndGet();
                        return null;
                    }

                    @Override
                    public @Nullable String variable(String name) {
                        return name.equals("HOSTNAME") ? "pod-7" : null;
                    }
                };
        var detection = new ResourceDetection(Path.of("none"), surroundings);
        try (var fixture = new Fixture(builder -> builder.detection(detection))) {
            fixture.tracer.spanBuilder("op").startSpan().end();
            assertThat(asked).hasValue(0);
            fixture.spans();
            int first = asked.get();
            assertThat(first).isPositive();
            var sent = fixture.sink.requests().getFirst().getResourceSpans(0).getResource();
            assertThat(Fixture.attributes(sent.getAttributesList()))
                    .containsEntry("host.name", "pod-7");
            fixture.tracer.spanBuilder("op").startSpan().end();
            fixture.spans();
            assertThat(asked).hasValue(first);
        }
    }

    private static TelemetryOptions.Builder options(OtlpReceiver receiver) {
        return TelemetryOptions.builder()
                .set("otel.metrics.exporter", "none")
                .set("otel.logs.exporter", "none")
                .endpoint(URI.create("http://localhost:" + receiver.httpPort()));
    }
}
