package dev.weir.weave.hook;

import io.opentelemetry.api.trace.Span;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The ids of the current span in the context map of a logging library, for the time of one event.
final class LogContext {
    private static final String TRACE = "trace_id";
    private static final String SPAN = "span_id";
    private static final String FLAGS = "trace_flags";

    private LogContext() {}

    /// @return what `remove` takes; null where there is no span, or the application has put ids of
    ///   its own there
    static @Nullable Object put(
            BiConsumer<String, String> put, UnaryOperator<@Nullable String> get) {
        var span = Span.current().getSpanContext();
        if (!span.isValid() || get.apply(TRACE) != null) {
            return null;
        }
        put.accept(TRACE, span.getTraceId());
        put.accept(SPAN, span.getSpanId());
        put.accept(FLAGS, span.getTraceFlags().asHex());
        return span;
    }

    static void remove(@Nullable Object token, Consumer<String> remove) {
        if (token != null) {
            try {
                remove.accept(TRACE);
                remove.accept(SPAN);
                remove.accept(FLAGS);
            } catch (Throwable problem) {
                Trouble.swallow(problem);
            }
        }
    }
}
