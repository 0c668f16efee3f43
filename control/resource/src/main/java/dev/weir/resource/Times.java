package dev.weir.resource;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/// The text forms of points and spans of time in Kubernetes' JSON.
final class Times {
    private static final int DATE_AND_TIME = "2026-11-01T09:30:00".length();

    private Times() {}

    /// `metav1.Time`: RFC 3339, UTC, to the second.
    static String seconds(Instant time) {
        return text(time, 0);
    }

    /// RFC 3339, UTC, with as many digits of fraction as the time has.
    static String exact(Instant time) {
        return time.getNano() == 0 ? text(time, 0) : time.toString();
    }

    /// `metav1.MicroTime`: RFC 3339, UTC, always with six digits of fraction.
    static String micros(Instant time) {
        return text(time, 6);
    }

    /// Times are in each object that is read or written, and the formatters of `java.time` cost
    /// more there than all else together: the usual form goes by hand.
    private static String text(Instant time, int digits) {
        var utc =
                LocalDateTime.ofEpochSecond(time.getEpochSecond(), time.getNano(), ZoneOffset.UTC);
        var text = new StringBuilder(DATE_AND_TIME + 1 + digits + 1);
        pad(text, utc.getYear(), 4).append('-');
        pad(text, utc.getMonthValue(), 2).append('-');
        pad(text, utc.getDayOfMonth(), 2).append('T');
        pad(text, utc.getHour(), 2).append(':');
        pad(text, utc.getMinute(), 2).append(':');
        pad(text, utc.getSecond(), 2);
        if (digits > 0) {
            pad(text.append('.'), utc.getNano() / 1_000, digits);
        }
        return text.append('Z').toString();
    }

    private static StringBuilder pad(StringBuilder text, int number, int digits) {
        var decimal = Integer.toString(number);
        return text.repeat('0', Math.max(0, digits - decimal.length())).append(decimal);
    }

    /// An RFC 3339 time.
    ///
    /// @throws DateTimeException when it is none
    static Instant instant(String text) {
        try {
            return text.length() == DATE_AND_TIME + 1 && text.endsWith("Z")
                    ? utc(text)
                    : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new DateTimeException(
                    "expected a time such as 2026-11-01T09:30:00Z, found \"" + text + "\"", e);
        }
    }

    private static Instant utc(String text) {
        if (text.charAt(4) != '-'
                || text.charAt(7) != '-'
                || text.charAt(10) != 'T'
                || text.charAt(13) != ':'
                || text.charAt(16) != ':') {
            throw new DateTimeException("no separators where they belong");
        }
        return LocalDateTime.of(
                        number(text, 0, 4),
                        number(text, 5, 7),
                        number(text, 8, 10),
                        number(text, 11, 13),
                        number(text, 14, 16),
                        number(text, 17, 19))
                .toInstant(ZoneOffset.UTC);
    }

    private static int number(String text, int from, int to) {
        int number = 0;
        for (int at = from; at < to; at++) {
            int digit = text.charAt(at) - '0';
            if (digit < 0 || digit > 9) {
                throw new DateTimeException("no digit where one belongs");
            }
            number = number * 10 + digit;
        }
        return number;
    }

    /// A span as Go's `time.Duration` prints it: `1m30s`, `250ms`, `0s`.
    static String duration(Duration span) {
        if (span.isZero()) {
            return "0s";
        }
        var sign = span.isNegative() ? "-" : "";
        var abs = span.abs();
        if (abs.compareTo(Duration.ofSeconds(1)) < 0) {
            return sign + small(abs.toNanos());
        }
        long seconds = abs.getSeconds();
        var text = new StringBuilder(sign);
        if (seconds >= 3600) {
            text.append(seconds / 3600).append('h');
        }
        if (seconds >= 60) {
            text.append(seconds / 60 % 60).append('m');
        }
        return text.append(decimal(seconds % 60, abs.getNano(), 9)).append('s').toString();
    }

    private static String small(long nanos) {
        if (nanos < 1_000) {
            return nanos + "ns";
        }
        return nanos < 1_000_000
                ? decimal(nanos / 1_000, (int) (nanos % 1_000), 3) + "µs"
                : decimal(nanos / 1_000_000, (int) (nanos % 1_000_000), 6) + "ms";
    }

    private static String decimal(long whole, int fraction, int digits) {
        if (fraction == 0) {
            return Long.toString(whole);
        }
        var padded = ("0".repeat(digits) + fraction);
        var last = padded.substring(padded.length() - digits);
        return whole + "." + last.replaceAll("0+$", "");
    }

    /// A span in Go's form: decimal numbers, each with a unit `h`, `m`, `s`, `ms`, `us`, `µs` or
    /// `ns`.
    ///
    /// @throws DateTimeException when it is none
    static Duration span(String text) {
        try {
            return parse(text);
        } catch (DateTimeException | ArithmeticException e) {
            throw new DateTimeException(
                    "expected a duration such as 1m30s, found \"" + text + "\"", e);
        }
    }

    private static Duration parse(String text) {
        int at = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
        if (text.substring(at).equals("0")) {
            return Duration.ZERO;
        }
        if (at == text.length()) {
            throw new DateTimeException("empty");
        }
        var sum = Duration.ZERO;
        while (at < text.length()) {
            int unit = skip(text, at, true);
            int end = skip(text, unit, false);
            sum = sum.plus(part(text.substring(at, unit), text.substring(unit, end)));
            at = end;
        }
        return text.startsWith("-") ? sum.negated() : sum;
    }

    private static int skip(String text, int from, boolean number) {
        int at = from;
        while (at < text.length() && number == isNumber(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean isNumber(char c) {
        return c >= '0' && c <= '9' || c == '.';
    }

    private static Duration part(String number, String unit) {
        long nanos =
                switch (unit) {
                    case "h" -> 3_600_000_000_000L;
                    case "m" -> 60_000_000_000L;
                    case "s" -> 1_000_000_000L;
                    case "ms" -> 1_000_000L;
                    case "us", "µs", "μs" -> 1_000L;
                    case "ns" -> 1L;
                    default -> throw new DateTimeException("no unit of time: \"" + unit + "\"");
                };
        try {
            var value =
                    new java.math.BigDecimal(number).multiply(java.math.BigDecimal.valueOf(nanos));
            return Duration.ofNanos(value.toBigInteger().longValueExact());
        } catch (ArithmeticException | NumberFormatException e) {
            throw new DateTimeException("no number of \"" + unit + "\": \"" + number + "\"", e);
        }
    }
}
