package dev.weir.weave.hook;

import io.opentelemetry.api.logs.Severity;
import java.time.Instant;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.Marker;
import org.apache.logging.log4j.ThreadContext;
import org.apache.logging.log4j.message.Message;
import org.apache.logging.log4j.spi.StandardLevel;
import org.jspecify.annotations.Nullable;

/// Log4j 2: events go to OpenTelemetry too, and have the ids of their span as `trace_id` and
/// `span_id` in the thread context. Called by woven code.
public final class Log4jHooks {
    private static final Logs LOGS = new Logs();

    static {
        Reads.modulesOf("org.apache.logging.log4j.Level");
    }

    private Log4jHooks() {}

    /// Before an event is made.
    ///
    /// @return what `leave` and `fail` take
    public static @Nullable Object enter(
            String logger,
            @Nullable String caller,
            @Nullable Marker marker,
            Level level,
            @Nullable Message message,
            @Nullable Throwable problem) {
        if (!Switch.ON) {
            return null;
        }
        try {
            LOGS.emit(
                    logger,
                    Instant.now(),
                    severity(level),
                    level.name(),
                    message == null ? null : message.getFormattedMessage(),
                    problem);
            return LogContext.put(ThreadContext::put, ThreadContext::get);
        } catch (Throwable trouble) {
            Trouble.swallow(trouble);
            return null;
        }
    }

    /// Before an event is made, of which the place is known.
    ///
    /// @return what `leave` and `fail` take
    public static @Nullable Object enter(
            String logger,
            @Nullable String caller,
            @Nullable StackTraceElement place,
            @Nullable Marker marker,
            Level level,
            @Nullable Message message,
            @Nullable Throwable problem) {
        return enter(logger, caller, marker, level, message, problem);
    }

    private static Severity severity(Level level) {
        return switch (StandardLevel.getStandardLevel(level.intLevel())) {
            case OFF, FATAL -> Severity.FATAL;
            case ERROR -> Severity.ERROR;
            case WARN -> Severity.WARN;
            case INFO -> Severity.INFO;
            case DEBUG -> Severity.DEBUG;
            case TRACE, ALL -> Severity.TRACE;
        };
    }

    /// Behind it.
    public static void leave(@Nullable Object token) {
        LogContext.remove(token, ThreadContext::remove);
    }

    /// Where it throws.
    public static void fail(Throwable problem, @Nullable Object token) {
        leave(token);
    }
}
