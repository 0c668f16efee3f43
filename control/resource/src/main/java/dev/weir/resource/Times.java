package dev.weir.resource;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;

/// Text forms of time as Kubernetes writes them: RFC 3339 in UTC, and Go's durations (`1h30m`).
final class Times {
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final Pattern STEP = Pattern.compile("(\\d+(?:\\.\\d+)?)(ns|us|µs|ms|s|m|h)");

    private Times() {}

    /// An instant: whole seconds as `metav1.Time`, others with six digits as `metav1.MicroTime`.
    static String text(Instant instant) {
        return instant.getNano() == 0 ? instant.toString() : MICROS.format(instant);
    }

    static Instant instant(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException _) {
            throw new DateTimeException(
                    "expected a time such as 2026-11-01T09:30:00Z, found \"" + text + "\"");
        }
    }

    static String text(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        var text = new StringBuilder(duration.isNegative() ? "-" : "");
        var rest = duration.abs();
        if (rest.toHours() > 0) {
            text.append(rest.toHours()).append('h');
        }
        if (rest.toMinutes() > 0) {
            text.append(rest.toMinutesPart()).append('m');
        }
        if (rest.getNano() == 0) {
            return text.append(rest.toSecondsPart()).append('s').toString();
        }
        var digits = String.format("%d.%09d", rest.toSecondsPart(), rest.getNano());
        return text.append(digits.replaceFirst("0+$", "")).append('s').toString();
    }

    static Duration duration(String text) {
        boolean negative = text.startsWith("-");
        var digits = negative ? text.substring(1) : text;
        if (digits.equals("0")) {
            return Duration.ZERO;
        }
        var steps = STEP.matcher(digits);
        var total = Duration.ZERO;
        int end = 0;
        while (steps.lookingAt()) {
            total = total.plus(step(steps.group(1), steps.group(2)));
            end = steps.end();
            steps.region(end, digits.length());
        }
        if (end == 0 || end != digits.length()) {
            throw new DateTimeException(
                    "expected a duration such as 1m30s, found \"" + text + "\"");
        }
        return negative ? total.negated() : total;
    }

    private static Duration step(String count, String unit) {
        try {
            return count.contains(".")
                    ? Duration.ofNanos(Math.round(Double.parseDouble(count) * nanos(unit)))
                    : Duration.ofNanos(Math.multiplyExact(Long.parseLong(count), nanos(unit)));
        } catch (ArithmeticException | NumberFormatException _) {
            throw new DateTimeException("the duration " + count + unit + " is too long");
        }
    }

    private static long nanos(String unit) {
        return switch (unit) {
            case "ns" -> 1;
            case "us", "µs" -> 1_000;
            case "ms" -> 1_000_000;
            case "s" -> 1_000_000_000;
            case "m" -> 60_000_000_000L;
            default -> 3_600_000_000_000L;
        };
    }
}
