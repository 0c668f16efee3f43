package dev.weir.context;

import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.List;
import java.util.Optional;

/// The propagators of this module for the OpenTelemetry API. All are stateless and thread-safe, and
/// treat what is malformed as absent.
public final class Propagators {
    private Propagators() {}

    /// W3C Trace Context, level 2: `traceparent` and `tracestate`.
    public static TextMapPropagator traceContext() {
        return TraceContextPropagator.INSTANCE;
    }

    /// W3C Baggage.
    public static TextMapPropagator baggage() {
        return BaggagePropagator.INSTANCE;
    }

    /// B3 of Zipkin: reads both forms, writes the single header `b3`.
    public static TextMapPropagator b3() {
        return B3Propagator.SINGLE;
    }

    /// B3 of Zipkin: reads both forms, writes the headers `X-B3-...`.
    public static TextMapPropagator b3Multi() {
        return B3Propagator.MULTI;
    }

    /// What OpenTelemetry has where nothing is configured: W3C Trace Context, then W3C Baggage.
    public static TextMapPropagator standard() {
        return TextMapPropagator.composite(traceContext(), baggage());
    }

    /// Propagators in the order of extraction: what a later one finds replaces what an earlier one
    /// found, and what it does not find stays. Put the format that is to win last.
    public static TextMapPropagator inOrder(List<TextMapPropagator> propagators) {
        return TextMapPropagator.composite(propagators);
    }

    /// The propagator that `OTEL_PROPAGATORS` means by a word: `tracecontext`, `baggage`, `b3`,
    /// `b3multi` or `none`. Empty for others.
    public static Optional<TextMapPropagator> named(String word) {
        return Optional.ofNullable(
                switch (word) {
                    case "tracecontext" -> traceContext();
                    case "baggage" -> baggage();
                    case "b3" -> b3();
                    case "b3multi" -> b3Multi();
                    case "none" -> TextMapPropagator.noop();
                    default -> null;
                });
    }
}
