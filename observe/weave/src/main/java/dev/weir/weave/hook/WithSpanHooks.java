package dev.weir.weave.hook;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Methods with `@WithSpan`: a span from their begin to their end, or to the completion of the
/// stage that they answer. Called by woven code.
public final class WithSpanHooks {
    private static final Library LIBRARY = new Library("with-span");
    private static final AttributeKey<String> FUNCTION =
            AttributeKey.stringKey("code.function.name");

    private WithSpanHooks() {}

    private record Entered(Operation operation, Scope scope) {}

    /// Before the method.
    ///
    /// @param name the span's name; where it is empty, the simple name of the class and the method
    /// @param kind the name of a `SpanKind`
    /// @param inherits whether the current span is the parent
    /// @param function the full name of the method
    /// @return what `leave`, `fail` and `attribute` take
    public static @Nullable Object enter(
            String name, String kind, boolean inherits, String function) {
        try {
            var current = Context.current();
            var bound = LIBRARY.listening(current);
            if (bound == null) {
                return null;
            }
            var parent = inherits ? current : current.with(Span.getInvalid());
            var builder =
                    bound.tracer()
                            .spanBuilder(name.isEmpty() ? simple(function) : name)
                            .setParent(parent)
                            .setSpanKind(SpanKind.valueOf(kind))
                            .setAttribute(FUNCTION, function);
            var operation = new Operation(bound, builder, parent, new Measured());
            return new Entered(operation, Scopes.open(operation.context()));
        } catch (Throwable problem) {
            Trouble.swallow(problem);
            return null;
        }
    }

    private static String simple(String function) {
        int method = function.lastIndexOf('.');
        int owner =
                Math.max(
                        function.lastIndexOf('.', method - 1),
                        function.lastIndexOf('$', method - 1));
        return function.substring(owner + 1);
    }

    /// An argument that becomes an attribute; null does not.
    public static void attribute(@Nullable Object token, String key, @Nullable Object value) {
        if (!(token instanceof Entered entered) || value == null) {
            return;
        }
        Operation.safely(entered.operation(), operation -> set(operation.span(), key, value));
    }

    private static void set(Span span, String key, Object value) {
        switch (value) {
            case Boolean truth -> span.setAttribute(key, truth);
            case Double number -> span.setAttribute(key, number);
            case Float number -> span.setAttribute(key, number.doubleValue());
            case Number number when whole(number) -> span.setAttribute(key, number.longValue());
            default -> span.setAttribute(key, value.toString());
        }
    }

    private static boolean whole(Number number) {
        return number instanceof Long
                || number instanceof Integer
                || number instanceof Short
                || number instanceof Byte;
    }

    /// Behind a method that answers nothing, or a primitive.
    public static void leave(@Nullable Object token) {
        if (token instanceof Entered entered) {
            entered.scope().close();
            Operation.safely(entered.operation(), Operation::end);
        }
    }

    /// Behind a method that answers an object: a stage is waited for.
    ///
    /// @return what to answer
    public static @Nullable Object leave(@Nullable Object result, @Nullable Object token) {
        if (token instanceof Entered entered && result instanceof CompletionStage<?> stage) {
            entered.scope().close();
            try {
                stage.whenComplete((value, problem) -> complete(entered.operation(), problem));
            } catch (Throwable problem) {
                Trouble.swallow(problem);
                complete(entered.operation(), null);
            }
            return result;
        }
        leave(token);
        return result;
    }

    private static void complete(Operation operation, @Nullable Throwable problem) {
        var cause = problem instanceof CompletionException ? problem.getCause() : problem;
        if (cause != null) {
            Operation.safely(operation, failed -> failed.error(cause));
        }
        Operation.safely(operation, Operation::end);
    }

    /// Where the method throws.
    public static void fail(Throwable problem, @Nullable Object token) {
        if (token instanceof Entered entered) {
            entered.scope().close();
            complete(entered.operation(), problem);
        }
    }
}
