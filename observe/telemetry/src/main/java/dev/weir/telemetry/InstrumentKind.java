package dev.weir.telemetry;

/// The kinds of instruments of the OpenTelemetry API.
public enum InstrumentKind {
    COUNTER,
    UP_DOWN_COUNTER,
    HISTOGRAM,
    GAUGE,
    OBSERVABLE_COUNTER,
    OBSERVABLE_UP_DOWN_COUNTER,
    OBSERVABLE_GAUGE;

    /// Whether what is recorded adds up, and may be negative.
    public boolean upDown() {
        return this == UP_DOWN_COUNTER || this == OBSERVABLE_UP_DOWN_COUNTER;
    }

    /// Whether the last value counts.
    public boolean gauge() {
        return this == GAUGE || this == OBSERVABLE_GAUGE;
    }

    /// Whether the sum of what is recorded can only grow.
    public boolean monotonic() {
        return this == COUNTER || this == OBSERVABLE_COUNTER || this == HISTOGRAM;
    }
}
