package dev.weir.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import java.util.List;
import java.util.Objects;

/// A span that was received.
///
/// @param traceId 32 hex digits in lower case
/// @param spanId 16 hex digits in lower case
/// @param parentSpanId the same; empty for a root
/// @param traceState as W3C has it; empty where there is none
/// @param startEpochNanos nanoseconds since 1970, as are all times here
/// @param droppedAttributes what the sender left out by its limits, as are all dropped counts
public record ReceivedSpan(
        TelemetrySource source,
        String traceId,
        String spanId,
        String parentSpanId,
        String traceState,
        String name,
        SpanKind kind,
        long startEpochNanos,
        long endEpochNanos,
        Attributes attributes,
        List<Event> events,
        List<Link> links,
        StatusCode status,
        String statusMessage,
        int droppedAttributes,
        int droppedEvents,
        int droppedLinks) {
    /// Refuses what is out of range and copies the collections.
    public ReceivedSpan {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(traceState, "traceState");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(attributes, "attributes");
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(statusMessage, "statusMessage");
        hex("traceId", traceId, 32);
        hex("spanId", spanId, 16);
        if (!parentSpanId.isEmpty()) {
            hex("parentSpanId", parentSpanId, 16);
        }
        events = List.copyOf(events);
        links = List.copyOf(links);
    }

    private static void hex(String name, String id, int length) {
        if (id.length() != length) {
            throw new IllegalArgumentException(
                    name + " is '" + id + "': expected " + length + " hex digits");
        }
    }

    /// The same with another source object, to share one among spans.
    ReceivedSpan withSource(TelemetrySource source) {
        return new ReceivedSpan(
                source,
                traceId,
                spanId,
                parentSpanId,
                traceState,
                name,
                kind,
                startEpochNanos,
                endEpochNanos,
                attributes,
                events,
                links,
                status,
                statusMessage,
                droppedAttributes,
                droppedEvents,
                droppedLinks);
    }

    /// How long it took, in nanoseconds; 0 where the clock went back.
    public long durationNanos() {
        return Math.max(0, endEpochNanos - startEpochNanos);
    }

    /// Whether it has no parent.
    public boolean isRoot() {
        return parentSpanId.isEmpty();
    }

    /// Something that happened during the span.
    public record Event(
            String name, long epochNanos, Attributes attributes, int droppedAttributes) {
        /// Refuses null.
        public Event {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(attributes, "attributes");
        }
    }

    /// Another span that this one has to do with.
    public record Link(
            String traceId,
            String spanId,
            String traceState,
            Attributes attributes,
            int droppedAttributes) {
        /// Refuses null.
        public Link {
            Objects.requireNonNull(traceId, "traceId");
            Objects.requireNonNull(spanId, "spanId");
            Objects.requireNonNull(traceState, "traceState");
            Objects.requireNonNull(attributes, "attributes");
        }
    }
}
