package dev.weir.telemetry.otlp;

import dev.weir.telemetry.TelemetrySource;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.AttributeType;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.common.ValueType;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// Decodes what the three signals have in common (OTLP's `common.proto` and `resource.proto`).
final class CommonDecoder {
    private static final AttributeKey<String> SERVICE = AttributeKey.stringKey("service.name");
    private static final HexFormat HEX = HexFormat.of();

    private CommonDecoder() {}

    /// An id as hex digits; empty where it is empty, of another length, or all zeros.
    static String id(byte[] bytes, int length) {
        if (bytes.length != length) {
            return "";
        }
        for (byte next : bytes) {
            if (next != 0) {
                return HEX.formatHex(bytes);
            }
        }
        return "";
    }

    /// A `Resource`.
    static Attributes resource(ProtoReader resource) {
        return attributes(resource, 1);
    }

    /// The repeated `KeyValue` of a message, whose other fields are skipped.
    static Attributes attributes(ProtoReader message, int field) {
        var attributes = Attributes.builder();
        while (message.next()) {
            if (message.field() == field) {
                attribute(attributes, message.message());
            } else {
                message.skip();
            }
        }
        return attributes.build();
    }

    /// A source without a scope.
    static TelemetrySource source(Attributes resource) {
        var service = resource.get(SERVICE);
        return new TelemetrySource(
                service == null || service.isEmpty() ? "unknown_service" : service,
                resource,
                "",
                "");
    }

    /// The source with an `InstrumentationScope`.
    static TelemetrySource scoped(TelemetrySource source, ProtoReader scope) {
        var name = "";
        var version = "";
        while (scope.next()) {
            switch (scope.field()) {
                case 1 -> name = scope.string();
                case 2 -> version = scope.string();
                default -> scope.skip();
            }
        }
        return new TelemetrySource(source.service(), source.resource(), name, version);
    }

    /// A `KeyValue`, into the attributes.
    static void attribute(AttributesBuilder attributes, ProtoReader keyValue) {
        var key = "";
        Value<?> value = Value.empty();
        while (keyValue.next()) {
            switch (keyValue.field()) {
                case 1 -> key = keyValue.string();
                case 2 -> value = value(keyValue.message());
                default -> keyValue.skip();
            }
        }
        put(attributes, key, value);
    }

    private static void put(AttributesBuilder attributes, String key, Value<?> value) {
        switch (value.getType()) {
            case STRING -> attributes.put(key, (String) value.getValue());
            case BOOLEAN -> attributes.put(key, (boolean) value.getValue());
            case LONG -> attributes.put(key, (long) value.getValue());
            case DOUBLE -> attributes.put(key, (double) value.getValue());
            case ARRAY -> putArray(attributes, key, value);
            case KEY_VALUE_LIST, BYTES, EMPTY -> attributes.put(AttributeKey.valueKey(key), value);
        }
    }

    /// An array whose elements have one type is an attribute of that type.
    private static void putArray(AttributesBuilder attributes, String key, Value<?> value) {
        var elements = (List<?>) value.getValue();
        var contents = new ArrayList<Object>(elements.size());
        var types = new ArrayList<ValueType>(elements.size());
        for (var element : elements) {
            contents.add(((Value<?>) element).getValue());
            types.add(((Value<?>) element).getType());
        }
        boolean one = types.stream().distinct().count() == 1;
        switch (one ? types.getFirst() : ValueType.EMPTY) {
            case STRING -> putTyped(attributes, AttributeKey.stringArrayKey(key), contents);
            case BOOLEAN -> putTyped(attributes, AttributeKey.booleanArrayKey(key), contents);
            case LONG -> putTyped(attributes, AttributeKey.longArrayKey(key), contents);
            case DOUBLE -> putTyped(attributes, AttributeKey.doubleArrayKey(key), contents);
            case ARRAY, KEY_VALUE_LIST, BYTES, EMPTY ->
                    attributes.put(AttributeKey.valueKey(key), value);
        }
    }

    @SuppressWarnings("unchecked") // all elements have the type of the key
    private static <T> void putTyped(
            AttributesBuilder attributes, AttributeKey<List<T>> key, List<Object> contents) {
        assert key.getType() != AttributeType.VALUE;
        attributes.put(key, (List<T>) (List<?>) contents);
    }

    /// An `AnyValue`; the last of its members counts.
    static Value<?> value(ProtoReader any) {
        Value<?> value = Value.empty();
        while (any.next()) {
            switch (any.field()) {
                case 1 -> value = Value.of(any.string());
                case 2 -> value = Value.of(any.bool());
                case 3 -> value = Value.of(any.varint());
                case 4 -> value = Value.of(any.float64());
                case 5 -> value = array(any.message());
                case 6 -> value = list(any.message());
                case 7 -> value = Value.of(any.bytes());
                default -> any.skip();
            }
        }
        return value;
    }

    private static Value<?> array(ProtoReader array) {
        var values = new ArrayList<Value<?>>();
        while (array.next()) {
            if (array.field() == 1) {
                values.add(value(array.message()));
            } else {
                array.skip();
            }
        }
        return Value.of(values);
    }

    private static Value<?> list(ProtoReader list) {
        var entries = new ArrayList<KeyValue>();
        while (list.next()) {
            if (list.field() == 1) {
                entries.add(entry(list.message()));
            } else {
                list.skip();
            }
        }
        return Value.of(entries.toArray(KeyValue[]::new));
    }

    private static KeyValue entry(ProtoReader keyValue) {
        var key = "";
        Value<?> value = Value.empty();
        while (keyValue.next()) {
            switch (keyValue.field()) {
                case 1 -> key = keyValue.string();
                case 2 -> value = value(keyValue.message());
                default -> keyValue.skip();
            }
        }
        return KeyValue.of(key, value);
    }
}
