package dev.weir.telemetry;

/// The kinds of instruments of the OpenTelemetry API.
public enum InstrumentKind {
    /// Adds up what only grows.
    COUNTER,
    /// Adds up what grows and shrinks.
    UP_DOWN_COUNTER,
    /// Counts values by their size.
    HISTOGRAM,
    /// Keeps the last value.
    GAUGE,
    /// Asks for a sum that only grows.
    OBSERVABLE_COUNTER,
    /// Asks for a sum that grows and shrinks.
    OBSERVABLE_UP_DOWN_COUNTER,
    /// Asks for a value.
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
