package dev.weir.context;

/// The members of a `tracestate` header, one after the other (W3C Trace Context, level 2, §3.3).
/// Short-lived; the header is looked at once, without a list of what is in it.
final class Members {
    static final int MOST = 32;
    static final int LONGEST = 256;
    private static final byte KEY_START = 1;
    private static final byte KEY = 2;
    private static final byte VALUE = 4;
    private static final byte[] CLASSES = classes();

    private final String header;
    private int next;
    int keyStart;
    int keyEnd;
    int valueEnd;

    /// Whether nothing stood between members but one comma.
    boolean canonical = true;

    /// Whether something stood there that is no member.
    boolean broken;

    Members(String header) {
        this.header = header;
    }

    private static byte[] classes() {
        var classes = new byte[128];
        for (char c = ' '; c <= '~'; c++) {
            boolean start = c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
            boolean key = start || "_-*/@".indexOf(c) >= 0;
            boolean value = c != ',' && c != '=';
            classes[c] = (byte) ((start ? KEY_START : 0) | (key ? KEY : 0) | (value ? VALUE : 0));
        }
        return classes;
    }

    private boolean is(int at, byte characterClass) {
        if (at >= header.length()) {
            return false;
        }
        char c = header.charAt(at);
        return c < 128 && (CLASSES[c] & characterClass) != 0;
    }

    /// Moves to the next member; false at the end, and at what is none.
    boolean next() {
        int at = next;
        int begin = at;
        while (at < header.length() && isFiller(header.charAt(at))) {
            at++;
        }
        canonical &= at == begin && at < header.length() || begin == header.length() + 1;
        if (at >= header.length()) {
            return false;
        }
        keyStart = at;
        if (!is(at, KEY_START)) {
            return fail();
        }
        while (is(at, KEY)) {
            at++;
        }
        keyEnd = at;
        if (at - keyStart > LONGEST || at >= header.length() || header.charAt(at) != '=') {
            return fail();
        }
        return value(at + 1);
    }

    private boolean value(int start) {
        int at = start;
        while (is(at, VALUE)) {
            at++;
        }
        int end = at;
        while (end > start && header.charAt(end - 1) == ' ') {
            end--;
        }
        while (at < header.length() && isSpace(header.charAt(at))) {
            at++;
        }
        if (end == start
                || end - start > LONGEST
                || at < header.length() && header.charAt(at) != ',') {
            return fail();
        }
        canonical &= at == end;
        valueEnd = end;
        next = at + 1;
        return true;
    }

    private boolean fail() {
        broken = true;
        return false;
    }

    private static boolean isFiller(char c) {
        return c == ',' || isSpace(c);
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t';
    }

    boolean keyIs(String key) {
        return keyEnd - keyStart == key.length()
                && header.regionMatches(keyStart, key, 0, key.length());
    }

    String key() {
        return header.substring(keyStart, keyEnd);
    }

    String value() {
        return header.substring(keyEnd + 1, valueEnd);
    }

    /// Whether a key of the same name stands before this one.
    boolean isRepeated() {
        var before = new Members(header);
        while (before.next() && before.keyStart < keyStart) {
            int length = before.keyEnd - before.keyStart;
            if (length == keyEnd - keyStart
                    && header.regionMatches(before.keyStart, header, keyStart, length)) {
                return true;
            }
        }
        return false;
    }

    /// Whether a key is one that the grammar knows.
    static boolean isKey(String key) {
        var member = new Members(key + "=v");
        return member.next() && member.keyIs(key);
    }

    /// Whether a value is one that the grammar knows, without white space at its end.
    static boolean isValue(String value) {
        var member = new Members("k=" + value);
        return member.next() && member.valueEnd == value.length() + 2;
    }
}
