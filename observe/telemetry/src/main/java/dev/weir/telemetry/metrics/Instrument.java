package dev.weir.telemetry.metrics;

import dev.weir.telemetry.InstrumentKind;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What an instrument was registered as. Two of the same identity are one instrument.
///
/// @param name as registered; letter case does not tell instruments apart
/// @param unit a UCUM code, or empty
/// @param description for people, or empty
/// @param kind what it is
/// @param doubles whether it takes doubles rather than longs
/// @param boundaries advice for its histogram's buckets; not part of the identity
record Instrument(
        String name,
        String unit,
        String description,
        InstrumentKind kind,
        boolean doubles,
        @Nullable List<Double> boundaries) {
    // Metrics API specification, "Instrument name syntax"
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.\\-/]{0,254}");

    static boolean validName(@Nullable String name) {
        return name != null && NAME.matcher(name).matches();
    }

    /// What tells metrics apart; the boundaries are advice only.
    Identity identity() {
        return new Identity(name.toLowerCase(Locale.ROOT), unit, description, kind, doubles);
    }

    /// An instrument without what does not tell it apart.
    record Identity(
            String name, String unit, String description, InstrumentKind kind, boolean doubles) {}
}
