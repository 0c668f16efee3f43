package dev.weir.context;

import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// The value of OpenTelemetry's member of a tracestate, `ot=th:c;rv:0123456789abcd` (OpenTelemetry
/// specification, "TraceState: Probability Sampling").
final class OtelMember {
    private static final int DIGITS = 14;
    private static final String THRESHOLD = "th";
    private static final String RANDOM = "rv";

    private OtelMember() {}

    /// 1 to 14 digits, as zeros at the end are left away; -1 where there are none.
    static long threshold(@Nullable String member) {
        var text = field(member, THRESHOLD);
        if (text == null || text.length() > DIGITS) {
            return -1;
        }
        long value = number(text);
        return value < 0 ? -1 : value << 4 * (DIGITS - text.length());
    }

    /// 14 digits; -1 where there are none.
    static long randomValue(@Nullable String member) {
        var text = field(member, RANDOM);
        return text == null || text.length() != DIGITS ? -1 : number(text);
    }

    static String withThreshold(@Nullable String member, long threshold) {
        return with(member, THRESHOLD, threshold, OtelMember::thresholdText);
    }

    static String withRandomValue(@Nullable String member, long value) {
        return with(member, RANDOM, value, OtelMember::digits);
    }

    private static String thresholdText(long threshold) {
        int end = DIGITS;
        var digits = digits(threshold);
        while (end > 1 && digits.charAt(end - 1) == '0') {
            end--;
        }
        return digits.substring(0, end);
    }

    private static String digits(long value) {
        if (value >>> 4 * DIGITS != 0) {
            throw new IllegalArgumentException(
                    "expected 56 bits, found " + Long.toHexString(value));
        }
        return "%014x".formatted(value);
    }

    private static String with(
            @Nullable String member, String name, long value, LongFunction<String> text) {
        var fields = new StringBuilder();
        if (value >= 0) {
            fields.append(name).append(':').append(text.apply(value));
        }
        if (member != null) {
            for (var field : member.split(";", -1)) {
                if (!field.isEmpty() && !field.startsWith(name + ":")) {
                    fields.append(fields.isEmpty() ? "" : ";").append(field);
                }
            }
        }
        return fields.toString();
    }

    private static @Nullable String field(@Nullable String member, String name) {
        if (member == null) {
            return null;
        }
        for (int at = 0; at < member.length(); ) {
            int end = member.indexOf(';', at);
            end = end < 0 ? member.length() : end;
            if (member.startsWith(name, at) && member.startsWith(":", at + name.length())) {
                return member.substring(Math.min(end, at + name.length() + 1), end);
            }
            at = end + 1;
        }
        return null;
    }

    private static long number(String text) {
        long value = text.isEmpty() ? -1 : 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int digit = c > 'f' || c >= 'A' && c <= 'F' ? -1 : Character.digit(c, 16);
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }
}
