package dev.weir.telemetry.logs;

import dev.weir.telemetry.otlp.ProtoWriter;
import dev.weir.telemetry.otlp.Redactor;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.logs.LogRecordBuilder;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A log record while it is built, by one thread. It is encoded when it is emitted, straight into
/// the request that will carry it.
final class LogRecord implements LogRecordBuilder {
    // Semantic conventions, "Exceptions in logs"
    private static final AttributeKey<String> TYPE = AttributeKey.stringKey("exception.type");
    private static final AttributeKey<String> MESSAGE = AttributeKey.stringKey("exception.message");
    private static final AttributeKey<String> STACK_TRACE =
            AttributeKey.stringKey("exception.stacktrace");
    private static final int FIRST_ATTRIBUTES = 4;
    private static final Object[] NONE = new Object[0];

    private final Logs logs;
    private final LogScope scope;
    private long time;
    private long observed;
    private @Nullable Context context;
    private Severity severity = Severity.UNDEFINED_SEVERITY_NUMBER;
    private @Nullable String severityText;
    private @Nullable Value<?> body;
    private @Nullable String bodyText;
    private @Nullable String eventName;

    /// Keys and values by turns.
    private @Nullable Object[] attributes = NONE;

    private int count;
    private int dropped;

    /// What the record that is emitted now has observed, and where.
    private long emitted;

    private SpanContext span = SpanContext.getInvalid();

    LogRecord(Logs logs, LogScope scope) {
        this.logs = logs;
        this.scope = scope;
    }

    @Override
    public LogRecordBuilder setTimestamp(long timestamp, TimeUnit unit) {
        time = unit.toNanos(timestamp);
        return this;
    }

    @Override
    public LogRecordBuilder setTimestamp(Instant instant) {
        time = nanos(instant);
        return this;
    }

    @Override
    public LogRecordBuilder setObservedTimestamp(long timestamp, TimeUnit unit) {
        observed = unit.toNanos(timestamp);
        return this;
    }

    @Override
    public LogRecordBuilder setObservedTimestamp(Instant instant) {
        observed = nanos(instant);
        return this;
    }

    @Override
    public LogRecordBuilder setContext(@Nullable Context value) {
        context = value;
        return this;
    }

    @Override
    public LogRecordBuilder setSeverity(@Nullable Severity value) {
        severity = value == null ? Severity.UNDEFINED_SEVERITY_NUMBER : value;
        return this;
    }

    @Override
    public LogRecordBuilder setSeverityText(@Nullable String value) {
        severityText = value;
        return this;
    }

    @Override
    public LogRecordBuilder setBody(@Nullable String value) {
        bodyText = value;
        body = null;
        return this;
    }

    @Override
    public LogRecordBuilder setBody(@Nullable Value<?> value) {
        body = value;
        bodyText = null;
        return this;
    }

    @Override
    public LogRecordBuilder setEventName(@Nullable String value) {
        eventName = value;
        return this;
    }

    /// Describes an exception, as far as attributes set before do not.
    @Override
    public LogRecordBuilder setException(@Nullable Throwable thrown) {
        if (thrown != null) {
            setAbsent(TYPE, thrown.getClass().getCanonicalName());
            setAbsent(MESSAGE, thrown.getMessage());
            var text = new StringWriter();
            thrown.printStackTrace(new PrintWriter(text, false));
            setAbsent(STACK_TRACE, text.toString());
        }
        return this;
    }

    private void setAbsent(AttributeKey<String> key, @Nullable String value) {
        int at = find(key.getKey());
        if (at < 0 || attributes[at] instanceof AttributeKey<?> present && !key.equals(present)) {
            setAttribute(key, value);
        }
    }

    @Override
    public <T> LogRecordBuilder setAttribute(@Nullable AttributeKey<T> key, @Nullable T value) {
        if (key == null || value == null || key.getKey().isEmpty()) {
            return this;
        }
        var redactor = logs.redactor();
        if (redactor == Redactor.NONE || !redactor.matches(key.getKey())) {
            put(key, value);
            return this;
        }
        var replacement = redactor.replace(key.getKey(), value);
        if (replacement != null) {
            put(AttributeKey.stringKey(key.getKey()), replacement);
        }
        return this;
    }

    private void put(AttributeKey<?> key, Object value) {
        int at = find(key.getKey());
        if (at < 0) {
            if (count == logs.options().maxAttributes()) {
                dropped++;
                return;
            }
            at = 2 * count++;
            if (at == attributes.length) {
                attributes = Arrays.copyOf(attributes, Math.max(2 * FIRST_ATTRIBUTES, 2 * at));
            }
        }
        attributes[at] = key;
        attributes[at + 1] = ValueLimit.cut(value, logs.options().maxValueLength());
    }

    private int find(String name) {
        for (int i = 0; i < 2 * count; i += 2) {
            if (attributes[i] instanceof AttributeKey<?> key && key.getKey().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    /// May be called again: each call makes a record of its own.
    @Override
    public void emit() {
        emitted = observed == 0 ? logs.now() : observed;
        span = Span.fromContext(context == null ? Context.current() : context).getSpanContext();
        logs.emit(scope, this);
    }

    /// Writes the record as one of `ScopeLogs` (OTLP, logs.proto).
    void write(ProtoWriter out) {
        int mark = out.begin(2);
        if (time != 0) {
            out.fixed64(1, time);
        }
        out.fixed64(11, emitted);
        if (severity != Severity.UNDEFINED_SEVERITY_NUMBER) {
            out.varint(2, severity.getSeverityNumber());
        }
        text(out, 3, severityText);
        writeBody(out);
        for (int i = 0; i < 2 * count; i += 2) {
            var value = attributes[i + 1];
            if (attributes[i] instanceof AttributeKey<?> key && value != null) {
                out.attribute(6, key, value);
            }
        }
        if (dropped > 0) {
            out.varint(7, dropped);
        }
        writeSpan(out);
        text(out, 12, eventName);
        out.end(mark);
    }

    private void writeBody(ProtoWriter out) {
        var value = body;
        if (value != null) {
            out.value(5, value);
        } else if (bodyText != null) {
            int mark = out.begin(5);
            out.string(1, bodyText);
            out.end(mark);
        }
    }

    private void writeSpan(ProtoWriter out) {
        if (span.isValid()) {
            int flags = span.getTraceFlags().asByte() & 0xff;
            if (flags != 0) {
                out.fixed32(8, flags);
            }
            out.hex(9, span.getTraceId());
            out.hex(10, span.getSpanId());
        }
    }

    private static void text(ProtoWriter out, int field, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            out.string(field, value);
        }
    }

    private static long nanos(Instant instant) {
        return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
    }
}
