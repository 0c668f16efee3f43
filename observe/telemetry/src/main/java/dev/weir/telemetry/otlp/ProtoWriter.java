package dev.weir.telemetry.otlp;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Protobuf into a growing array: fields by number, messages in messages, and the attributes of
/// OTLP's `common.proto`. Spans have a faster way of their own; everything else uses this one.
///
/// A message is begun, its fields are written, and it is ended, which puts its length before it.
///
/// Not thread-safe.
public final class ProtoWriter {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;
    private static final int WIDE = 4;
    private static final int SHORT = 64;
    // AnyValue, common.proto
    private static final int STRING_VALUE = 1;
    private static final int BOOL_VALUE = 2;
    private static final int INT_VALUE = 3;
    private static final int DOUBLE_VALUE = 4;
    private static final int ARRAY_VALUE = 5;
    private static final int KVLIST_VALUE = 6;
    private static final int BYTES_VALUE = 7;

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] bytes;
    private int size;

    /// An empty writer with room for some bytes before it grows.
    public ProtoWriter(int capacity) {
        bytes = new byte[Math.max(16, capacity)];
    }

    /// How many bytes were written.
    public int size() {
        return size;
    }

    /// Forgets everything written, and keeps the room.
    public void clear() {
        size = 0;
    }

    /// Forgets what was written after a size that `size` returned.
    public void truncate(int size) {
        this.size = size;
    }

    /// What was written, copied.
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    /// What was written, without a copy: valid until the next write.
    public ByteBuffer view() {
        return ByteBuffer.wrap(bytes, 0, size).slice();
    }

    /// A varint field, for `int32`, `int64`, `uint32`, `uint64` and enums; written even when 0.
    public void varint(int field, long value) {
        tag(field, VARINT);
        rawVarint(value);
    }

    /// A `bool` field.
    public void bool(int field, boolean value) {
        varint(field, value ? 1 : 0);
    }

    /// A `sint32` or `sint64` field, in zigzag.
    public void zigzag(int field, long value) {
        varint(field, (value << 1) ^ (value >> 63));
    }

    /// A `fixed64` or `sfixed64` field.
    public void fixed64(int field, long value) {
        tag(field, FIXED64);
        raw64(value);
    }

    /// A `double` field.
    public void float64(int field, double value) {
        fixed64(field, Double.doubleToRawLongBits(value));
    }

    /// A `fixed32` field.
    public void fixed32(int field, int value) {
        tag(field, FIXED32);
        room(4);
        for (int i = 0; i < 4; i++) {
            bytes[size++] = (byte) (value >>> (8 * i));
        }
    }

    /// A `string` field. Unpaired surrogates become `?`.
    public void string(int field, String value) {
        int length = value.length();
        if (length > SHORT || !ascii(field, value, length)) {
            bytes(field, value.getBytes(StandardCharsets.UTF_8));
        }
    }

    /// A `bytes` field that is given in hexadecimal digits, lower case.
    public void hex(int field, String digits) {
        tag(field, BYTES);
        int length = digits.length() / 2;
        rawVarint(length);
        room(length);
        for (int i = 0; i < length; i++) {
            int high = Character.digit(digits.charAt(2 * i), 16);
            bytes[size++] = (byte) (high << 4 | Character.digit(digits.charAt(2 * i + 1), 16));
        }
    }

    /// A `bytes` field, or an embedded message that is encoded already.
    public void bytes(int field, byte[] value) {
        tag(field, BYTES);
        rawVarint(value.length);
        raw(value, 0, value.length);
    }

    /// A packed repeated `fixed64` field; nothing where there is no element.
    public void packedFixed64(int field, long[] values) {
        if (values.length == 0) {
            return;
        }
        tag(field, BYTES);
        rawVarint(8L * values.length);
        for (long value : values) {
            raw64(value);
        }
    }

    /// A packed repeated `fixed64` field of the first `count` values.
    public void packedFixed64(int field, long[] values, int count) {
        tag(field, BYTES);
        rawVarint(8L * count);
        for (int i = 0; i < count; i++) {
            raw64(values[i]);
        }
    }

    /// A packed repeated `double` field; nothing where there is no element.
    public void packedFloat64(int field, List<Double> values) {
        if (values.isEmpty()) {
            return;
        }
        tag(field, BYTES);
        rawVarint(8L * values.size());
        for (double value : values) {
            raw64(Double.doubleToRawLongBits(value));
        }
    }

    /// A packed repeated varint field of the first `count` values; nothing where there is none.
    public void packedVarint(int field, long[] values, int count) {
        if (count == 0) {
            return;
        }
        int mark = begin(field);
        for (int i = 0; i < count; i++) {
            rawVarint(values[i]);
        }
        end(mark);
    }

    /// The tag and length of an embedded message whose content follows elsewhere.
    public void head(int field, long length) {
        tag(field, BYTES);
        rawVarint(length);
    }

    /// One element of a packed repeated varint field that was begun like a message.
    public void packed(long value) {
        rawVarint(value);
    }

    /// Begins an embedded message.
    ///
    /// @return the mark that `end` takes
    public int begin(int field) {
        tag(field, BYTES);
        room(1);
        return ++size;
    }

    /// Ends the message that was begun last and is not ended yet.
    public void end(int mark) {
        int length = size - mark;
        int extra = varintSize(length) - 1;
        if (extra > 0) {
            room(extra);
            System.arraycopy(bytes, mark, bytes, mark + extra, length);
        }
        int end = size + extra;
        size = mark - 1;
        rawVarint(length);
        size = end;
    }

    /// Begins an embedded message that may grow large: its length takes four bytes, so that ending
    /// it moves nothing. A varint may be longer than it must be.
    ///
    /// @return the mark that `endWide` takes
    public int beginWide(int field) {
        tag(field, BYTES);
        room(WIDE);
        return size += WIDE;
    }

    /// Ends a message of less than 256 MiB that was begun so and is not ended yet.
    public void endWide(int mark) {
        int length = size - mark;
        for (int i = 0; i < WIDE; i++) {
            int more = i < WIDE - 1 ? 0x80 : 0;
            bytes[mark - WIDE + i] = (byte) (length >>> 7 * i & 0x7f | more);
        }
    }

    /// Bytes as they are: fields that are encoded already.
    public void raw(byte[] source, int offset, int length) {
        room(length);
        System.arraycopy(source, offset, bytes, size, length);
        size += length;
    }

    /// Attributes as a repeated `KeyValue` field.
    public void attributes(int field, Attributes attributes) {
        attributes.forEach((key, value) -> attribute(field, key, value));
    }

    /// One attribute as a `KeyValue` field.
    public void attribute(int field, AttributeKey<?> key, Object value) {
        int mark = begin(field);
        string(1, key.getKey());
        int any = begin(2);
        switch (key.getType()) {
            case STRING -> string(STRING_VALUE, (String) value);
            case BOOLEAN -> bool(BOOL_VALUE, (Boolean) value);
            case LONG -> varint(INT_VALUE, (Long) value);
            case DOUBLE -> float64(DOUBLE_VALUE, (Double) value);
            case STRING_ARRAY, BOOLEAN_ARRAY, LONG_ARRAY, DOUBLE_ARRAY -> array((List<?>) value);
            case VALUE -> content((Value<?>) value);
        }
        end(any);
        end(mark);
    }

    /// A value as an `AnyValue` field; an empty value is an empty message.
    public void value(int field, Value<?> value) {
        int mark = begin(field);
        content(value);
        end(mark);
    }

    private void array(List<?> values) {
        int array = begin(ARRAY_VALUE);
        for (var value : values) {
            int element = begin(1);
            switch (value) {
                case String text -> string(STRING_VALUE, text);
                case Boolean truth -> bool(BOOL_VALUE, truth);
                case Long number -> varint(INT_VALUE, number);
                case Double number -> float64(DOUBLE_VALUE, number);
                // The SDK sends a string that is not there as an empty one.
                case null -> string(STRING_VALUE, "");
                default ->
                        throw new IllegalArgumentException(
                                "attribute: expected strings, booleans, longs or doubles, found "
                                        + value.getClass().getName());
            }
            end(element);
        }
        end(array);
    }

    @SuppressWarnings("unchecked") // the type of a value says the class of its content
    private void content(Value<?> value) {
        switch (value.getType()) {
            case STRING -> string(STRING_VALUE, (String) value.getValue());
            case BOOLEAN -> bool(BOOL_VALUE, (Boolean) value.getValue());
            case LONG -> varint(INT_VALUE, (Long) value.getValue());
            case DOUBLE -> float64(DOUBLE_VALUE, (Double) value.getValue());
            case ARRAY -> {
                int array = begin(ARRAY_VALUE);
                for (var element : (List<Value<?>>) value.getValue()) {
                    value(1, element);
                }
                end(array);
            }
            case KEY_VALUE_LIST -> {
                int list = begin(KVLIST_VALUE);
                for (var entry : (List<KeyValue>) value.getValue()) {
                    int member = begin(1);
                    string(1, entry.getKey());
                    value(2, entry.getValue());
                    end(member);
                }
                end(list);
            }
            case BYTES -> {
                var buffer = ((ByteBuffer) value.getValue()).duplicate();
                var content = new byte[buffer.remaining()];
                buffer.get(content);
                bytes(BYTES_VALUE, content);
            }
            case EMPTY -> {}
        }
    }

    /// Writes a short string of ASCII without a copy of its bytes.
    ///
    /// @return whether it was one; nothing is written otherwise
    @SuppressWarnings("deprecation") // it takes the low byte of each character, which is all here
    private boolean ascii(int field, String value, int length) {
        int all = 0;
        for (int i = 0; i < length; i++) {
            all |= value.charAt(i);
        }
        if (all >= 0x80) {
            return false;
        }
        tag(field, BYTES);
        rawVarint(length);
        room(length);
        value.getBytes(0, length, bytes, size);
        size += length;
        return true;
    }

    private void tag(int field, int wireType) {
        rawVarint((long) field << 3 | wireType);
    }

    private void rawVarint(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    private void raw64(long value) {
        room(8);
        LONG.set(bytes, size, value);
        size += 8;
    }

    private static int varintSize(int value) {
        return (38 - Integer.numberOfLeadingZeros(value | 1)) / 7;
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
