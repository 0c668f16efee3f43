package dev.weir.telemetry;

import dev.weir.context.Propagators;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.ArrayList;
import java.util.List;

/// The propagators that the words of `OTEL_PROPAGATORS` mean.
final class PropagatorNames {
    private PropagatorNames() {}

    static ContextPropagators of(List<String> words) {
        var propagators = new ArrayList<TextMapPropagator>();
        for (var word : words) {
            var propagator = Propagators.named(word);
            if (propagator.isPresent()) {
                propagators.add(propagator.get());
            } else {
                Settings.warn(
                        "otel.propagators", word, "tracecontext, baggage, b3, b3multi or none");
            }
        }
        return ContextPropagators.create(
                words.contains("none")
                        ? TextMapPropagator.noop()
                        : Propagators.inOrder(propagators));
    }
}
