package dev.weir.context;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The members of a `baggage` header, one after the other (W3C Baggage, §3.3.1): what breaks the
/// grammar is passed over up to the next comma, and nothing behind 64 members or 8,192 bytes is
/// looked at. Short-lived.
final class BaggageMembers {
    static final int MOST = 64;
    static final int LONGEST = 8192;
    private static final byte KEY = 1;
    private static final byte VALUE = 2;
    private static final byte[] CLASSES = classes();

    private final String header;
    private final int end;
    private int next;
    private int count;
    int keyStart;
    int keyEnd;
    int valueStart;
    int valueEnd;
    int metadataEnd;

    /// Whether the header is nothing but members that count, with one comma between them.
    boolean canonical = true;

    BaggageMembers(String header) {
        this.header = header;
        end = whole(header);
    }

    // A member that the limit cuts is not one.
    private static int whole(String header) {
        return header.length() <= LONGEST ? header.length() : header.lastIndexOf(',', LONGEST);
    }

    private static byte[] classes() {
        var classes = new byte[128];
        for (char c = '!'; c <= '~'; c++) {
            boolean key = "()<>@,;:\\\"/[]?={}".indexOf(c) < 0;
            boolean value = "\",;\\".indexOf(c) < 0;
            classes[c] = (byte) ((key ? KEY : 0) | (value ? VALUE : 0));
        }
        return classes;
    }

    /// Moves to the next member that is one.
    boolean next() {
        while (next < end && count < MOST) {
            int begin = next;
            int comma = header.indexOf(',', begin);
            int stop = comma < 0 || comma > end ? end : comma;
            next = stop + 1;
            if (member(begin, stop)) {
                count++;
                canonical &= stop < end || stop == header.length();
                canonical &= next != header.length();
                return true;
            }
            canonical = false;
        }
        canonical &= next >= header.length();
        return false;
    }

    private boolean member(int begin, int stop) {
        keyStart = skipSpace(begin, stop);
        keyEnd = skip(keyStart, stop, KEY);
        int equals = skipSpace(keyEnd, stop);
        if (keyEnd == keyStart || equals >= stop || header.charAt(equals) != '=') {
            return false;
        }
        valueStart = skipSpace(equals + 1, stop);
        valueEnd = skip(valueStart, stop, VALUE);
        int after = skipSpace(valueEnd, stop);
        if (after < stop && header.charAt(after) != ';' || !isEncoded(valueStart, valueEnd)) {
            return false;
        }
        metadataEnd = stop;
        while (metadataEnd > valueEnd && isSpace(header.charAt(metadataEnd - 1))) {
            metadataEnd--;
        }
        canonical &= keyStart == begin && equals == keyEnd && valueStart == equals + 1;
        canonical &= metadataEnd == stop && after == valueEnd;
        return metadataEnd == valueEnd || isPrintable(valueEnd, metadataEnd);
    }

    private int skip(int from, int stop, byte characterClass) {
        int at = from;
        while (at < stop) {
            char c = header.charAt(at);
            if (c >= 128 || (CLASSES[c] & characterClass) == 0) {
                break;
            }
            at++;
        }
        return at;
    }

    private int skipSpace(int from, int stop) {
        int at = from;
        while (at < stop && isSpace(header.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t';
    }

    private boolean isPrintable(int from, int to) {
        for (int at = from; at < to; at++) {
            char c = header.charAt(at);
            if (c != '\t' && (c < ' ' || c > '~')) {
                return false;
            }
        }
        return isEncoded(from, to);
    }

    // Every percent sign is followed by two hexadecimal digits.
    private boolean isEncoded(int from, int to) {
        for (int at = header.indexOf('%', from, to); at >= 0; ) {
            if (at + 2 >= to
                    || !isDigit(header.charAt(at + 1))
                    || !isDigit(header.charAt(at + 2))) {
                return false;
            }
            at = header.indexOf('%', at + 3, to);
        }
        return true;
    }

    private static boolean isDigit(char c) {
        return c < 128 && Character.digit(c, 16) >= 0;
    }

    boolean keyIs(String key) {
        return keyEnd - keyStart == key.length()
                && header.regionMatches(keyStart, key, 0, key.length());
    }

    String key() {
        return header.substring(keyStart, keyEnd);
    }

    String value() {
        return decode(valueStart, valueEnd);
    }

    /// What stands behind the first semicolon; null where there is none.
    @Nullable String metadata() {
        int start = header.indexOf(';', valueEnd, metadataEnd);
        if (start < 0) {
            return null;
        }
        return decode(skipSpace(start + 1, metadataEnd), metadataEnd);
    }

    /// Key, value and metadata as they stand in the header, without the white space between.
    void appendTo(StringBuilder out) {
        out.append(header, keyStart, keyEnd).append('=').append(header, valueStart, valueEnd);
        int start = header.indexOf(';', valueEnd, metadataEnd);
        if (start >= 0) {
            out.append(header, start, metadataEnd);
        }
    }

    private String decode(int from, int to) {
        int escape = header.indexOf('%', from, to);
        if (escape < 0) {
            return header.substring(from, to);
        }
        var bytes = new byte[to - from];
        int size = 0;
        for (int at = from; at < to; at++) {
            char c = header.charAt(at);
            if (c == '%') {
                int high = Character.digit(header.charAt(at + 1), 16);
                bytes[size++] = (byte) (high << 4 | Character.digit(header.charAt(at + 2), 16));
                at += 2;
            } else {
                bytes[size++] = (byte) c;
            }
        }
        return new String(bytes, 0, size, StandardCharsets.UTF_8);
    }
}
