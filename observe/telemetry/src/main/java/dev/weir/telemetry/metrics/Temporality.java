package dev.weir.telemetry.metrics;

import dev.weir.telemetry.InstrumentKind;

/// Since when the values of a series count: `OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE`.
public enum Temporality {
    /// Since the series began.
    CUMULATIVE,
    /// Since the last collection, except for up-down counters.
    DELTA,
    /// Delta where that spares memory: counters and histograms that are written to directly.
    LOW_MEMORY;

    boolean deltaFor(InstrumentKind kind) {
        return switch (this) {
            case CUMULATIVE -> false;
            case DELTA -> !kind.upDown();
            case LOW_MEMORY -> !kind.upDown() && kind != InstrumentKind.OBSERVABLE_COUNTER;
        };
    }
}
