package dev.weir.wasm;

import java.math.BigInteger;
import java.util.regex.Pattern;

/// Numbers in text (core 3.0, text format, values).
final class WatNumber {
    private static final Pattern INT =
            Pattern.compile("([+-]?)(?:0x([0-9a-fA-F]+(?:_[0-9a-fA-F]+)*)|([0-9]+(?:_[0-9]+)*))");
    private static final String DIGITS = "[0-9]+(?:_[0-9]+)*";
    private static final String HEX = "[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*";
    private static final Pattern FLOAT =
            Pattern.compile(
                    "[+-]?(?:"
                            + DIGITS
                            + "(?:\\.(?:"
                            + DIGITS
                            + ")?)?(?:[eE][+-]?"
                            + DIGITS
                            + ")?|0x"
                            + HEX
                            + "(?:\\.(?:"
                            + HEX
                            + ")?)?(?:[pP][+-]?"
                            + DIGITS
                            + ")?)");
    private static final Pattern NAN = Pattern.compile("([+-]?)nan(?::0x(" + HEX + "))?");

    private WatNumber() {}

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
        var matcher = INT.matcher(node.text());
        if (!node.isWord() || !matcher.matches()) {
            throw new MalformedException(node.at(), "unknown operator: expected an integer, found " + node);
        }
        var hex = matcher.group(2);
        var value =
                hex != null
                        ? new BigInteger(hex.replace("_", ""), 16)
                        : new BigInteger(matcher.group(3).replace("_", ""));
        return matcher.group(1).equals("-") ? value.negate() : value;
    }

    static int f32(Node node) {
        var text = node.text();
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
        var text = node.text();
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

    private static long payload(Node node, @org.jspecify.annotations.Nullable String hex, int bits) {
        if (hex == null) {
            return 1L << (bits - 1);
        }
        var value = new BigInteger(hex.replace("_", ""), 16);
        if (value.signum() == 0 || value.bitLength() > bits) {
            throw outOfRange(node);
        }
        return value.longValue();
    }

    /// The number as Java reads it.
    private static String number(Node node) {
        var text = node.text();
        if (node.isWord() && text.matches("[+-]?inf")) {
            return text;
        }
        if (!node.isWord() || !FLOAT.matcher(text).matches()) {
            throw new MalformedException(node.at(), "unknown operator: expected a number, found " + node);
        }
        var plain = text.replace("_", "");
        boolean hex = plain.contains("0x");
        return hex && plain.indexOf('p') < 0 && plain.indexOf('P') < 0 ? plain + "p0" : plain;
    }
}
