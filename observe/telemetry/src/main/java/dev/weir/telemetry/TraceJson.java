package dev.weir.telemetry;

import dev.weir.resource.Json;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.StatusCode;
import java.util.ArrayList;
import java.util.List;

/// Traces as the console reads them. Times are milliseconds since 1970 with a fraction, durations
/// whole nanoseconds: JavaScript's numbers hold both.
final class TraceJson {
    private static final double MINUTE = 60;

    private TraceJson() {}

    static Json of(List<ServiceFigures> services, List<TraceSummary> traces, int kept) {
        return Json.Obj.of("kept", Json.of(kept))
                .with("services", new Json.Arr(services.stream().map(TraceJson::service).toList()))
                .with("traces", new Json.Arr(traces.stream().map(TraceJson::summary).toList()));
    }

    private static Json service(ServiceFigures figures) {
        var latest = figures.lastMinute();
        return Json.Obj.of("name", Json.of(figures.service()))
                .with("rate", new Json.Dec(latest.count() / MINUTE))
                .with("errorRatio", new Json.Dec(ratio(latest.errors(), latest.count())))
                .with("errors", Json.of(latest.errors()))
                .with("p50Nanos", Json.of(latest.p50Nanos()))
                .with("p95Nanos", Json.of(latest.p95Nanos()))
                .with("p99Nanos", Json.of(latest.p99Nanos()))
                .with("total", Json.of(figures.total().count()));
    }

    private static double ratio(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }

    private static Json summary(TraceSummary trace) {
        return Json.Obj.of("traceId", Json.of(trace.traceId()))
                .with("name", Json.of(trace.rootName()))
                .with("service", Json.of(trace.rootService()))
                .with("services", Json.strings(trace.services().stream().sorted().toList()))
                .with("spans", Json.of(trace.spans()))
                .with("errors", Json.of(trace.errors()))
                .with("startMillis", millis(trace.startEpochNanos()))
                .with("durationNanos", Json.of(trace.durationNanos()));
    }

    static Json of(Trace trace) {
        return Json.Obj.of("trace", summary(trace.summary()))
                .with("dropped", Json.of(trace.droppedSpans()))
                .with("spans", new Json.Arr(trace.spans().stream().map(TraceJson::span).toList()));
    }

    private static Json span(ReceivedSpan span) {
        return Json.Obj.of("spanId", Json.of(span.spanId()))
                .with("parentSpanId", Json.of(span.parentSpanId()))
                .with("service", Json.of(span.source().service()))
                .with("scope", Json.of(span.source().scope()))
                .with("name", Json.of(span.name()))
                .with("kind", Json.of(span.kind().name()))
                .with("startMillis", millis(span.startEpochNanos()))
                .with("durationNanos", Json.of(span.durationNanos()))
                .with("status", Json.of(span.status().name()))
                .with("error", Json.of(span.status() == StatusCode.ERROR))
                .with("message", Json.of(span.statusMessage()))
                .with("attributes", attributes(span.attributes()))
                .with(
                        "events",
                        new Json.Arr(span.events().stream().map(TraceJson::event).toList()));
    }

    private static Json event(ReceivedSpan.Event event) {
        return Json.Obj.of("name", Json.of(event.name()))
                .with("millis", millis(event.epochNanos()))
                .with("attributes", attributes(event.attributes()));
    }

    private static Json attributes(Attributes attributes) {
        var members = new java.util.LinkedHashMap<String, Json>();
        attributes.forEach((key, value) -> members.put(key.getKey(), value(value)));
        return new Json.Obj(members);
    }

    private static Json value(Object value) {
        return switch (value) {
            case String text -> Json.of(text);
            case Boolean truth -> Json.of(truth);
            case Long number -> Json.of(number);
            case Double number when Double.isFinite(number) -> new Json.Dec(number);
            case List<?> list -> {
                var elements = new ArrayList<Json>();
                list.forEach(element -> elements.add(value(element)));
                yield new Json.Arr(elements);
            }
            case Value<?> any -> Json.of(any.asString());
            default -> Json.of(value.toString());
        };
    }

    private static Json millis(long epochNanos) {
        return new Json.Dec(epochNanos / 1e6);
    }
}
