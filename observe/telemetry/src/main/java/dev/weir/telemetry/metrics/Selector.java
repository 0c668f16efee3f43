package dev.weir.telemetry.metrics;

import dev.weir.telemetry.otlp.Scope;
import org.jspecify.annotations.Nullable;

/// Which instruments a view is for: those that match every part that is given.
///
/// @param name the instrument's name; `*` stands for any characters, `?` for one
/// @param kind the kind of instrument
/// @param unit its unit
/// @param meterName the name of its meter
/// @param meterVersion the version of its meter
/// @param meterSchemaUrl the schema of its meter
public record Selector(
        @Nullable String name,
        @Nullable InstrumentKind kind,
        @Nullable String unit,
        @Nullable String meterName,
        @Nullable String meterVersion,
        @Nullable String meterSchemaUrl) {
    /// Instruments by their name only.
    public static Selector named(String name) {
        return new Selector(name, null, null, null, null, null);
    }

    boolean matches(Instrument instrument, Scope meter) {
        return (kind == null || kind == instrument.kind())
                && (unit == null || unit.equals(instrument.unit()))
                && (name == null || wildcard(name, instrument.name()))
                && (meterName == null || meterName.equals(meter.name()))
                && (meterVersion == null || meterVersion.equals(meter.version()))
                && (meterSchemaUrl == null || meterSchemaUrl.equals(meter.schemaUrl()));
    }

    /// Matches greedily; on a mismatch the last `*` takes one character more.
    static boolean wildcard(String pattern, String text) {
        int at = 0;
        int star = -1;
        int resume = 0;
        for (int i = 0; i < text.length(); ) {
            if (at < pattern.length() && pattern.charAt(at) == '*') {
                star = at++;
                resume = i;
            } else if (at < pattern.length() && fits(pattern.charAt(at), text.charAt(i))) {
                at++;
                i++;
            } else if (star >= 0) {
                at = star + 1;
                i = ++resume;
            } else {
                return false;
            }
        }
        while (at < pattern.length() && pattern.charAt(at) == '*') {
            at++;
        }
        return at == pattern.length();
    }

    private static boolean fits(char pattern, char text) {
        return pattern == '?' || pattern == text;
    }
}
