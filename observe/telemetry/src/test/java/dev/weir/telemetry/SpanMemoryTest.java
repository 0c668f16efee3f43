package dev.weir.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.telemetry.otlp.Payload;
import dev.weir.telemetry.otlp.Sink;
import io.opentelemetry.api.trace.Span;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What spans may take of the memory, whatever the application and the receiver do.
class SpanMemoryTest {
    /// Keeps everything until it is told to let go.
    private static final class StuckSink implements Sink {
        private final List<Payload> held = new ArrayList<>();
        private int items;

        @Override
        public synchronized void accept(Payload payload) {
            held.add(payload);
            items += payload.items();
        }

        synchronized void releaseAll() {
            held.forEach(Payload::release);
            held.clear();
        }

        @Override
        public boolean flush(Duration timeout) {
            return true;
        }

        @Override
        public void close() {}
    }

    private static Telemetry start(Sink sink, int queue, long bytes) {
        var batching = new Batching(Duration.ofHours(1), 100, queue, bytes);
        return Telemetry.start(
                TelemetryOptions.builder()
                        .set("otel.metrics.exporter", "none")
                        .set("otel.logs.exporter", "none")
                        .spanBatching(batching)
                        .build(),
                sink,
                Time.SYSTEM);
    }

    @Test
    void dropsAndCountsBeyondItsBytes() {
        var sink = new StuckSink();
        try (var telemetry = start(sink, 1 << 20, 1 << 20)) {
            var tracer = telemetry.getTracer("t");
            int spans = 20_000;
            for (int i = 0; i < spans; i++) {
                tracer.spanBuilder("op").setNoParent().startSpan().setAttribute("i", i).end();
            }
            var counts = telemetry.spanCounts();
            assertThat(counts.waitingBytes()).isBetween(1L << 19, 1L << 20);
            assertThat(counts.dropped()).isPositive();
            telemetry.flush(Duration.ZERO);
            assertThat(sink.items + counts.dropped()).isEqualTo(spans);
            sink.releaseAll();
            assertThat(telemetry.spanCounts().waitingBytes()).isZero();
            tracer.spanBuilder("op").setNoParent().startSpan().end();
            telemetry.flush(Duration.ZERO);
            assertThat(telemetry.spanCounts().dropped()).isEqualTo(counts.dropped());
        }
    }

    @Test
    void dropsAndCountsBeyondItsQueue() {
        var sink = new StuckSink();
        try (var telemetry = start(sink, 200, 1 << 24)) {
            var tracer = telemetry.getTracer("t");
            for (int i = 0; i < 1000; i++) {
                tracer.spanBuilder("op").setNoParent().startSpan().end();
            }
            telemetry.flush(Duration.ZERO);
            assertThat(sink.items).isEqualTo(200);
            assertThat(telemetry.spanCounts().dropped()).isEqualTo(800);
        }
    }

    @Test
    void unfinishedSpansHoldNoPage() {
        var sink = new MemorySink();
        try (var telemetry = start(sink, 1 << 20, 1 << 24)) {
            var tracer = telemetry.getTracer("t");
            var open = new ArrayList<Span>();
            for (int i = 0; i < 1000; i++) {
                open.add(tracer.spanBuilder("open").setNoParent().startSpan());
                tracer.spanBuilder("op").setNoParent().startSpan().end();
            }
            telemetry.flush(Duration.ZERO);
            assertThat(telemetry.spanCounts().waitingBytes()).isZero();
            assertThat(sink.items()).isEqualTo(1000);
            open.forEach(Span::end);
        }
    }

    @Test
    void reclaimsASpanThatNeverEnds() throws InterruptedException {
        var sink = new MemorySink();
        try (var telemetry = start(sink, 1 << 20, 1 << 24)) {
            var leaked = new WeakReference<>(leak(telemetry));
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (leaked.get() != null && System.nanoTime() < deadline) {
                System.gc();
                Thread.sleep(20);
            }
            assertThat(leaked.get()).isNull();
        }
    }

    @Test
    void aThreadKeepsNoEngineThatIsClosed() throws InterruptedException {
        var engine = new WeakReference<>(used());
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (engine.get() != null && System.nanoTime() < deadline) {
            System.gc();
            Thread.sleep(20);
        }
        assertThat(engine.get()).isNull();
    }

    private static Object used() {
        try (var telemetry = start(new MemorySink(), 1 << 20, 1 << 24)) {
            var tracer = telemetry.getTracer("t");
            tracer.spanBuilder("op").setNoParent().startSpan().end();
            tracer.spanBuilder("large")
                    .setNoParent()
                    .startSpan()
                    .setAttribute("k", "v".repeat(100_000))
                    .end();
            var open = tracer.spanBuilder("open").setNoParent().startSpan();
            assertThat(open.isRecording()).isTrue();
            return telemetry.getTracerProvider();
        }
    }

    private static Span leak(Telemetry telemetry) {
        var span = telemetry.getTracer("t").spanBuilder("leak").setNoParent().startSpan();
        return span.setAttribute("k", "v".repeat(10_000));
    }

    @Test
    void aKeySetForEverDoesNotFillTheMemory() {
        try (var fixture = new Fixture()) {
            var span = fixture.tracer.spanBuilder("long").startSpan();
            span.setAttribute("first", 1);
            for (int i = 0; i < 1_000_000; i++) {
                span.setAttribute("progress", i);
            }
            span.addEvent("done");
            span.end();
            var sent = fixture.only();
            assertThat(Fixture.attributes(sent.getAttributesList()))
                    .containsOnlyKeys("first", "progress")
                    .containsEntry("progress", "int_value: 999999");
            assertThat(sent.getSerializedSize()).isLessThan(300);
        }
    }

    @Test
    void requestsAreBoundedBySpansAndBytes() {
        var sink = new MemorySink();
        try (var telemetry = start(sink, 1 << 20, 1 << 26)) {
            var tracer = telemetry.getTracer("t");
            for (int i = 0; i < 350; i++) {
                tracer.spanBuilder("op")
                        .setNoParent()
                        .startSpan()
                        .setAttribute("t", "y".repeat(30_000))
                        .end();
            }
            telemetry.flush(Duration.ZERO);
            assertThat(sink.spans()).hasSize(350);
            assertThat(sink.requests())
                    .allSatisfy(r -> assertThat(r.getSerializedSize()).isLessThan(1_100_000));
        }
    }
}
