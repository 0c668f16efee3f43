package dev.weir.telemetry.otlp;

import dev.weir.telemetry.otlp.OtlpSchema.Field;
import dev.weir.telemetry.otlp.OtlpSchema.Message;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// Writes a message of [OtlpSchema] from protobuf as JSON.
///
/// A field's values may stand anywhere in a message, and of a field that is not repeated the last
/// one counts, so a message is read once for each of its fields that has a value. Embedded messages
/// are only skipped in that, which costs little.
final class JsonEncoder {
    private static final HexFormat HEX = HexFormat.of();
    private static final int FIELDS = 64;

    private byte[] out;
    private int size;

    JsonEncoder(int capacity) {
        out = new byte[Math.max(64, capacity)];
    }

    byte[] write(Message message, byte[] protobuf) {
        message(message, new ProtoReader(protobuf));
        return Arrays.copyOf(out, size);
    }

    /// A text as a string of JSON.
    static String string(String text) {
        var encoder = new JsonEncoder(2 * text.length());
        encoder.text(text.getBytes(StandardCharsets.UTF_8));
        return new String(encoder.out, 0, encoder.size, StandardCharsets.UTF_8);
    }

    private void message(Message message, ProtoReader whole) {
        long present = 0;
        int chosen = 0;
        for (var scan = whole.again(); scan.next(); scan.skip()) {
            var field = message.field(scan.field());
            if (field != null) {
                present |= 1L << field.number() % FIELDS;
                chosen = field.oneof() ? field.number() : chosen;
            }
        }
        put('{');
        boolean first = true;
        for (var field : message.fields()) {
            boolean excluded = field.oneof() && field.number() != chosen;
            if ((present & 1L << field.number() % FIELDS) == 0 || excluded) {
                continue;
            }
            if (!first) {
                put(',');
            }
            first = false;
            text(field.name().getBytes(StandardCharsets.US_ASCII));
            put(':');
            if (field.repeated()) {
                array(field, whole.again());
            } else {
                single(field, whole.again());
            }
        }
        put('}');
    }

    private void array(Field field, ProtoReader values) {
        put('[');
        boolean first = true;
        while (values.next()) {
            if (values.field() != field.number()) {
                values.skip();
                continue;
            }
            var packed =
                    values.wireType() == ProtoReader.BYTES
                                    && field.type().wireType() != ProtoReader.BYTES
                            ? values.packed(field.type().wireType())
                            : null;
            if (packed == null) {
                first = comma(first);
                value(field, values);
                continue;
            }
            while (packed.nextPacked()) {
                first = comma(first);
                value(field, packed);
            }
        }
        put(']');
    }

    private boolean comma(boolean first) {
        if (!first) {
            put(',');
        }
        return false;
    }

    private void single(Field field, ProtoReader values) {
        int start = size;
        ProtoReader merged = null;
        while (values.next()) {
            if (values.field() != field.number()) {
                values.skip();
            } else if (field.type() == OtlpSchema.Type.MESSAGE) {
                merged = merged(merged, values.message());
            } else {
                size = start;
                value(field, values);
            }
        }
        if (merged != null) {
            message(field.message(), merged);
        }
    }

    /// Parts of one message behind each other are the message.
    private static ProtoReader merged(@Nullable ProtoReader before, ProtoReader part) {
        return before == null ? part : before.and(part);
    }

    private void value(Field field, ProtoReader from) {
        switch (field.type()) {
            case MESSAGE -> message(field.message(), from.message());
            case STRING -> text(from.bytes());
            case HEX -> text(HEX.formatHex(from.bytes()).getBytes(StandardCharsets.US_ASCII));
            case BYTES -> text(Base64.getEncoder().encode(from.bytes()));
            case BOOL -> ascii(from.bool() ? "true" : "false");
            case ENUM -> ascii(Integer.toString(from.int32()));
            case UINT32 -> ascii(Integer.toUnsignedString(from.int32()));
            case SINT32 -> ascii(Integer.toString(from.zigzag32()));
            case FIXED32 -> ascii(Integer.toUnsignedString(from.fixed32()));
            case INT64 -> quoted(Long.toString(from.varint()));
            case UINT64 -> quoted(Long.toUnsignedString(from.varint()));
            case FIXED64 -> quoted(Long.toUnsignedString(from.fixed64()));
            case SFIXED64 -> quoted(Long.toString(from.fixed64()));
            case DOUBLE -> number(from.float64());
        }
    }

    private void number(double value) {
        if (Double.isFinite(value)) {
            ascii(Double.toString(value));
        } else {
            quoted(Double.toString(value));
        }
    }

    private void quoted(String text) {
        put('"');
        ascii(text);
        put('"');
    }

    /// UTF-8 as a string. What is no UTF-8 is written as U+FFFD.
    private void text(byte[] utf8) {
        var bytes = utf8;
        if (!ascii(utf8)) {
            bytes = new String(utf8, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
        }
        room(6 * bytes.length + 2);
        out[size++] = '"';
        for (byte next : bytes) {
            if (next == '"' || next == '\\') {
                out[size++] = '\\';
                out[size++] = next;
            } else if (next >= 0 && next < ' ') {
                escape(next);
            } else {
                out[size++] = next;
            }
        }
        out[size++] = '"';
    }

    private static boolean ascii(byte[] text) {
        for (byte next : text) {
            if (next < 0) {
                return false;
            }
        }
        return true;
    }

    private void escape(byte control) {
        ascii("\\u00");
        put(HEX.toHighHexDigit(control));
        put(HEX.toLowHexDigit(control));
    }

    private void ascii(String text) {
        room(text.length());
        for (int i = 0; i < text.length(); i++) {
            out[size++] = (byte) text.charAt(i);
        }
    }

    private void put(char character) {
        room(1);
        out[size++] = (byte) character;
    }

    private void room(int more) {
        if (out.length - size < more) {
            out = Arrays.copyOf(out, Math.max(out.length * 2, size + more));
        }
    }
}
