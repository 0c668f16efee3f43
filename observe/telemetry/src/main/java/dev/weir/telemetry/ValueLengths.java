package dev.weir.telemetry;

import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import java.nio.ByteBuffer;
import java.util.List;

/// Cuts attribute values to a length: strings, byte arrays, and those within lists and maps
/// (OpenTelemetry specification, Attribute limits).
final class ValueLengths {
    private ValueLengths() {}

    static List<?> cut(List<?> list, int most) {
        if (most == Integer.MAX_VALUE) {
            return list;
        }
        return list.stream()
                .map(element -> element instanceof String text ? cut(text, most) : element)
                .toList();
    }

    static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most);
    }

    @SuppressWarnings("unchecked") // the type of a value says the class of its content
    static Value<?> cut(Value<?> value, int most) {
        if (most == Integer.MAX_VALUE) {
            return value;
        }
        return switch (value.getType()) {
            case STRING -> Value.of(cut((String) value.getValue(), most));
            case BYTES -> cut(value, (ByteBuffer) value.getValue(), most);
            case ARRAY ->
                    Value.of(
                            ((List<Value<?>>) value.getValue())
                                    .stream().<Value<?>>map(v -> cut(v, most)).toList());
            case KEY_VALUE_LIST ->
                    Value.of(
                            ((List<KeyValue>) value.getValue())
                                    .stream()
                                            .map(e ->
                                                    KeyValue.of(
                                                            e.getKey(), cut(e.getValue(), most)))
                                            .toArray(KeyValue[]::new));
            case BOOLEAN, LONG, DOUBLE, EMPTY -> value;
        };
    }

    private static Value<?> cut(Value<?> value, ByteBuffer content, int most) {
        if (content.remaining() <= most) {
            return value;
        }
        var head = new byte[most];
        content.duplicate().get(head);
        return Value.of(head);
    }
}
