package dev.weir.wasm;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// Cuts a text into nodes (core 3.0, text format, lexical format). Comments and annotations are
/// checked and left out.
final class WatLexer {
    private static final String SYMBOLS = "!#$%&'*+-./:<=>?@\\^_`|~";

    private final String text;
    private int at;

    private WatLexer(String text) {
        this.text = text;
    }

    static List<Node> read(String text) {
        return new WatLexer(text).nodes();
    }

    private MalformedException malformed(String message) {
        return new MalformedException(at, message);
    }

    private List<Node> nodes() {
        var open = new ArrayDeque<List<Node>>();
        var starts = new ArrayDeque<Integer>();
        List<Node> current = new ArrayList<>();
        while (skipSpace()) {
            char c = text.charAt(at);
            if (c == '(') {
                if (peek(1) == '@') {
                    annotation();
                    continue;
                }
                open.push(current);
                starts.push(at++);
                current = new ArrayList<>();
            } else if (c == ')') {
                if (open.isEmpty()) {
                    throw malformed("unexpected token )");
                }
                var list = Node.list(starts.pop(), current);
                current = open.pop();
                current.add(list);
                at++;
            } else {
                current.add(token(false));
            }
        }
        if (!open.isEmpty()) {
            throw malformed("unexpected end: expected )");
        }
        return current;
    }

    private int peek(int ahead) {
        return at + ahead < text.length() ? text.charAt(at + ahead) : -1;
    }

    /// Skips white space and comments; false at the end.
    private boolean skipSpace() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
                at++;
            } else if (c == ';' && peek(1) == ';') {
                while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
                    at++;
                }
            } else if (c == '(' && peek(1) == ';') {
                blockComment();
            } else {
                return true;
            }
        }
        return false;
    }

    private void blockComment() {
        int depth = 0;
        do {
            if (peek(0) == '(' && peek(1) == ';') {
                depth++;
                at += 2;
            } else if (peek(0) == ';' && peek(1) == ')') {
                depth--;
                at += 2;
            } else if (at++ >= text.length()) {
                throw malformed("unclosed comment");
            }
        } while (depth > 0);
    }

    private void annotation() {
        at += 2;
        if (peek(0) == '"') {
            if (Utf8.decode(string(), at).isEmpty()) {
                throw malformed("empty annotation id");
            }
        } else {
            int start = at;
            while (at < text.length() && isIdChar(text.charAt(at))) {
                at++;
            }
            if (at == start) {
                throw malformed("empty annotation id");
            }
        }
        for (int depth = 1; depth > 0; ) {
            if (!skipSpace()) {
                throw malformed("unclosed annotation");
            }
            char c = text.charAt(at);
            if (c == '(' || c == ')') {
                depth += c == '(' ? 1 : -1;
                at++;
            } else {
                token(true);
            }
        }
    }

    private static boolean isIdChar(char c) {
        return c >= '0' && c <= '9'
                || c >= 'A' && c <= 'Z'
                || c >= 'a' && c <= 'z'
                || SYMBOLS.indexOf(c) >= 0;
    }

    /// A token is the longest row of letters, strings and some signs; only a few such rows mean
    /// anything.
    private Node token(boolean anything) {
        int start = at;
        int strings = 0;
        boolean odd = false;
        byte[] bytes = new byte[0];
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '"') {
                bytes = string();
                strings++;
            } else if (c == ',' || c == ';' && peek(1) != ';' || "[]{}".indexOf(c) >= 0) {
                odd = true;
                at++;
            } else if (isIdChar(c)) {
                at++;
            } else {
                break;
            }
        }
        if (at == start) {
            throw malformed("illegal character " + (int) text.charAt(at));
        }
        return anything ? Node.word(start, "") : token(start, strings, odd, bytes);
    }

    private Node token(int start, int strings, boolean odd, byte[] bytes) {
        var word = text.substring(start, at);
        if (!odd && strings == 0) {
            if (word.equals("$")) {
                throw malformed("empty identifier");
            }
            return Node.word(start, word);
        }
        if (!odd && strings == 1 && word.startsWith("\"")) {
            if (text.charAt(at - 1) == '"' && isWhole(word)) {
                return Node.string(start, bytes);
            }
        } else if (!odd && strings == 1 && word.startsWith("$\"") && isWhole(word.substring(1))) {
            if (bytes.length == 0) {
                throw malformed("empty identifier");
            }
            return Node.word(start, "$" + Utf8.decode(bytes, start));
        }
        throw new MalformedException(start, "unknown operator " + word);
    }

    /// Whether a row that starts with a string also ends with it.
    private static boolean isWhole(String word) {
        for (int i = 1; i < word.length(); i++) {
            if (word.charAt(i) == '\\') {
                i++;
            } else if (word.charAt(i) == '"') {
                return i == word.length() - 1;
            }
        }
        return false;
    }

    private byte[] string() {
        var out = new ByteArrayOutputStream();
        at++;
        while (true) {
            if (at >= text.length()) {
                throw malformed("unclosed string");
            }
            int c = text.codePointAt(at);
            at += Character.charCount(c);
            if (c == '"') {
                return out.toByteArray();
            }
            if (c < 0x20 || c == 0x7f) {
                throw malformed(c == '\n' ? "unclosed string" : "illegal character in string");
            }
            if (c == '\\') {
                escape(out);
            } else {
                out.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private void escape(ByteArrayOutputStream out) {
        int c = peek(0);
        at++;
        switch (c) {
            case 't' -> out.write('\t');
            case 'n' -> out.write('\n');
            case 'r' -> out.write('\r');
            case '"', '\'', '\\' -> out.write(c);
            case 'u' -> unicode(out);
            default -> {
                int high = Character.digit(c, 16);
                int low = Character.digit(peek(0), 16);
                if (high < 0 || low < 0) {
                    throw malformed("illegal escape in string");
                }
                at++;
                out.write(high * 16 + low);
            }
        }
    }

    private void unicode(ByteArrayOutputStream out) {
        int close = text.indexOf('}', at);
        if (peek(0) != '{' || close < 0) {
            throw malformed("illegal escape: expected \\u{...}");
        }
        long code = WatNumber.unsigned(Node.word(at, "0x" + text.substring(at + 1, close)), 32);
        if (code > 0x10ffff || code >= 0xd800 && code < 0xe000) {
            throw malformed("illegal escape: no such character " + code);
        }
        out.writeBytes(Character.toString((int) code).getBytes(StandardCharsets.UTF_8));
        at = close + 1;
    }
}
