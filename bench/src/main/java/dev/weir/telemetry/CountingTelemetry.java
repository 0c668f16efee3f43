package dev.weir.telemetry;

import dev.weir.telemetry.otlp.Payload;
import dev.weir.telemetry.otlp.Sink;
import io.opentelemetry.api.trace.Tracer;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/// An engine whose spans are counted and let go, to measure everything up to the hand-over.
public final class CountingTelemetry implements AutoCloseable {
    private final LongAdder spans = new LongAdder();
    private final Telemetry telemetry;

    /// @param sampling what is recorded
    public CountingTelemetry(Sampling sampling) {
        var options =
                TelemetryOptions.builder()
                        .set("otel.metrics.exporter", "none")
                        .set("otel.logs.exporter", "none")
                        .sampling(sampling)
                        .build();
        telemetry = Telemetry.start(options, new Counter(), Time.SYSTEM);
    }

    /// Where spans are made.
    public Tracer tracer() {
        return telemetry.getTracer("bench");
    }

    /// Makes it the process's own.
    public void register() {
        telemetry.register();
    }

    /// How many spans were handed over so far, after handing over all that have ended.
    public long spans() {
        telemetry.flush(Duration.ZERO);
        return spans.sum();
    }

    /// How many spans were dropped.
    public long dropped() {
        return telemetry.spanCounts().dropped();
    }

    @Override
    public void close() {
        telemetry.close();
    }

    private final class Counter implements Sink {
        @Override
        public void accept(Payload payload) {
            spans.add(payload.items());
            payload.release();
        }

        @Override
        public boolean flush(Duration timeout) {
            return true;
        }

        @Override
        public void close() {}
    }
}
