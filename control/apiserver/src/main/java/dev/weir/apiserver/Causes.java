package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.Status.Cause;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/// The causes of an `Invalid` status, in the words of Kubernetes' `field.Error`.
final class Causes {
    private Causes() {}

    static Cause invalid(String field, Json value, String detail) {
        return of("FieldValueInvalid", field, "Invalid value: " + text(value), detail);
    }

    static Cause invalid(String field, String value, String detail) {
        return invalid(field, Json.of(value), detail);
    }

    static Cause typeInvalid(String field, Json value, String detail) {
        return of("FieldValueTypeInvalid", field, "Invalid value: " + text(value), detail);
    }

    static Cause required(String field, String detail) {
        return of("FieldValueRequired", field, "Required value", detail);
    }

    static Cause forbidden(String field, String detail) {
        return of("FieldValueForbidden", field, "Forbidden", detail);
    }

    static Cause duplicate(String field, Json value) {
        return of("FieldValueDuplicate", field, "Duplicate value: " + text(value), "");
    }

    static Cause tooLong(String field, long most) {
        var unit = most == 1 ? " byte" : " bytes";
        return of("FieldValueTooLong", field, "Too long", "may not be more than " + most + unit);
    }

    static Cause tooMany(String field, long found, long most) {
        var unit = most == 1 ? " item" : " items";
        return of(
                "FieldValueTooMany",
                field,
                "Too many: " + found,
                "must have at most " + most + unit);
    }

    static Cause unsupported(String field, Json value, List<String> supported) {
        var list = supported.stream().map(Causes::quote).collect(Collectors.joining(", "));
        return of(
                "FieldValueNotSupported",
                field,
                "Unsupported value: " + text(value),
                supported.isEmpty() ? "" : "supported values: " + list);
    }

    private static Cause of(String reason, String field, String what, String detail) {
        return new Cause(reason, detail.isEmpty() ? what : what + ": " + detail, field);
    }

    /// The value as Go's `field.Error` prints it.
    static String text(Json value) {
        return switch (value) {
            case Json.Str(var text) -> quote(text);
            case Json.Dec(var number) -> number(number);
            case Json.Int _, Json.Bool _, Json.Null _, Json.Arr _, Json.Obj _ ->
                    new String(value.bytes(), StandardCharsets.UTF_8);
        };
    }

    /// The number as Go's `%v` prints it.
    static String number(double number) {
        if (number == 0) {
            return "0";
        }
        var decimal = new java.math.BigDecimal(Double.toString(number)).stripTrailingZeros();
        var exponent = decimal.precision() - decimal.scale() - 1;
        if (exponent >= -4 && exponent < 6) {
            return decimal.toPlainString();
        }
        var digits = decimal.unscaledValue().abs().toString();
        var sign = number < 0 ? "-" : "";
        var mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
        return "%s%se%s%02d"
                .formatted(sign, mantissa, exponent < 0 ? "-" : "+", Math.abs(exponent));
    }

    /// The text as Go's `%q` prints it.
    static String quote(String text) {
        var out = new StringBuilder("\"");
        text.codePoints().forEach(c -> escape(c, out));
        return out.append('"').toString();
    }

    private static void escape(int c, StringBuilder out) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            case '\b' -> out.append("\\b");
            case '\f' -> out.append("\\f");
            case 0x07 -> out.append("\\a");
            case 0x0B -> out.append("\\v");
            default -> {
                if (c < 0x20 || c == 0x7F) {
                    out.append("\\x%02x".formatted(c));
                } else if (isPrintable(c)) {
                    out.appendCodePoint(c);
                } else {
                    out.append(c < 0x10000 ? "\\u%04x".formatted(c) : "\\U%08x".formatted(c));
                }
            }
        }
    }

    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            case Character.SPACE_SEPARATOR -> c == ' ';
            default -> true;
        };
    }
}
