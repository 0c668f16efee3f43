package dev.weir.telemetry.otlp;

import dev.weir.telemetry.TelemetryException;
import dev.weir.telemetry.TelemetryException.Code;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// JSON (RFC 8259) in an array, value by value. Objects and arrays are read by a loop:
///
/// ```java
/// for (var name = json.firstMember(); name != null; name = json.nextMember()) {
///     json.skip();
/// }
/// ```
///
/// All of it throws [TelemetryException] with `MALFORMED` where the text is broken. Not
/// thread-safe.
final class JsonReader {
    private static final int DEPTH_LIMIT = 128;

    private final byte[] text;
    private int at;
    private int depth;

    JsonReader(byte[] text) {
        this.text = text;
    }

    /// The first character of the next value: one of `{["tfn-` or a digit.
    char peek() {
        blank();
        return at < text.length ? (char) (text[at] & 0xff) : 0;
    }

    /// Enters an object; the name of its first member, or null behind an empty one.
    @Nullable String firstMember() {
        enter('{');
        if (peek() == '}') {
            leave();
            return null;
        }
        return name();
    }

    /// The name of the next member, or null behind the object.
    @Nullable String nextMember() {
        if (separated('}')) {
            return name();
        }
        return null;
    }

    private String name() {
        var name = string();
        expect(':');
        return name;
    }

    /// Enters an array; false behind an empty one.
    boolean firstElement() {
        enter('[');
        if (peek() == ']') {
            leave();
            return false;
        }
        return true;
    }

    /// Whether another element follows; false behind the array.
    boolean nextElement() {
        return separated(']');
    }

    private void enter(char open) {
        expect(open);
        if (++depth > DEPTH_LIMIT) {
            throw bad("more than " + DEPTH_LIMIT + " levels");
        }
    }

    private void leave() {
        at++;
        depth--;
    }

    private boolean separated(char close) {
        char next = peek();
        if (next == close) {
            leave();
            return false;
        }
        expect(',');
        return true;
    }

    /// Whether the next value is `null`, which is then read.
    boolean isNull() {
        if (peek() == 'n') {
            word("null");
            return true;
        }
        return false;
    }

    boolean bool() {
        if (peek() == 't') {
            word("true");
            return true;
        }
        word("false");
        return false;
    }

    /// The text of a number, as it stands there.
    String number() {
        peek();
        int start = at;
        skipIf('-');
        int digits = digits();
        if (digits > 1 && text[at - digits] == '0') {
            throw bad("a number that begins with 0");
        }
        boolean whole = digits > 0;
        if (skipIf('.')) {
            whole &= digits() > 0;
        }
        if (skipIf('e') || skipIf('E')) {
            if (!skipIf('+')) {
                skipIf('-');
            }
            whole &= digits() > 0;
        }
        if (!whole) {
            throw bad("expected a number");
        }
        return new String(text, start, at - start, StandardCharsets.ISO_8859_1);
    }

    private int digits() {
        int start = at;
        while (at < text.length && text[at] >= '0' && text[at] <= '9') {
            at++;
        }
        return at - start;
    }

    private boolean skipIf(char character) {
        if (at < text.length && text[at] == character) {
            at++;
            return true;
        }
        return false;
    }

    String string() {
        expect('"');
        int start = at;
        while (at < text.length && text[at] != '"' && text[at] != '\\') {
            if (text[at] >= 0 && text[at] < ' ') {
                throw bad("a control character in a string");
            }
            at++;
        }
        var plain = new String(text, start, at - start, StandardCharsets.UTF_8);
        if (at < text.length && text[at] == '"') {
            at++;
            return plain;
        }
        return escaped(new StringBuilder(plain));
    }

    private String escaped(StringBuilder out) {
        while (at < text.length) {
            if (text[at] == '"') {
                at++;
                return out.toString();
            }
            if (text[at] == '\\') {
                at++;
                out.append(escape());
                continue;
            }
            int start = at;
            while (at < text.length && text[at] != '"' && text[at] != '\\') {
                if (text[at] >= 0 && text[at] < ' ') {
                    throw bad("a control character in a string");
                }
                at++;
            }
            out.append(new String(text, start, at - start, StandardCharsets.UTF_8));
        }
        throw bad("a string without an end");
    }

    private char escape() {
        if (at == text.length) {
            throw bad("a string without an end");
        }
        return switch (text[at++]) {
            case '"' -> '"';
            case '\\' -> '\\';
            case '/' -> '/';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> throw bad("an unknown escape");
        };
    }

    private char unicode() {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int digit = at < text.length ? Character.digit(text[at++], 16) : -1;
            if (digit < 0) {
                throw bad("expected 4 hex digits");
            }
            value = value << 4 | digit;
        }
        return (char) value;
    }

    /// Reads a value of any type and forgets it.
    void skip() {
        switch (peek()) {
            case '{' -> {
                for (var name = firstMember(); name != null; name = nextMember()) {
                    skip();
                }
            }
            case '[' -> {
                for (boolean more = firstElement(); more; more = nextElement()) {
                    skip();
                }
            }
            case '"' -> string();
            case 't', 'f' -> bool();
            case 'n' -> word("null");
            default -> number();
        }
    }

    /// Expects nothing but blanks to the end.
    void end() {
        blank();
        if (at < text.length) {
            throw bad("expected the end");
        }
    }

    TelemetryException bad(String message) {
        return new TelemetryException(Code.MALFORMED, "JSON at byte " + at + ": " + message);
    }

    private void word(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (at == text.length || text[at] != word.charAt(i)) {
                throw bad("expected " + word);
            }
            at++;
        }
    }

    private void expect(char character) {
        blank();
        if (at == text.length || text[at] != character) {
            throw bad("expected " + character);
        }
        at++;
    }

    private void blank() {
        while (at < text.length
                && (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t')) {
            at++;
        }
    }
}
