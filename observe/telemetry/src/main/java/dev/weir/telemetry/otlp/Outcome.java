package dev.weir.telemetry.otlp;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What came of an attempt to send a request.
sealed interface Outcome {
    /// The receiver has it.
    ///
    /// @param rejected how many items it refused nevertheless
    /// @param message what it says; empty where it says nothing
    record Accepted(long rejected, String message) implements Outcome {
        static final Accepted WHOLE = new Accepted(0, "");
    }

    /// It may succeed later.
    ///
    /// @param after how long the receiver asks to wait; null where it does not say
    record Retry(@Nullable Duration after, String reason) implements Outcome {}

    /// It never will.
    record Rejected(String reason) implements Outcome {}
}
