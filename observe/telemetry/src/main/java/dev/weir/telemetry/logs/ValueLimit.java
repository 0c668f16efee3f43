package dev.weir.telemetry.logs;

import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import java.nio.ByteBuffer;
import java.util.List;

/// Cuts values of attributes to a length: strings in characters, byte strings in bytes, and what is
/// in arrays and maps (common specification, "Attribute limits").
final class ValueLimit {
    private ValueLimit() {}

    /// @param value of an attribute, by its key's type
    static Object cut(Object value, int limit) {
        if (limit == Integer.MAX_VALUE) {
            return value;
        }
        return switch (value) {
            case String text -> cut(text, limit);
            case List<?> list -> list.stream().map(element -> cut(element, limit)).toList();
            case Value<?> any -> cut(any, limit);
            default -> value;
        };
    }

    private static String cut(String text, int limit) {
        return text.length() <= limit ? text : text.substring(0, limit);
    }

    @SuppressWarnings("unchecked") // the type of a value says the class of its content
    private static Value<?> cut(Value<?> value, int limit) {
        return switch (value.getType()) {
            case STRING -> Value.of(cut((String) value.getValue(), limit));
            case BYTES -> cut(value, (ByteBuffer) value.getValue(), limit);
            case ARRAY ->
                    Value.of(
                            ((List<Value<?>>) value.getValue())
                                    .stream().<Value<?>>map(one -> cut(one, limit)).toList());
            case KEY_VALUE_LIST ->
                    Value.of(
                            ((List<KeyValue>) value.getValue())
                                    .stream()
                                            .map(one ->
                                                    KeyValue.of(
                                                            one.getKey(),
                                                            cut(one.getValue(), limit)))
                                            .toArray(KeyValue[]::new));
            case BOOLEAN, LONG, DOUBLE, EMPTY -> value;
        };
    }

    private static Value<?> cut(Value<?> value, ByteBuffer content, int limit) {
        var bytes = content.duplicate();
        if (bytes.remaining() <= limit) {
            return value;
        }
        var kept = new byte[limit];
        bytes.get(kept);
        return Value.of(kept);
    }
}
