package dev.weir.weave.hook;

import io.opentelemetry.api.logs.Severity;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;

/// Tells OpenTelemetry each record, on the thread that logs it.
final class JulHandler extends Handler {
    private static final Logs LOGS = new Logs();

    /// Only its formatting of messages is used.
    private final SimpleFormatter formatter = new SimpleFormatter();

    @Override
    public void publish(LogRecord record) {
        if (!isLoggable(record)) {
            return;
        }
        try {
            LOGS.emit(
                    record.getLoggerName(),
                    record.getInstant(),
                    severity(record.getLevel()),
                    record.getLevel().getName(),
                    formatter.formatMessage(record),
                    record.getThrown());
        } catch (Throwable problem) {
            Trouble.swallow(problem);
        }
    }

    /// As the data model of logs maps them.
    private static Severity severity(Level level) {
        int value = level.intValue();
        if (value >= Level.SEVERE.intValue()) {
            return Severity.ERROR;
        }
        if (value >= Level.WARNING.intValue()) {
            return Severity.WARN;
        }
        if (value >= Level.INFO.intValue()) {
            return Severity.INFO;
        }
        if (value >= Level.CONFIG.intValue()) {
            return Severity.DEBUG2;
        }
        return value >= Level.FINE.intValue() ? Severity.DEBUG : Severity.TRACE;
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
