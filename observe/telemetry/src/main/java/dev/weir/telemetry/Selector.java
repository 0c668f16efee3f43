package dev.weir.telemetry;

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
}
