package dev.weir.telemetry.otlp;

import dev.weir.telemetry.ReceivedSpan;
import dev.weir.telemetry.ReceivedSpan.Event;
import dev.weir.telemetry.ReceivedSpan.Link;
import dev.weir.telemetry.TelemetrySource;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decodes OTLP's `trace.proto`.
final class SpanDecoder {
    private static final int TRACE_ID = 16;
    private static final int SPAN_ID = 8;

    private final List<ReceivedSpan> spans = new ArrayList<>();
    private int broken;

    /// The spans of an `ExportTraceServiceRequest`.
    ///
    /// @throws dev.weir.telemetry.TelemetryException `MALFORMED` where it is no protobuf
    static SpanDecoder decode(byte[] request) {
        var decoder = new SpanDecoder();
        ScopeWalk.items(request, decoder::add);
        return decoder;
    }

    List<ReceivedSpan> spans() {
        return spans;
    }

    /// Spans without a valid id, which are left out.
    int broken() {
        return broken;
    }

    private void add(TelemetrySource source, ProtoReader message) {
        var span = span(source, message);
        if (span == null) {
            broken++;
        } else {
            spans.add(span);
        }
    }

    private static @Nullable ReceivedSpan span(TelemetrySource source, ProtoReader span) {
        var traceId = "";
        var spanId = "";
        var parent = "";
        var traceState = "";
        var name = "";
        var kind = SpanKind.INTERNAL;
        long start = 0;
        long end = 0;
        var attributes = Attributes.builder();
        var events = new ArrayList<Event>();
        var links = new ArrayList<Link>();
        var status = StatusCode.UNSET;
        var statusMessage = "";
        int droppedAttributes = 0;
        int droppedEvents = 0;
        int droppedLinks = 0;
        while (span.next()) {
            switch (span.field()) {
                case 1 -> traceId = CommonDecoder.id(span.bytes(), TRACE_ID);
                case 2 -> spanId = CommonDecoder.id(span.bytes(), SPAN_ID);
                case 3 -> traceState = span.string();
                case 4 -> parent = CommonDecoder.id(span.bytes(), SPAN_ID);
                case 5 -> name = span.string();
                case 6 -> kind = kind(span.int32());
                case 7 -> start = span.fixed64();
                case 8 -> end = span.fixed64();
                case 9 -> CommonDecoder.attribute(attributes, span.message());
                case 10 -> droppedAttributes = span.int32();
                case 11 -> events.add(event(span.message()));
                case 12 -> droppedEvents = span.int32();
                case 13 -> links.add(link(span.message()));
                case 14 -> droppedLinks = span.int32();
                case 15 -> {
                    for (var fields = span.message(); fields.next(); ) {
                        switch (fields.field()) {
                            case 2 -> statusMessage = fields.string();
                            case 3 -> status = status(fields.int32());
                            default -> fields.skip();
                        }
                    }
                }
                default -> span.skip();
            }
        }
        if (traceId.isEmpty() || spanId.isEmpty()) {
            return null;
        }
        return new ReceivedSpan(
                source,
                traceId,
                spanId,
                parent,
                traceState,
                name,
                kind,
                start,
                end,
                attributes.build(),
                events,
                links,
                status,
                statusMessage,
                droppedAttributes,
                droppedEvents,
                droppedLinks);
    }

    private static SpanKind kind(int number) {
        return switch (number) {
            case 2 -> SpanKind.SERVER;
            case 3 -> SpanKind.CLIENT;
            case 4 -> SpanKind.PRODUCER;
            case 5 -> SpanKind.CONSUMER;
            default -> SpanKind.INTERNAL;
        };
    }

    private static StatusCode status(int number) {
        return switch (number) {
            case 1 -> StatusCode.OK;
            case 2 -> StatusCode.ERROR;
            default -> StatusCode.UNSET;
        };
    }

    private static Event event(ProtoReader event) {
        long time = 0;
        var name = "";
        var attributes = Attributes.builder();
        int dropped = 0;
        while (event.next()) {
            switch (event.field()) {
                case 1 -> time = event.fixed64();
                case 2 -> name = event.string();
                case 3 -> CommonDecoder.attribute(attributes, event.message());
                case 4 -> dropped = event.int32();
                default -> event.skip();
            }
        }
        return new Event(name, time, attributes.build(), dropped);
    }

    private static Link link(ProtoReader link) {
        var traceId = "";
        var spanId = "";
        var traceState = "";
        var attributes = Attributes.builder();
        int dropped = 0;
        while (link.next()) {
            switch (link.field()) {
                case 1 -> traceId = CommonDecoder.id(link.bytes(), TRACE_ID);
                case 2 -> spanId = CommonDecoder.id(link.bytes(), SPAN_ID);
                case 3 -> traceState = link.string();
                case 4 -> CommonDecoder.attribute(attributes, link.message());
                case 5 -> dropped = link.int32();
                default -> link.skip();
            }
        }
        return new Link(traceId, spanId, traceState, attributes.build(), dropped);
    }
}
