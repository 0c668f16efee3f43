package dev.weir.resource;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes the text form of [Json]: compact, UTF-8, numbers as Go's `encoding/json` writes them.
final class JsonWriter {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] buffer = new byte[512];
    private int size;

    private JsonWriter() {}

    static byte[] write(Json value) {
        var writer = new JsonWriter();
        writer.value(value);
        return Arrays.copyOf(writer.buffer, writer.size);
    }

    private void value(Json value) {
        switch (value) {
            case Json.Obj object -> object(object);
            case Json.Arr array -> array(array);
            case Json.Str string -> string(string.value());
            case Json.Int number -> ascii(Long.toString(number.value()));
            case Json.Dec number -> ascii(text(number.value()));
            case Json.Bool flag -> ascii(flag.value() ? "true" : "false");
            case Json.Null _ -> ascii("null");
        }
    }

    private void object(Json.Obj object) {
        char before = '{';
        for (var member : object.members().entrySet()) {
            put(before);
            string(member.getKey());
            put(':');
            value(member.getValue());
            before = ',';
        }
        if (before == '{') {
            put('{');
        }
        put('}');
    }

    private void array(Json.Arr array) {
        char before = '[';
        for (var item : array.items()) {
            put(before);
            value(item);
            before = ',';
        }
        if (before == '[') {
            put('[');
        }
        put(']');
    }

    private void string(String text) {
        int length = text.length();
        reserve(length + 2);
        buffer[size++] = '"';
        int at = 0;
        while (at < length) {
            char c = text.charAt(at);
            if (c >= 0x80 || c < 0x20 || c == '"' || c == '\\') {
                break;
            }
            buffer[size++] = (byte) c;
            at++;
        }
        if (at < length) {
            reserve((length - at) * 6 + 1);
            while (at < length) {
                at += character(text, at);
            }
        }
        buffer[size++] = '"';
    }

    /// Writes the character at an index where six bytes are free for each that is left.
    ///
    /// @return how many UTF-16 units it takes
    private int character(String text, int at) {
        int c = text.codePointAt(at);
        if (c < 0x80) {
            if (c < 0x20 || c == '"' || c == '\\') {
                escaped((char) c);
            } else {
                buffer[size++] = (byte) c;
            }
        } else if (c < 0x800) {
            buffer[size++] = (byte) (0xc0 | c >> 6);
            continuation(c);
        } else if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
            unicode((char) c);
        } else if (c < 0x10000) {
            buffer[size++] = (byte) (0xe0 | c >> 12);
            continuation(c >> 6);
            continuation(c);
        } else {
            buffer[size++] = (byte) (0xf0 | c >> 18);
            continuation(c >> 12);
            continuation(c >> 6);
            continuation(c);
            return 2;
        }
        return 1;
    }

    private void continuation(int bits) {
        buffer[size++] = (byte) (0x80 | bits & 0x3f);
    }

    private void escaped(char c) {
        int letter =
                switch (c) {
                    case '"', '\\' -> c;
                    case '\n' -> 'n';
                    case '\r' -> 'r';
                    case '\t' -> 't';
                    case '\b' -> 'b';
                    case '\f' -> 'f';
                    default -> 0;
                };
        if (letter == 0) {
            unicode(c);
            return;
        }
        buffer[size++] = '\\';
        buffer[size++] = (byte) letter;
    }

    private void unicode(char c) {
        buffer[size++] = '\\';
        buffer[size++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) {
            buffer[size++] = HEX[c >> shift & 0xf];
        }
    }

    /// The shortest digits that read back to the value: plain from 1e-6 up to 1e21, else with an
    /// exponent (Go `encoding/json`, ECMA-262 Number::toString).
    private static String text(double value) {
        double size = Math.abs(value);
        if (size != 0 && (size < 1e-6 || size >= 1e21)) {
            var text = Double.toString(value).replace(".0E", "E");
            return text.replace("E-", "e-").replace("E", "e+");
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0" : "0";
        }
        return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
    }

    private void ascii(String text) {
        int length = text.length();
        reserve(length);
        for (int i = 0; i < length; i++) {
            buffer[size++] = (byte) text.charAt(i);
        }
    }

    private void put(char c) {
        reserve(1);
        buffer[size++] = (byte) c;
    }

    private void reserve(int count) {
        if (buffer.length - size < count) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, size + count));
        }
    }
}
