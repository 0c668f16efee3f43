package dev.weir.telemetry;

import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.ArrayList;
import java.util.List;

/// The propagators that the words of `OTEL_PROPAGATORS` mean.
final class PropagatorNames {
    private PropagatorNames() {}

    static ContextPropagators of(List<String> words) {
        var propagators = new ArrayList<TextMapPropagator>();
        if (!words.contains("none")) {
            for (var word : words) {
                switch (word) {
                    case "tracecontext" -> propagators.add(W3CTraceContextPropagator.getInstance());
                    case "baggage" -> propagators.add(W3CBaggagePropagator.getInstance());
                    default ->
                            Settings.warn(
                                    "otel.propagators", word, "tracecontext, baggage or none");
                }
            }
        }
        return ContextPropagators.create(TextMapPropagator.composite(propagators));
    }
}
