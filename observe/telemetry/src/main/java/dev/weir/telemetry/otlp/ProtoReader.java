package dev.weir.telemetry.otlp;

import dev.weir.telemetry.TelemetryException;
import dev.weir.telemetry.TelemetryException.Code;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Protobuf in an array, field by field: `next` finds a field, and one of the others takes its
/// value or skips it. Not thread-safe.
///
/// All of it throws [TelemetryException] with `MALFORMED` where the bytes are broken.
final class ProtoReader {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int BYTES = 2;
    static final int FIXED32 = 5;

    private static final int DEPTH_LIMIT = 64;

    private final byte[] bytes;
    private final int end;
    private final int depth;
    private int at;
    private int field;
    private int wireType;

    ProtoReader(byte[] bytes) {
        this(bytes, 0, bytes.length, 0);
    }

    ProtoReader(byte[] bytes, int from, int to) {
        this(bytes, from, to, 0);
    }

    private ProtoReader(byte[] bytes, int from, int to, int depth) {
        this.bytes = bytes;
        this.at = from;
        this.end = to;
        this.depth = depth;
    }

    /// Finds the next field; false at the end of the message.
    boolean next() {
        if (at == end) {
            return false;
        }
        long tag = rawVarint();
        field = (int) (tag >>> 3);
        wireType = (int) tag & 7;
        if (tag >>> 32 != 0 || field == 0) {
            throw bad("expected a field, found the tag " + tag);
        }
        return true;
    }

    int field() {
        return field;
    }

    int wireType() {
        return wireType;
    }

    /// A varint, as 64 bits.
    long varint() {
        expect(VARINT);
        return rawVarint();
    }

    int int32() {
        return (int) varint();
    }

    boolean bool() {
        return varint() != 0;
    }

    int zigzag32() {
        int value = int32();
        return value >>> 1 ^ -(value & 1);
    }

    long fixed64() {
        expect(FIXED64);
        return raw64();
    }

    double float64() {
        return Double.longBitsToDouble(fixed64());
    }

    int fixed32() {
        expect(FIXED32);
        return raw32();
    }

    /// Text; what is no UTF-8 becomes U+FFFD.
    String string() {
        int length = length();
        var text = new String(bytes, at, length, StandardCharsets.UTF_8);
        at += length;
        return text;
    }

    byte[] bytes() {
        int length = length();
        var value = Arrays.copyOfRange(bytes, at, at + length);
        at += length;
        return value;
    }

    /// A reader of the embedded message.
    ProtoReader message() {
        int length = length();
        if (depth == DEPTH_LIMIT) {
            throw bad("messages are nested more than " + DEPTH_LIMIT + " deep");
        }
        var message = new ProtoReader(bytes, at, at + length, depth + 1);
        at += length;
        return message;
    }

    /// Values of a repeated `fixed64` or `double` field, packed or one.
    long[] repeated64() {
        if (wireType == FIXED64) {
            return new long[] {raw64()};
        }
        int length = length();
        if (length % 8 != 0) {
            throw bad("field " + field + ": " + length + " bytes, expected a multiple of 8");
        }
        var values = new long[length / 8];
        for (int i = 0; i < values.length; i++) {
            values[i] = raw64();
        }
        return values;
    }

    /// Values of a repeated `uint64` field, packed or one.
    long[] repeatedVarint() {
        if (wireType == VARINT) {
            return new long[] {rawVarint()};
        }
        int length = length();
        var packed = new ProtoReader(bytes, at, at + length, depth);
        at += length;
        var values = new long[length];
        int count = 0;
        while (packed.at < packed.end) {
            values[count++] = packed.rawVarint();
        }
        return Arrays.copyOf(values, count);
    }

    /// A reader of the same message, from where this one stands.
    ProtoReader again() {
        return new ProtoReader(bytes, at, end, depth);
    }

    /// A reader of this message with the fields of another one behind its own.
    ProtoReader and(ProtoReader more) {
        int own = end - at;
        var both = Arrays.copyOf(Arrays.copyOfRange(bytes, at, end), own + more.end - more.at);
        System.arraycopy(more.bytes, more.at, both, own, more.end - more.at);
        return new ProtoReader(both, 0, both.length, depth);
    }

    /// A reader of the values of a packed field, each found by `nextPacked`.
    ProtoReader packed(int elementWireType) {
        var elements = message();
        elements.field = field;
        elements.wireType = elementWireType;
        return elements;
    }

    boolean nextPacked() {
        return at < end;
    }

    /// Skips the value, of any wire type but those of groups, which proto3 does not have.
    void skip() {
        switch (wireType) {
            case VARINT -> rawVarint();
            case FIXED64 -> raw64();
            case BYTES -> {
                int length = length();
                at += length;
            }
            case FIXED32 -> raw32();
            default -> throw bad("field " + field + " has the wire type " + wireType);
        }
    }

    private int length() {
        expect(BYTES);
        long length = rawVarint();
        if (length < 0 || length > end - at) {
            throw bad("field " + field + " is cut short");
        }
        return (int) length;
    }

    private void expect(int expected) {
        if (wireType != expected) {
            throw bad(
                    "field "
                            + field
                            + ": expected the wire type "
                            + expected
                            + ", found "
                            + wireType);
        }
    }

    private long rawVarint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at == end) {
                throw bad("a number is cut short");
            }
            byte part = bytes[at++];
            value |= (long) (part & 0x7f) << shift;
            if (part >= 0) {
                return value;
            }
        }
        throw bad("a number has more than 10 bytes");
    }

    private long raw64() {
        return raw32() & 0xffffffffL | (long) raw32() << 32;
    }

    private int raw32() {
        if (end - at < 4) {
            throw bad("field " + field + " is cut short");
        }
        int value = 0;
        for (int i = 0; i < 4; i++) {
            value |= (bytes[at++] & 0xff) << (8 * i);
        }
        return value;
    }

    private static TelemetryException bad(String message) {
        return new TelemetryException(Code.MALFORMED, "protobuf: " + message);
    }
}
