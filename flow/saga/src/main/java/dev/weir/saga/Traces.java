package dev.weir.saga;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Spans and metrics of the engine, and the trace context that sagas carry.
final class Traces {
    /// The scope of an attempt.
    interface Attempt extends AutoCloseable {
        /// Headers for a call of another service.
        Map<String, String> headers();

        /// Runs the attempt; what it throws is the span's error too.
        void run(Driver.ThrowingAction action) throws Exception;

        @Override
        void close();
    }

    private static final AttributeKey<String> DEFINITION =
            AttributeKey.stringKey("weir.saga.definition");
    private static final AttributeKey<String> SAGA = AttributeKey.stringKey("weir.saga.id");
    private static final AttributeKey<String> STEP = AttributeKey.stringKey("weir.saga.step");
    private static final AttributeKey<String> STATUS = AttributeKey.stringKey("weir.saga.status");
    private static final TextMapPropagator W3C =
            TextMapPropagator.composite(
                    W3CTraceContextPropagator.getInstance(), W3CBaggagePropagator.getInstance());
    private static final int TRACE_LENGTH = 2000;
    private static final TextMapGetter<Map<String, String>> GETTER =
            new TextMapGetter<>() {
                @Override
                @SuppressWarnings("deprecation")
                public Iterable<String> keys(Map<String, String> carrier) {
                    return carrier.keySet();
                }

                @Override
                public @Nullable String get(@Nullable Map<String, String> carrier, String key) {
                    return carrier == null ? null : carrier.get(key);
                }
            };

    private final boolean silent;
    private final Tracer tracer;
    private final LongCounter started;
    private final LongCounter ended;
    private final LongCounter failures;
    private final LongCounter troubles;

    Traces(OpenTelemetry telemetry) {
        silent = telemetry == OpenTelemetry.noop();
        tracer = telemetry.getTracer("dev.weir.saga");
        var meter = telemetry.getMeter("dev.weir.saga");
        started = meter.counterBuilder("weir.saga.started").setUnit("{saga}").build();
        ended = meter.counterBuilder("weir.saga.ended").setUnit("{saga}").build();
        failures = meter.counterBuilder("weir.saga.attempt.failed").setUnit("{attempt}").build();
        troubles = meter.counterBuilder("weir.saga.database.failed").setUnit("{failure}").build();
    }

    /// The current trace context and baggage as text for a saga's row: lines `name: value`.
    static @Nullable String current() {
        var context = Context.current();
        if (context == Context.root()) {
            return null;
        }
        var text = new StringBuilder();
        W3C.inject(
                context,
                text,
                (to, name, value) -> {
                    if (to != null) {
                        to.append(name).append(": ").append(value).append('\n');
                    }
                });
        return text.isEmpty() || text.length() > TRACE_LENGTH ? null : text.toString();
    }

    /// The lines of [#current] as headers.
    static Map<String, String> headers(@Nullable String trace) {
        var headers = new LinkedHashMap<String, String>();
        if (trace != null) {
            for (var line : trace.split("\n")) {
                int colon = line.indexOf(": ");
                if (colon > 0) {
                    headers.put(line.substring(0, colon), line.substring(colon + 2));
                }
            }
        }
        return headers;
    }

    /// Begins the span of an attempt, as a child of what the saga was started in.
    Attempt attempt(SagaRow row, Planner.Task<?> task) {
        if (silent) {
            return new Attempt() {
                @Override
                public Map<String, String> headers() {
                    return Traces.headers(row.trace());
                }

                @Override
                public void run(Driver.ThrowingAction action) throws Exception {
                    action.run();
                }

                @Override
                public void close() {}
            };
        }
        var parent = W3C.extract(Context.root(), headers(row.trace()), GETTER);
        var span =
                tracer.spanBuilder(
                                (task.undo() ? "undo " : "do ")
                                        + row.definition()
                                        + "/"
                                        + task.step().name())
                        .setParent(parent)
                        .setSpanKind(
                                task.step().work() instanceof Work.Called<?>
                                        ? SpanKind.CLIENT
                                        : SpanKind.INTERNAL)
                        .setAttribute(DEFINITION, row.definition())
                        .setAttribute(SAGA, row.id())
                        .setAttribute(STEP, task.step().name())
                        .startSpan();
        var context = parent.with(span);
        @SuppressWarnings("MustBeClosed")
        var scope = context.makeCurrent();
        return new Attempt() {
            @Override
            public Map<String, String> headers() {
                var headers = new LinkedHashMap<String, String>();
                W3C.inject(
                        context,
                        headers,
                        (to, name, value) -> {
                            if (to != null) {
                                to.put(name, value);
                            }
                        });
                return headers;
            }

            @Override
            public void run(Driver.ThrowingAction action) throws Exception {
                try {
                    action.run();
                } catch (Exception | Error e) {
                    span.recordException(e);
                    span.setStatus(StatusCode.ERROR);
                    throw e;
                }
            }

            @Override
            public void close() {
                scope.close();
                span.end();
            }
        };
    }

    void failed(SagaRow row, Planner.Task<?> task) {
        if (!silent) {
            failures.add(1, Attributes.of(DEFINITION, row.definition(), STEP, task.step().name()));
        }
    }

    void trouble(Throwable thrown) {
        if (!silent) {
            troubles.add(
                    1,
                    Attributes.of(
                            AttributeKey.stringKey("error.type"), thrown.getClass().getName()));
        }
    }

    void committed(Change change) {
        if (silent) {
            return;
        }
        var row = change.after();
        if (change.before() == null) {
            started.add(1, Attributes.of(DEFINITION, row.definition()));
        }
        if (row.status().isEnd()) {
            ended.add(1, Attributes.of(DEFINITION, row.definition(), STATUS, row.status().name()));
        }
    }
}
