package dev.weir.weave.hook;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.impl.InstrumentationUtil;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The instrumentation of one library: its tracer, the histogram of its durations, and a mark in
/// the context of what it does, by which the same thing below it is recognized and left out.
///
/// Thread-safe.
final class Library {
    /// Seconds, as the semantic conventions advise for HTTP.
    static final List<Double> HTTP_BUCKETS =
            List.of(
                    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5,
                    10.0);

    /// Seconds, as the semantic conventions advise for databases.
    static final List<Double> DATABASE_BUCKETS =
            List.of(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0);

    private static final String SCHEMA = "https://opentelemetry.io/schemas/1.45.0";

    private final String name;
    private final @Nullable String metric;
    private final List<Double> buckets;
    private final ContextKey<Operation> current;
    private final Measured.Sets sets = new Measured.Sets();
    private volatile @Nullable Bound bound;

    /// What belongs to one `OpenTelemetry`: tests set several. An operation keeps it until it ends,
    /// as to ask for the global one takes a lock that all threads share.
    record Bound(
            Library library,
            OpenTelemetry owner,
            Tracer tracer,
            @Nullable DoubleHistogram duration) {
        TextMapPropagator propagator() {
            return owner.getPropagators().getTextMapPropagator();
        }
    }

    /// @param word what the scope is called behind `dev.weir.weave.`
    Library(String word) {
        this(word, null, List.of());
    }

    /// @param metric the name of the histogram of durations, in seconds
    Library(String word, @Nullable String metric, List<Double> buckets) {
        this.name = "dev.weir.weave." + word;
        this.metric = metric;
        this.buckets = buckets;
        current = ContextKey.named(name);
    }

    /// The scope's name.
    String name() {
        return name;
    }

    /// Whom to tell; null where there is nobody, or where the context says to be silent.
    static @Nullable OpenTelemetry listener(Context context) {
        if (!Switch.ON) {
            return null;
        }
        var global = GlobalOpenTelemetry.getOrNoop();
        if (global == OpenTelemetry.noop()) {
            StartHooks.enterAnywhere();
            global = GlobalOpenTelemetry.getOrNoop();
            if (global == OpenTelemetry.noop()) {
                return null;
            }
        }
        return InstrumentationUtil.shouldSuppressInstrumentation(context) ? null : global;
    }

    /// By what to tell; null where it is not to be told.
    @Nullable Bound listening(Context context) {
        var global = listener(context);
        return global == null ? null : bound(global);
    }

    /// What this library is doing in a context.
    @Nullable Operation current(Context context) {
        return context.get(current);
    }

    Context with(Context context, Operation operation) {
        return context.with(current, operation);
    }

    /// The attributes of a point of the histogram.
    Attributes attributes(Measured measured) {
        return sets.of(measured);
    }

    private Bound bound(OpenTelemetry global) {
        var known = bound;
        if (known == null || known.owner() != global) {
            known = bind(global);
            bound = known;
        }
        return known;
    }

    private Bound bind(OpenTelemetry global) {
        var tracer = global.getTracerProvider().tracerBuilder(name).setSchemaUrl(SCHEMA).build();
        if (metric == null) {
            return new Bound(this, global, tracer, null);
        }
        var meter = global.getMeterProvider().meterBuilder(name).setSchemaUrl(SCHEMA).build();
        var duration =
                meter.histogramBuilder(metric)
                        .setUnit("s")
                        .setExplicitBucketBoundariesAdvice(buckets)
                        .build();
        return new Bound(this, global, tracer, duration);
    }
}
