package dev.weir.wasm;

import java.math.BigInteger;
import java.util.regex.Pattern;

/// Numbers in text (core 3.0, text format, values).
final class WatNumber {
    private static final Pattern INT = Pattern.compile("([+-]?)(?:0x([0-9a-fA-F]+)|([0-9]+))");
    private static final Pattern FLOAT =
            Pattern.compile(
                    "[+-]?(?:[0-9]+(?:\\.[0-9]*)?(?:[eE][+-]?[0-9]+)?"
                            + "|0x[0-9a-fA-F]+(?:\\.[0-9a-fA-F]*)?(?:[pP][+-]?[0-9]+)?)");
    private static final Pattern NAN = Pattern.compile("([+-]?)nan(?::0x([0-9a-fA-F]+))?");
    private static final int MAX_LENGTH = 10_000;

    private WatNumber() {}

    /// The text of a number without the `_` between its digits.
    private static String plain(Node node) {
        var text = node.text();
        if (text.length() > MAX_LENGTH) {
            throw new MalformedException(
                    node.at(), "number of more than " + MAX_LENGTH + " digits");
        }
        int radix = text.contains("0x") ? 16 : 10;
        boolean digit = false;
        for (int i = 0; i < text.length(); i++) {
            boolean next = i + 1 < text.length() && Character.digit(text.charAt(i + 1), radix) >= 0;
            if (text.charAt(i) == '_' && !(digit && next)) {
                throw new MalformedException(node.at(), "unknown operator " + node);
            }
            digit = Character.digit(text.charAt(i), radix) >= 0;
        }
        return text.replace("_", "");
    }

    private static MalformedException outOfRange(Node node) {
        return new MalformedException(node.at(), "constant out of range: " + node);
    }

    /// An integer of so many bits, signed or unsigned.
    static long integer(Node node, int bits) {
        var value = big(node);
        var least = BigInteger.ONE.shiftLeft(bits - 1).negate();
        var most = BigInteger.ONE.shiftLeft(bits);
        if (value.compareTo(least) < 0 || value.compareTo(most) >= 0) {
            throw outOfRange(node);
        }
        return value.longValue();
    }

    static long unsigned(Node node, int bits) {
        var value = big(node);
        if (node.text().matches("[+-].*")) {
            throw node.unexpected();
        }
        if (value.bitLength() > bits) {
            throw outOfRange(node);
        }
        return value.longValue();
    }

    private static BigInteger big(Node node) {
        var matcher = INT.matcher(plain(node));
        if (!node.isWord() || !matcher.matches()) {
            throw new MalformedException(
                    node.at(), "unknown operator: expected an integer, found " + node);
        }
        var hex = matcher.group(2);
        var value = hex != null ? new BigInteger(hex, 16) : new BigInteger(matcher.group(3));
        return matcher.group(1).equals("-") ? value.negate() : value;
    }

    static int f32(Node node) {
        var text = plain(node);
        var nan = NAN.matcher(text);
        if (nan.matches()) {
            long payload = payload(node, nan.group(2), 23);
            return (int) (payload | 0x7f800000L | (text.startsWith("-") ? 0x80000000L : 0));
        }
        var number = number(node);
        float value =
                number.endsWith("inf") ? infinity(number).floatValue() : Float.parseFloat(number);
        if (Float.isInfinite(value) && !number.endsWith("inf")) {
            throw outOfRange(node);
        }
        return Float.floatToRawIntBits(value);
    }

    static long f64(Node node) {
        var text = plain(node);
        var nan = NAN.matcher(text);
        if (nan.matches()) {
            long payload = payload(node, nan.group(2), 52);
            return payload | 0x7ff0000000000000L | (text.startsWith("-") ? Long.MIN_VALUE : 0);
        }
        var number = number(node);
        double value = number.endsWith("inf") ? infinity(number) : Double.parseDouble(number);
        if (Double.isInfinite(value) && !number.endsWith("inf")) {
            throw outOfRange(node);
        }
        return Double.doubleToRawLongBits(value);
    }

    private static Double infinity(String number) {
        return number.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }

    private static long payload(
            Node node, @org.jspecify.annotations.Nullable String hex, int bits) {
        if (hex == null) {
            return 1L << (bits - 1);
        }
        var value = new BigInteger(hex, 16);
        if (value.signum() == 0 || value.bitLength() > bits) {
            throw outOfRange(node);
        }
        return value.longValue();
    }

    /// The number as Java reads it.
    private static String number(Node node) {
        var text = plain(node);
        if (node.isWord() && text.matches("[+-]?inf")) {
            return text;
        }
        if (!node.isWord() || !FLOAT.matcher(text).matches()) {
            throw new MalformedException(
                    node.at(), "unknown operator: expected a number, found " + node);
        }
        boolean hex = text.contains("0x");
        return hex && text.indexOf('p') < 0 && text.indexOf('P') < 0 ? text + "p0" : text;
    }
}
