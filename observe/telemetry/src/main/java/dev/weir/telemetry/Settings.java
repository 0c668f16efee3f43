package dev.weir.telemetry;

import java.lang.System.Logger.Level;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Settings by name, from several places: the first that has one wins, an empty one counts as none.
///
/// Names are those of system properties, `otel.service.name`; the environment has them as
/// `OTEL_SERVICE_NAME`. A value that cannot be used is ignored, with a warning that names it
/// (OpenTelemetry specification, Environment Variable Specification).
final class Settings {
    private static final Duration LONGEST = Duration.ofMillis(Integer.MAX_VALUE);
    private static final Pattern TIME = Pattern.compile("(\\d+)\\s*(ms|s|m|h|d)?");

    private final @Nullable Surroundings surroundings;
    private final Map<String, String> others;

    private Settings(@Nullable Surroundings surroundings, Map<String, String> others) {
        this.surroundings = surroundings;
        this.others = others;
    }

    /// System properties, then the environment, then what the build has set.
    static Settings of(Surroundings surroundings, Map<String, String> baked) {
        return new Settings(surroundings, baked);
    }

    /// Only these.
    static Settings of(Map<String, String> properties) {
        return new Settings(null, properties);
    }

    /// The name of the environment variable that means the same.
    static String variable(String name) {
        return name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    Optional<String> text(String name) {
        var outside = surroundings;
        if (outside != null) {
            var property = outside.property(name);
            if (property != null && !property.isBlank()) {
                return Optional.of(property.strip());
            }
            var variable = outside.variable(variable(name));
            if (variable != null && !variable.isBlank()) {
                return Optional.of(variable.strip());
            }
        }
        var other = others.get(name);
        return other == null || other.isBlank() ? Optional.empty() : Optional.of(other.strip());
    }

    boolean truth(String name) {
        var value = text(name).orElse("false").toLowerCase(Locale.ROOT);
        if (!value.equals("true") && !value.equals("false")) {
            warn(name, value, "true or false");
        }
        return value.equals("true");
    }

    Optional<Integer> whole(String name, int least) {
        var number = number(name, least, Integer.MAX_VALUE, "a whole number from " + least);
        return number == null ? Optional.empty() : Optional.of(number.intValue());
    }

    Optional<Long> bytes(String name, long least) {
        return Optional.ofNullable(number(name, least, Long.MAX_VALUE, "bytes, from " + least));
    }

    private @Nullable Long number(String name, long least, long greatest, String expected) {
        var value = text(name);
        if (value.isPresent()) {
            try {
                long number = Long.parseLong(value.get());
                if (number >= least && number <= greatest) {
                    return number;
                }
            } catch (NumberFormatException _) {
                // Refused as one that is out of range.
            }
            warn(name, value.get(), expected);
        }
        return null;
    }

    Optional<Double> real(String name, double least, double greatest) {
        var value = text(name);
        if (value.isPresent()) {
            try {
                double number = Double.parseDouble(value.get());
                if (number >= least && number <= greatest) {
                    return Optional.of(number);
                }
            } catch (NumberFormatException _) {
                // Refused as one that is out of range.
            }
            warn(name, value.get(), "a number from " + least + " to " + greatest);
        }
        return Optional.empty();
    }

    /// A time above 0: milliseconds, or a number with `ms`, `s`, `m`, `h` or `d`; 24 days at most,
    /// as the specification's integers end there.
    Optional<Duration> time(String name) {
        return time(name, 1, "above 0");
    }

    /// How long something may take, as [#time(String)] reads it; 0 does not bound it, so it becomes
    /// the longest time there is (specification, Timeout).
    Optional<Duration> timeout(String name) {
        return time(name, 0, "or 0 for no bound").map(time -> time.isZero() ? LONGEST : time);
    }

    private Optional<Duration> time(String name, int least, String bound) {
        var value = text(name);
        if (value.isPresent()) {
            var time = duration(value.get());
            if (time != null
                    && time.compareTo(Duration.ofMillis(least)) >= 0
                    && time.compareTo(LONGEST) <= 0) {
                return Optional.of(time);
            }
            warn(
                    name,
                    value.get(),
                    "milliseconds, or a number with ms, s, m, h, d, up to 24 days, " + bound);
        }
        return Optional.empty();
    }

    private static @Nullable Duration duration(String value) {
        var match = TIME.matcher(value);
        if (!match.matches()) {
            return null;
        }
        try {
            long number = Long.parseLong(match.group(1));
            var unit = match.group(2);
            return switch (unit == null ? "ms" : unit) {
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                case "d" -> Duration.ofDays(number);
                default -> Duration.ofMillis(number);
            };
        } catch (NumberFormatException | ArithmeticException _) {
            return null;
        }
    }

    /// One of some words, in lower case.
    ///
    /// @param expected the words as a user reads them
    <T> Optional<T> choice(String name, Map<String, T> words, String expected) {
        var value = text(name);
        if (value.isPresent()) {
            var chosen = words.get(value.get().toLowerCase(Locale.ROOT));
            if (chosen != null) {
                return Optional.of(chosen);
            }
            warn(name, value.get(), expected);
        }
        return Optional.empty();
    }

    /// The path of a file or folder.
    Optional<Path> path(String name, String expected) {
        var value = text(name);
        if (value.isPresent()) {
            try {
                return Optional.of(Path.of(value.get()));
            } catch (InvalidPathException _) {
                warn(name, value.get(), expected);
            }
        }
        return Optional.empty();
    }

    /// Words with commas between them, in lower case; empty where there are none.
    List<String> words(String name) {
        var words = new ArrayList<String>();
        for (var word : text(name).orElse("").split(",")) {
            if (!word.isBlank()) {
                words.add(word.strip().toLowerCase(Locale.ROOT));
            }
        }
        return words;
    }

    /// Pairs `name=value` with commas between them, values percent-encoded. One that is malformed
    /// makes all of them be ignored.
    Map<String, String> pairs(String name) {
        var value = text(name);
        if (value.isEmpty()) {
            return Map.of();
        }
        var pairs = new LinkedHashMap<String, String>();
        for (var pair : value.get().split(",")) {
            if (!pair.isBlank() && !put(pairs, pair)) {
                warn(name, value.get(), "key=value,key=value");
                return Map.of();
            }
        }
        return pairs;
    }

    private static boolean put(Map<String, String> pairs, String pair) {
        int equals = pair.indexOf('=');
        if (equals < 0 || pair.substring(0, equals).isBlank()) {
            return false;
        }
        try {
            pairs.put(
                    pair.substring(0, equals).strip(), decode(pair.substring(equals + 1).strip()));
            return true;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static String decode(String text) {
        // A plus sign means itself here, and not a space.
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /// Tells of settings that would change much, and that nothing here reads.
    void warnOfUnread(String... names) {
        for (var name : names) {
            text(name).ifPresent(value -> warn(name, value, "nothing, as it is not supported"));
        }
    }

    /// Tells that a value is ignored.
    ///
    /// @return false
    static boolean warn(String name, String value, String expected) {
        System.getLogger("dev.weir.telemetry")
                .log(
                        Level.WARNING,
                        "{0} ({1}) is ignored: expected {2}, found {3}",
                        name,
                        variable(name),
                        expected,
                        value);
        return false;
    }
}
