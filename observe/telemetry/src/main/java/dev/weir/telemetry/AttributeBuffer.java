package dev.weir.telemetry;

import dev.weir.telemetry.otlp.ProtoWriter;
import dev.weir.telemetry.otlp.Redactor;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.Value;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Attributes appended as OTLP `KeyValue` messages, their values cut and redacted
/// (opentelemetry/proto/common/v1/common.proto).
///
/// The types that most attributes have are written without an object and with their length known
/// first; the others go through [ProtoWriter].
abstract class AttributeBuffer extends SpanBuffer {
    // KeyValue, AnyValue
    static final int VALUE = 0x12;
    static final int STRING_VALUE = 0x0a;
    static final int BOOL_VALUE = 0x10;
    static final int INT_VALUE = 0x18;
    static final int DOUBLE_VALUE = 0x21;

    final Redactor redactor;

    /// Whether any attribute is changed at all.
    final boolean redacts;

    private final int maxLength;

    AttributeBuffer(int capacity, TextCache texts, Redactor redactor, int maxLength) {
        super(capacity, texts);
        this.redactor = redactor;
        redacts = redactor != Redactor.NONE;
        this.maxLength = maxLength;
    }

    final boolean keyEquals(int at, TextCache.Entry key) {
        int from = at + 1 + varintSize(length(bytes, at + 1));
        int to = from + key.length();
        return to <= bytes.length && Arrays.equals(bytes, from, to, key.field(), 0, key.length());
    }

    final String cut(String value) {
        return ValueLengths.cut(value, maxLength);
    }

    final void write(int tag, TextCache.Entry key, String value) {
        var known = texts.get(value);
        if (known != null) {
            int at = open(tag, key, known.length(), known.field().length);
            position = copy(known, bytes, at);
            return;
        }
        var utf8 = value.getBytes(StandardCharsets.UTF_8);
        int size = 1 + varintSize(utf8.length) + utf8.length;
        int at = open(tag, key, size, size);
        bytes[at] = STRING_VALUE;
        at = putVarint(bytes, at + 1, utf8.length);
        System.arraycopy(utf8, 0, bytes, at, utf8.length);
        position = at + utf8.length;
    }

    final void write(int tag, TextCache.Entry key, long value) {
        int at = open(tag, key, 1 + varintSize(value), 11);
        bytes[at] = INT_VALUE;
        position = putVarint(bytes, at + 1, value);
    }

    final void write(int tag, TextCache.Entry key, double value) {
        int at = open(tag, key, 9, 9);
        bytes[at] = DOUBLE_VALUE;
        LITTLE_ENDIAN.set(bytes, at + 1, Double.doubleToRawLongBits(value));
        position = at + 9;
    }

    final void write(int tag, TextCache.Entry key, boolean value) {
        int at = open(tag, key, 2, 2);
        bytes[at] = BOOL_VALUE;
        bytes[at + 1] = (byte) (value ? 1 : 0);
        position = at + 2;
    }

    /// Writes a `KeyValue` up to the content of its value, and makes room for that. The position is
    /// not moved: a local variable does not go through memory after each byte.
    ///
    /// @return where the content goes
    private int open(int tag, TextCache.Entry key, int valueSize, int room) {
        room(key.field().length + room + 14);
        var b = bytes;
        int p = position;
        int size = key.length() + 1 + varintSize(valueSize) + valueSize;
        b[p] = (byte) tag;
        if (size < 128) {
            b[p + 1] = (byte) size;
            p += 2;
        } else {
            p = putVarint(b, p + 1, size);
        }
        p = copy(key, b, p);
        b[p] = VALUE;
        if (valueSize < 128) {
            b[p + 1] = (byte) valueSize;
            return p + 2;
        }
        return putVarint(b, p + 1, valueSize);
    }

    /// Writes an attribute of any type; one whose value is not of its key's type is left out.
    final void write(int tag, AttributeKey<?> key, Object value) {
        switch (value) {
            case String text -> write(tag, texts.encode(key.getKey()), cut(text));
            case Long number -> write(tag, texts.encode(key.getKey()), (long) number);
            case Double number -> write(tag, texts.encode(key.getKey()), (double) number);
            case Boolean truth -> write(tag, texts.encode(key.getKey()), (boolean) truth);
            case List<?> list -> writeRare(tag, key, ValueLengths.cut(list, maxLength));
            case Value<?> any -> writeRare(tag, key, ValueLengths.cut(any, maxLength));
            default -> {}
        }
    }

    private void writeRare(int tag, AttributeKey<?> key, Object value) {
        var out = new ProtoWriter(256);
        out.attribute(tag >>> 3, key, value);
        var encoded = out.toByteArray();
        raw(encoded, 0, encoded.length);
    }

    final int attributes(int tag, Attributes attributes, int most) {
        int[] left = {most};
        attributes.forEach((key, value) -> {
            if (left[0]-- > 0) {
                attribute(tag, key, value);
            }
        });
        return Math.max(0, attributes.size() - most);
    }

    final void attribute(int tag, AttributeKey<?> key, Object value) {
        if (!redacts || !redactor.matches(key.getKey())) {
            write(tag, key, value);
            return;
        }
        var replacement = redactor.replace(key.getKey(), value);
        if (replacement != null) {
            write(tag, texts.encode(key.getKey()), cut(replacement));
        }
    }
}
