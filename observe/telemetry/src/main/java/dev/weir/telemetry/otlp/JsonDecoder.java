package dev.weir.telemetry.otlp;

import dev.weir.telemetry.TelemetryException;
import dev.weir.telemetry.otlp.OtlpSchema.Field;
import dev.weir.telemetry.otlp.OtlpSchema.Message;
import java.math.BigDecimal;
import java.util.Base64;
import java.util.HexFormat;

/// Writes a message of [OtlpSchema] from JSON as protobuf.
final class JsonDecoder {
    private static final HexFormat HEX = HexFormat.of();
    private static final int EXPONENT_LIMIT = 40;

    private final JsonReader json;
    private final ProtoWriter out;

    JsonDecoder(byte[] text) {
        json = new JsonReader(text);
        out = new ProtoWriter(text.length / 2);
    }

    byte[] read(Message message) {
        message(message);
        json.end();
        return out.toByteArray();
    }

    private void message(Message message) {
        for (var name = json.firstMember(); name != null; name = json.nextMember()) {
            var field = message.field(name);
            if (field == null) {
                json.skip();
            } else if (!json.isNull()) {
                field(field);
            }
        }
    }

    private void field(Field field) {
        if (!field.repeated()) {
            value(field);
            return;
        }
        for (boolean more = json.firstElement(); more; more = json.nextElement()) {
            value(field);
        }
    }

    private void value(Field field) {
        int number = field.number();
        switch (field.type()) {
            case MESSAGE -> {
                int mark = out.begin(number);
                message(field.message());
                out.end(mark);
            }
            case STRING -> out.string(number, json.string());
            case HEX -> out.bytes(number, hex(json.string()));
            case BYTES -> out.bytes(number, base64(json.string()));
            case BOOL -> out.bool(number, json.bool());
            case ENUM ->
                    out.varint(
                            number, integer(json.number(), Integer.MIN_VALUE, Integer.MAX_VALUE));
            case UINT32 -> out.varint(number, integer(text(), 0, 0xffffffffL));
            case SINT32 ->
                    out.zigzag(number, integer(text(), Integer.MIN_VALUE, Integer.MAX_VALUE));
            case FIXED32 -> out.fixed32(number, (int) integer(text(), 0, 0xffffffffL));
            case INT64 -> out.varint(number, integer(text(), Long.MIN_VALUE, Long.MAX_VALUE));
            case UINT64 -> out.varint(number, unsigned(text()));
            case FIXED64 -> out.fixed64(number, unsigned(text()));
            case SFIXED64 -> out.fixed64(number, integer(text(), Long.MIN_VALUE, Long.MAX_VALUE));
            case DOUBLE -> out.float64(number, decimal(text()));
        }
    }

    /// A number, which may stand in a string.
    private String text() {
        return json.peek() == '"' ? json.string() : json.number();
    }

    private byte[] hex(String text) {
        try {
            return HEX.parseHex(text);
        } catch (IllegalArgumentException e) {
            throw json.bad("expected hex digits, found " + shown(text));
        }
    }

    private byte[] base64(String text) {
        try {
            boolean url = text.indexOf('-') >= 0 || text.indexOf('_') >= 0;
            return (url ? Base64.getUrlDecoder() : Base64.getDecoder()).decode(text);
        } catch (IllegalArgumentException e) {
            throw json.bad("expected base64, found " + shown(text));
        }
    }

    private long integer(String text, long least, long greatest) {
        var value = whole(text);
        if (value.compareTo(BigDecimal.valueOf(least)) < 0
                || value.compareTo(BigDecimal.valueOf(greatest)) > 0) {
            throw noInteger(text);
        }
        return value.longValueExact();
    }

    private long unsigned(String text) {
        var value = whole(text).toBigInteger();
        if (value.signum() < 0 || value.bitLength() > 64) {
            throw noInteger(text);
        }
        return value.longValue();
    }

    /// An integer may be written with a fraction of zeros or an exponent.
    private BigDecimal whole(String text) {
        try {
            var value = new BigDecimal(text);
            if (text.length() > EXPONENT_LIMIT || Math.abs((long) value.scale()) > EXPONENT_LIMIT) {
                throw noInteger(text);
            }
            return new BigDecimal(value.toBigIntegerExact());
        } catch (NumberFormatException | ArithmeticException e) {
            throw noInteger(text);
        }
    }

    private double decimal(String text) {
        if (!text.matches("-?Infinity|NaN|[-+]?[0-9.eE+-]+")) {
            throw json.bad("expected a number, found " + shown(text));
        }
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw json.bad("expected a number, found " + shown(text));
        }
    }

    private TelemetryException noInteger(String text) {
        return json.bad("expected an integer in the range of its field, found " + shown(text));
    }

    private static String shown(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "...";
    }
}
