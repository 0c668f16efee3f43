package dev.weir.telemetry;

import java.util.List;
import java.util.Objects;

/// Takes what an [OtlpReceiver] receives. Meant to be implemented; what is not implemented is taken
/// and forgotten.
///
/// Called from threads of the receiver, several at a time, once for each request with all that is
/// in it; the sender is answered afterwards. What it throws is answered as an error of the server
/// that need not be tried again.
public interface TelemetryConsumer {
    /// Takes spans.
    default Refused spans(List<ReceivedSpan> spans) {
        return Refused.NONE;
    }

    /// Takes metrics.
    default Refused metrics(List<ReceivedMetric> metrics) {
        return Refused.NONE;
    }

    /// Takes log records.
    default Refused logs(List<ReceivedLog> logs) {
        return Refused.NONE;
    }

    /// What a consumer did not take; the sender is told, as OTLP's `partial_success`.
    ///
    /// @param items spans, data points or log records
    /// @param message why, for people; empty where there is nothing to say
    record Refused(long items, String message) {
        /// All was taken.
        public static final Refused NONE = new Refused(0, "");

        /// Refuses what is out of range.
        public Refused {
            Objects.requireNonNull(message, "message");
            if (items < 0) {
                throw new IllegalArgumentException("items: expected 0 or more, found " + items);
            }
        }

        /// Both together.
        public Refused and(Refused other) {
            return new Refused(items + other.items, message.isEmpty() ? other.message : message);
        }
    }
}
