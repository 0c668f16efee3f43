package dev.weir.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;

/// Exceptions as events (OpenTelemetry semantic conventions 1.45, Exceptions on spans).
final class Exceptions {
    private static final AttributeKey<String> TYPE = AttributeKey.stringKey("exception.type");
    private static final AttributeKey<String> MESSAGE = AttributeKey.stringKey("exception.message");
    private static final AttributeKey<String> STACK =
            AttributeKey.stringKey("exception.stacktrace");

    private record Entry(AttributeKey<?> key, Object value) {}

    private Exceptions() {}

    /// Adds an event for the exception; additional attributes win over those derived from it.
    static void record(Draft draft, Throwable exception, Attributes additional, long epoch) {
        var entries = new LinkedHashMap<String, Entry>();
        var type = exception.getClass().getCanonicalName();
        if (type != null) {
            entries.put(TYPE.getKey(), new Entry(TYPE, type));
        }
        var message = exception.getMessage();
        if (message != null) {
            entries.put(MESSAGE.getKey(), new Entry(MESSAGE, message));
        }
        entries.put(STACK.getKey(), new Entry(STACK, stack(exception)));
        additional.forEach((key, value) -> entries.put(key.getKey(), new Entry(key, value)));
        var kept = entries.values().stream().limit(draft.limits.attributes()).toList();
        List<AttributeKey<?>> keys = kept.stream().<AttributeKey<?>>map(Entry::key).toList();
        List<Object> values = kept.stream().map(Entry::value).toList();
        draft.exception(keys, values, entries.size() - kept.size(), epoch);
    }

    private static String stack(Throwable exception) {
        var text = new StringWriter();
        exception.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }
}
