package dev.weir.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.Value;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A log record that was received.
///
/// @param epochNanos when it happened; 0 where that is unknown
/// @param observedEpochNanos when it was seen; 0 where that is unknown
/// @param severity 1 to 24 as OpenTelemetry has them; 0 where it is unknown
/// @param severityText the severity in the words of the source
/// @param body null where there is none
/// @param traceId 32 hex digits in lower case, or empty
/// @param spanId 16 hex digits in lower case, or empty
/// @param eventName empty where the record is no event
public record ReceivedLog(
        TelemetrySource source,
        long epochNanos,
        long observedEpochNanos,
        int severity,
        String severityText,
        @Nullable Value<?> body,
        Attributes attributes,
        String traceId,
        String spanId,
        String eventName,
        int droppedAttributes) {
    /// Refuses null.
    public ReceivedLog {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(severityText, "severityText");
        Objects.requireNonNull(attributes, "attributes");
        Objects.requireNonNull(traceId, "traceId");
        Objects.requireNonNull(spanId, "spanId");
        Objects.requireNonNull(eventName, "eventName");
    }
}
