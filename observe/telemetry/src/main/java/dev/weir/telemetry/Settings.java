package dev.weir.telemetry;

import java.lang.System.Logger.Level;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// Settings by name, from several places: the first that has one wins, an empty one counts as none.
///
/// Names are those of system properties, `otel.service.name`; the environment has them as
/// `OTEL_SERVICE_NAME`. A value that cannot be used is ignored, with a warning that names it
/// (OpenTelemetry specification, Environment Variable Specification).
final class Settings {
    private static final System.Logger LOG = System.getLogger("dev.weir.telemetry");
    private static final Pattern DURATION = Pattern.compile("(\\d+)\\s*(ms|s|m|h|d)?");

    private final List<UnaryOperator<String>> places;

    private Settings(List<UnaryOperator<String>> places) {
        this.places = List.copyOf(places);
    }

    /// System properties, then the environment, then what the build has set.
    static Settings of(
            UnaryOperator<String> properties,
            UnaryOperator<String> environment,
            Map<String, String> baked) {
        return new Settings(
                List.of(properties, name -> environment.apply(variable(name)), baked::get));
    }

    /// Only these.
    static Settings of(Map<String, String> properties) {
        return new Settings(List.of(properties::get));
    }

    /// The name of the environment variable that means the same.
    static String variable(String name) {
        return name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    Optional<String> text(String name) {
        for (var place : places) {
            var value = place.apply(name);
            if (value != null && !value.isBlank()) {
                return Optional.of(value.strip());
            }
        }
        return Optional.empty();
    }

    boolean truth(String name) {
        var value = text(name).orElse("false").toLowerCase(Locale.ROOT);
        if (!value.equals("true") && !value.equals("false")) {
            warn(name, value, "true or false");
        }
        return value.equals("true");
    }

    Optional<Integer> whole(String name, int least) {
        return parsed(
                name,
                "a whole number from " + least,
                value -> {
                    int number = Integer.parseInt(value);
                    return number >= least ? Optional.of(number) : Optional.empty();
                });
    }

    Optional<Long> bytes(String name, long least) {
        return parsed(
                name,
                "bytes, from " + least,
                value -> {
                    long number = Long.parseLong(value);
                    return number >= least ? Optional.of(number) : Optional.empty();
                });
    }

    Optional<Double> real(String name, double least, double greatest) {
        return parsed(
                name,
                "a number from " + least + " to " + greatest,
                value -> {
                    double number = Double.parseDouble(value);
                    return number >= least && number <= greatest
                            ? Optional.of(number)
                            : Optional.empty();
                });
    }

    /// A time above 0: milliseconds, or a number with `ms`, `s`, `m`, `h` or `d`.
    Optional<Duration> time(String name) {
        return parsed(name, "milliseconds, or a number with ms, s, m, h, d", Settings::duration)
                .filter(time -> time.isPositive() || warn(name, time.toString(), "above 0"));
    }

    private static Optional<Duration> duration(String value) {
        var match = DURATION.matcher(value);
        if (!match.matches()) {
            return Optional.empty();
        }
        long number = Long.parseLong(match.group(1));
        var unit = match.group(2);
        return Optional.of(
                switch (unit == null ? "ms" : unit) {
                    case "s" -> Duration.ofSeconds(number);
                    case "m" -> Duration.ofMinutes(number);
                    case "h" -> Duration.ofHours(number);
                    case "d" -> Duration.ofDays(number);
                    default -> Duration.ofMillis(number);
                });
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
        return parsed(name, "key=value,key=value", Settings::pairsOf).orElse(Map.of());
    }

    private static Optional<Map<String, String>> pairsOf(String value) {
        var pairs = new LinkedHashMap<String, String>();
        for (var pair : value.split(",")) {
            if (pair.isBlank()) {
                continue;
            }
            int equals = pair.indexOf('=');
            if (equals < 0 || pair.substring(0, equals).isBlank()) {
                return Optional.empty();
            }
            var decoded = decode(pair.substring(equals + 1).strip());
            pairs.put(pair.substring(0, equals).strip(), decoded);
        }
        return Optional.of(pairs);
    }

    private static String decode(String text) {
        // A plus sign means itself here, and not a space.
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /// A value by a function that answers nothing, or throws IllegalArgumentException, where it
    /// cannot be used.
    <T> Optional<T> parsed(String name, String expected, Function<String, Optional<T>> parser) {
        var value = text(name);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        Optional<T> parsed;
        try {
            parsed = parser.apply(value.get());
        } catch (IllegalArgumentException _) {
            parsed = Optional.empty();
        }
        if (parsed.isEmpty()) {
            warn(name, value.get(), expected);
        }
        return parsed;
    }

    /// Tells that a value is ignored.
    ///
    /// @return false
    static boolean warn(String name, String value, String expected) {
        LOG.log(
                Level.WARNING,
                "{0} ({1}) is ignored: expected {2}, found {3}",
                name,
                variable(name),
                expected,
                value);
        return false;
    }
}
