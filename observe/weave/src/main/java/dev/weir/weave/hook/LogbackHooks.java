package dev.weir.weave.hook;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import io.opentelemetry.api.logs.Severity;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/// Logback, and SLF4J on top of it: events go to OpenTelemetry too, and have the ids of their span
/// as `trace_id` and `span_id` in the MDC. Called by woven code.
public final class LogbackHooks {
    private static final Logs LOGS = new Logs();

    static {
        Reads.modulesOf("ch.qos.logback.classic.spi.ILoggingEvent", "org.slf4j.MDC");
    }

    private LogbackHooks() {}

    /// Before appenders are called.
    ///
    /// @return what `leave` and `fail` take
    public static @Nullable Object enter(ILoggingEvent event) {
        if (!Switch.ON || event == null) {
            return null;
        }
        try {
            var problem =
                    event.getThrowableProxy() instanceof ThrowableProxy proxy
                            ? proxy.getThrowable()
                            : null;
            LOGS.emit(
                    event.getLoggerName(),
                    event.getInstant(),
                    severity(event.getLevel()),
                    event.getLevel().toString(),
                    event.getFormattedMessage(),
                    problem);
            return LogContext.put(MDC::put, MDC::get);
        } catch (Throwable problem) {
            Trouble.swallow(problem);
            return null;
        }
    }

    private static Severity severity(Level level) {
        return switch (level.toInt()) {
            case Level.ERROR_INT -> Severity.ERROR;
            case Level.WARN_INT -> Severity.WARN;
            case Level.INFO_INT -> Severity.INFO;
            case Level.DEBUG_INT -> Severity.DEBUG;
            default -> Severity.TRACE;
        };
    }

    /// Behind them.
    public static void leave(@Nullable Object token) {
        LogContext.remove(token, MDC::remove);
    }

    /// Where one throws.
    public static void fail(Throwable problem, @Nullable Object token) {
        leave(token);
    }
}
