package dev.weir.weave.hook;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Something that a woven program does: a span, and a point of a histogram when it ends.
///
/// Ends once, whoever calls. Attributes are set by the thread that has it; thread-safe is the end.
class Operation {
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
    private static final double NANOS = 1e9;
    private static final VarHandle ENDED;

    static {
        try {
            ENDED = MethodHandles.lookup().findVarHandle(Operation.class, "ended", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Library.Bound bound;
    private final Span span;
    private final Context context;
    private final Measured measured;
    private final long start = System.nanoTime();
    private volatile boolean ended;

    /// Starts it.
    ///
    /// @param measured what the histogram's point has as attributes
    Operation(Library.Bound bound, SpanBuilder builder, Context parent, Measured measured) {
        this.bound = bound;
        this.span = builder.startSpan();
        this.measured = measured;
        context = bound.library().with(parent.with(span), this);
    }

    final Span span() {
        return span;
    }

    /// The context in which it happens.
    final Context context() {
        return context;
    }

    /// What carries its context to others.
    final TextMapPropagator propagator() {
        return bound.propagator();
    }

    /// Sets an attribute of both the span and the histogram's point.
    final <T> void measured(AttributeKey<T> key, T value) {
        span.setAttribute(key, value);
        measured.put(key, value);
    }

    /// Says that it failed, and how: a class, a code of the protocol.
    final void error(String type) {
        measured(ERROR_TYPE, type);
        span.setStatus(StatusCode.ERROR);
    }

    /// Says that it failed by an exception.
    final void error(Throwable problem) {
        measured(ERROR_TYPE, problem.getClass().getName());
        span.recordException(problem);
        var message = problem.getMessage();
        span.setStatus(StatusCode.ERROR, message == null ? "" : message);
    }

    final void end() {
        if ((boolean) ENDED.getAndSet(this, true)) {
            return;
        }
        var duration = bound.duration();
        if (duration != null) {
            double seconds = (System.nanoTime() - start) / NANOS;
            duration.record(seconds, bound.library().attributes(measured), context);
        }
        span.end();
    }

    /// Whether it has ended.
    final boolean ended() {
        return ended;
    }

    /// Runs what must not disturb the application.
    static void safely(@Nullable Operation operation, Consequence consequence) {
        if (operation == null) {
            return;
        }
        try {
            consequence.accept(operation);
        } catch (Throwable problem) {
            Trouble.swallow(problem);
        }
    }

    /// What is done with an operation.
    interface Consequence {
        void accept(Operation operation);
    }
}
