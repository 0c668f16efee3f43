package dev.weir.weave.hook;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.logs.LogRecordBuilder;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.context.Context;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What loggers of libraries say, as log records. The scope is the logger's name.
///
/// Thread-safe.
final class Logs {
    private static final AttributeKey<String> TYPE = AttributeKey.stringKey("exception.type");
    private static final AttributeKey<String> MESSAGE = AttributeKey.stringKey("exception.message");
    private static final AttributeKey<String> STACK =
            AttributeKey.stringKey("exception.stacktrace");

    /// Names of loggers are few; what comes beyond that is looked up each time.
    private static final int KEPT = 10_000;

    private volatile @Nullable Bound bound;

    private record Bound(OpenTelemetry owner, ConcurrentHashMap<String, Logger> loggers) {}

    /// What a thread does that logs from inside of telemetry: nothing more.
    private final ThreadLocal<Boolean> busy = new ThreadLocal<>();

    /// @param name the logger's; null or empty for the root
    void emit(
            @Nullable String name,
            Instant time,
            Severity severity,
            String level,
            @Nullable String message,
            @Nullable Throwable problem) {
        var context = Context.current();
        if (busy.get() != null) {
            return;
        }
        var global = Library.listener(context);
        if (global == null) {
            return;
        }
        busy.set(true);
        try {
            var record =
                    logger(global, name == null ? "" : name)
                            .logRecordBuilder()
                            .setContext(context)
                            .setTimestamp(time)
                            .setSeverity(severity)
                            .setSeverityText(level);
            if (message != null) {
                record.setBody(message);
            }
            if (problem != null) {
                exception(record, problem);
            }
            record.emit();
        } finally {
            busy.remove();
        }
    }

    private static void exception(LogRecordBuilder record, Throwable problem) {
        var stack = new StringWriter();
        problem.printStackTrace(new PrintWriter(stack));
        record.setAttribute(TYPE, problem.getClass().getName());
        if (problem.getMessage() != null) {
            record.setAttribute(MESSAGE, problem.getMessage());
        }
        record.setAttribute(STACK, stack.toString());
    }

    private Logger logger(OpenTelemetry global, String name) {
        var known = bound;
        if (known == null || known.owner() != global) {
            known = new Bound(global, new ConcurrentHashMap<>());
            bound = known;
        }
        var loggers = known.loggers();
        var logger = loggers.get(name);
        if (logger == null) {
            logger = global.getLogsBridge().get(name.isEmpty() ? "root" : name);
            if (loggers.size() < KEPT) {
                loggers.put(name, logger);
            }
        }
        return logger;
    }
}
