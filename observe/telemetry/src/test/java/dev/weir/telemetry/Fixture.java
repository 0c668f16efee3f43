package dev.weir.telemetry;

import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/// An engine whose spans stay in memory, and whose time stands still.
final class Fixture implements AutoCloseable {
    final MemorySink sink = new MemorySink();
    final SteppedTime time = new SteppedTime();
    final Telemetry telemetry;
    final Tracer tracer;

    Fixture() {
        this(UnaryOperator.identity());
    }

    Fixture(UnaryOperator<TelemetryOptions.Builder> change) {
        var batching = new Batching(Duration.ofHours(1), 512, 1 << 20, 1 << 24);
        var options =
                TelemetryOptions.builder()
                        .set("otel.metrics.exporter", "none")
                        .set("otel.logs.exporter", "none")
                        .spanBatching(batching);
        telemetry = Telemetry.start(change.apply(options).build(), sink, time);
        tracer = telemetry.getTracer("test");
    }

    List<Span> spans() {
        telemetry.flush(Duration.ZERO);
        return sink.spans();
    }

    Span only() {
        var spans = spans();
        if (spans.size() != 1) {
            throw new AssertionError("expected one span, found " + spans);
        }
        return spans.getFirst();
    }

    /// String attributes by their keys; others by their text form.
    static Map<String, String> attributes(List<KeyValue> attributes) {
        var texts = new TreeMap<String, String>();
        for (var attribute : attributes) {
            var value = attribute.getValue();
            texts.put(
                    attribute.getKey(),
                    value.hasStringValue() ? value.getStringValue() : value.toString().strip());
        }
        return texts;
    }

    @Override
    public void close() {
        telemetry.close();
    }
}
