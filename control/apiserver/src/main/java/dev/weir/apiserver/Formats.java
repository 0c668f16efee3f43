package dev.weir.apiserver;

import com.google.re2j.Pattern;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/// The string formats that CustomResourceDefinitions may name; all others mean nothing.
final class Formats {
    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private static final Pattern IPV4 = Pattern.compile("^(" + OCTET + "\\.){3}" + OCTET + "$");
    private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String HEX4 = "-?[0-9a-f]{4}";

    private static final Pattern GO_DURATION =
            Pattern.compile("^[-+]?(0|(([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)$");
    private static final Pattern LONG_DURATION =
            Pattern.compile(
                    "(?i)\\d+\\s*(ns|us|µs|ms|s|m|h|hr|d|w|wk|(nano|micro|milli|sec|min|hour|day|week)[a-zµ]*)([^a-zµ]|$)");

    private static final Map<String, Predicate<String>> CHECKS =
            Map.ofEntries(
                    Map.entry("datetime", Formats::isDateTime),
                    Map.entry("date", Formats::isDate),
                    Map.entry("byte", Formats::isBase64),
                    Map.entry("duration", Formats::isDuration),
                    Map.entry("password", _ -> true),
                    Map.entry("uuid", uuid(HEX4, HEX4)),
                    Map.entry("uuid3", uuid("-?3[0-9a-f]{3}", HEX4)),
                    Map.entry("uuid4", uuid("-?4[0-9a-f]{3}", "-?[89ab][0-9a-f]{3}")),
                    Map.entry("uuid5", uuid("-?5[0-9a-f]{3}", "-?[89ab][0-9a-f]{3}")),
                    Map.entry("ipv4", Formats::isIpv4),
                    Map.entry("ipv6", Formats::isIpv6),
                    Map.entry("cidr", Formats::isCidr),
                    Map.entry("mac", matches("(?i)^([0-9a-f]{2}([:-])){5,19}[0-9a-f]{2}$")),
                    Map.entry("uri", Formats::isUri),
                    Map.entry("email", matches("^[^@\\s]+@[^@\\s]+$")),
                    Map.entry(
                            "hostname",
                            matches(
                                            "^[a-zA-Z0-9]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?"
                                                    + "(\\.[a-zA-Z0-9]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?)*$")
                                    .and(text -> text.length() <= 255)),
                    Map.entry("hexcolor", matches("^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$")),
                    Map.entry(
                            "rgbcolor",
                            matches(
                                    "^rgb\\(\\s*%1$s\\s*,\\s*%1$s\\s*,\\s*%1$s\\s*\\)$"
                                            .formatted(OCTET))),
                    Map.entry("ssn", matches("^\\d{3}[- ]?\\d{2}[- ]?\\d{4}$")),
                    Map.entry("bsonobjectid", matches("^[0-9a-fA-F]{24}$")),
                    Map.entry(
                            "k8sshortname",
                            matches("^" + LABEL + "$").and(text -> text.length() <= 63)),
                    Map.entry(
                            "k8slongname",
                            matches("^" + LABEL + "(\\." + LABEL + ")*$")
                                    .and(text -> text.length() <= 253)));

    private Formats() {}

    /// Whether the text has the format, or the format is one that is not checked.
    static boolean accepts(String format, String text) {
        var check = CHECKS.get(format.replace("-", ""));
        return check == null || check.test(text);
    }

    private static Predicate<String> matches(String pattern) {
        var compiled = Pattern.compile(pattern);
        return text -> compiled.matcher(text).find();
    }

    private static Predicate<String> uuid(String third, String fourth) {
        return matches("(?i)^[0-9a-f]{8}" + HEX4 + third + fourth + "-?[0-9a-f]{12}$");
    }

    private static boolean isDateTime(String text) {
        try {
            OffsetDateTime.parse(text.toUpperCase(Locale.ROOT));
            return text.length() >= "2006-01-02T15:04:05Z".length();
        } catch (DateTimeException _) {
            return false;
        }
    }

    private static boolean isDate(String text) {
        try {
            LocalDate.parse(text);
            return text.length() == "2006-01-02".length();
        } catch (DateTimeException _) {
            return false;
        }
    }

    private static boolean isBase64(String text) {
        try {
            Base64.getDecoder().decode(text);
            return text.length() % 4 == 0;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static boolean isIpv4(String text) {
        return IPV4.matcher(text).find();
    }

    private static boolean isIpv6(String text) {
        if (!text.contains(":") || !text.chars().allMatch(Formats::inIpv6)) {
            return false;
        }
        var elided = text.indexOf("::");
        if (elided != text.lastIndexOf("::")) {
            return false;
        }
        var groups = 0;
        for (var half : text.split("::", -1)) {
            for (var group : half.isEmpty() ? new String[0] : half.split(":", -1)) {
                if (isIpv4(group) && text.endsWith(group)) {
                    groups += 2;
                } else if (group.isEmpty() || group.length() > 4 || group.contains(".")) {
                    return false;
                } else {
                    groups++;
                }
            }
        }
        return elided >= 0 ? groups < 8 : groups == 8;
    }

    private static boolean inIpv6(int c) {
        return c == ':' || c == '.' || Character.digit(c, 16) >= 0 && c < 128;
    }

    private static boolean isCidr(String text) {
        var slash = text.indexOf('/');
        if (slash < 0) {
            return false;
        }
        var address = text.substring(0, slash);
        var most = isIpv4(address) ? 32 : isIpv6(address) ? 128 : -1;
        var bits = text.substring(slash + 1);
        return bits.matches("0|[1-9][0-9]{0,2}") && Integer.parseInt(bits) <= most;
    }

    private static boolean isUri(String text) {
        try {
            var uri = new URI(text);
            return uri.isAbsolute() || text.startsWith("/");
        } catch (URISyntaxException _) {
            return false;
        }
    }

    private static boolean isDuration(String text) {
        return GO_DURATION.matcher(text).find() || LONG_DURATION.matcher(text).find();
    }
}
