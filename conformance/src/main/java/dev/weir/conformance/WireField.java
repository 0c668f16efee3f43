package dev.weir.conformance;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// A field of a protobuf message, as it stands on the wire
/// (https://protobuf.dev/programming-guides/encoding/).
///
/// @param content of a length-delimited field what it holds, else its bytes
record WireField(int number, int type, byte[] content) {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int DELIMITED = 2;
    private static final int FIXED32 = 5;

    static WireField of(int number, byte[] content) {
        return new WireField(number, DELIMITED, content);
    }

    /// The fields of a message, in their order.
    static List<WireField> all(byte[] message) {
        var buffer = ByteBuffer.wrap(message);
        var fields = new ArrayList<WireField>();
        while (buffer.hasRemaining()) {
            int tag = (int) varint(buffer);
            int type = tag & 7;
            int start = buffer.position();
            int length =
                    switch (type) {
                        case VARINT -> {
                            varint(buffer);
                            yield buffer.position() - start;
                        }
                        case FIXED64 -> 8;
                        case DELIMITED -> (int) varint(buffer);
                        case FIXED32 -> 4;
                        default -> throw new IllegalArgumentException("wire type " + type);
                    };
            var content = new byte[length];
            buffer.position(type == VARINT ? start : buffer.position()).get(content);
            fields.add(new WireField(tag >>> 3, type, content));
        }
        return fields;
    }

    /// A message of these fields.
    static byte[] message(Iterable<WireField> fields) {
        var out = new ByteArrayOutputStream();
        for (var field : fields) {
            varint(out, field.number << 3 | field.type);
            if (field.type == DELIMITED) {
                varint(out, field.content.length);
            }
            out.writeBytes(field.content);
        }
        return out.toByteArray();
    }

    private static long varint(ByteBuffer buffer) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = buffer.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    private static void varint(ByteArrayOutputStream out, int value) {
        int rest = value;
        for (; rest > 0x7f; rest >>>= 7) {
            out.write(rest & 0x7f | 0x80);
        }
        out.write(rest);
    }
}
