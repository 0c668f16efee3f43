package dev.weir.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.context.Propagators;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Spans of the engine in headers, by our propagators and by OpenTelemetry's own, which has a
/// buffer of the thread that ids as text must not be made in.
class PropagationTest {
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSpanIsTheSameInTheHeaderThatAnyPropagatorWrites(boolean ours) {
        var propagator =
                ours ? Propagators.traceContext() : W3CTraceContextPropagator.getInstance();
        try (var fixture = new Fixture()) {
            var span = fixture.telemetry.getTracer("t").spanBuilder("s").startSpan();
            var header = header(propagator, span);
            var context = span.getSpanContext();
            assertThat(header)
                    .isEqualTo(
                            "00-%s-%s-%s"
                                    .formatted(
                                            context.getTraceId(),
                                            context.getSpanId(),
                                            context.getTraceFlags().asHex()));
            assertThat(header(propagator, span)).isEqualTo(header);
            span.end();
        }
    }

    private static String header(TextMapPropagator propagator, Span span) {
        Map<String, String> carrier = new HashMap<>();
        propagator.inject(Context.root().with(span), carrier, Map::put);
        return carrier.getOrDefault("traceparent", "");
    }
}
