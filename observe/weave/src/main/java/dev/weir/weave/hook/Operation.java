package dev.weir.weave.hook;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Something that a woven program does: a span, and a point of a histogram when it ends.
///
/// Ends once, whoever calls. Attributes are set by the thread that has it; thread-safe is the end.
final class Operation {
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
    private static final double NANOS = 1e9;

    private final Library library;
    private final Span span;
    private final Context context;
    private final Measured measured;
    private final long start = System.nanoTime();
    private final AtomicBoolean ended = new AtomicBoolean();

    private Operation(Library library, Span span, Context parent, Measured measured) {
        this.library = library;
        this.span = span;
        this.measured = measured;
        context = library.with(parent.with(span), this);
    }

    /// @param measured what the histogram's point has as attributes
    static Operation start(
            Library library, SpanBuilder builder, Context parent, Measured measured) {
        return new Operation(library, builder.startSpan(), parent, measured);
    }

    Span span() {
        return span;
    }

    /// The context in which it happens.
    Context context() {
        return context;
    }

    /// Sets an attribute of both the span and the histogram's point.
    <T> void measured(AttributeKey<T> key, T value) {
        span.setAttribute(key, value);
        measured.put(key, value);
    }

    /// Says that it failed, and how: a class, a code of the protocol.
    void error(String type) {
        measured(ERROR_TYPE, type);
        span.setStatus(StatusCode.ERROR);
    }

    /// Says that it failed by an exception.
    void error(Throwable problem) {
        measured(ERROR_TYPE, problem.getClass().getName());
        span.recordException(problem);
        var message = problem.getMessage();
        span.setStatus(StatusCode.ERROR, message == null ? "" : message);
    }

    void end() {
        if (ended.getAndSet(true)) {
            return;
        }
        var duration = library.duration();
        if (duration != null) {
            double seconds = (System.nanoTime() - start) / NANOS;
            duration.record(seconds, library.attributes(measured), context);
        }
        span.end();
    }

    /// Whether it has ended.
    boolean ended() {
        return ended.get();
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
