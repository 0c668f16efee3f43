package dev.weir.telemetry.otlp;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.Random;

/// Requests to send, built by protobuf-java.
final class Samples {
    private Samples() {}

    static Payload payload(Signal signal, int items, long seed) {
        var bytes =
                switch (signal) {
                    case TRACES -> spans(items, seed).toByteArray();
                    case METRICS -> points(items, seed).toByteArray();
                    case LOGS -> logs(items, seed).toByteArray();
                };
        return Payload.of(signal, bytes, items);
    }

    static ExportTraceServiceRequest spans(int count, long seed) {
        var random = new Random(seed);
        var spans = ScopeSpans.newBuilder().setScope(scope());
        for (int i = 0; i < count; i++) {
            long start = 1_700_000_000_000_000_000L + random.nextInt();
            spans.addSpans(
                    Span.newBuilder()
                            .setTraceId(bytes(random, 16))
                            .setSpanId(bytes(random, 8))
                            .setParentSpanId(bytes(random, 8))
                            .setName("GET /users/{id}")
                            .setKind(Span.SpanKind.SPAN_KIND_SERVER)
                            .setStartTimeUnixNano(start)
                            .setEndTimeUnixNano(start + random.nextInt(1_000_000))
                            .addAttributes(attribute("http.request.method", "GET"))
                            .addAttributes(attribute("url.path", "/users/" + (seed + i)))
                            .addAttributes(
                                    KeyValue.newBuilder()
                                            .setKey("http.response.status_code")
                                            .setValue(AnyValue.newBuilder().setIntValue(200))));
        }
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(
                        ResourceSpans.newBuilder().setResource(resource()).addScopeSpans(spans))
                .build();
    }

    static ExportMetricsServiceRequest points(int count, long seed) {
        var sum = Sum.newBuilder().setIsMonotonic(true).setAggregationTemporalityValue(2);
        for (int i = 0; i < count; i++) {
            sum.addDataPoints(
                    NumberDataPoint.newBuilder()
                            .setTimeUnixNano(1_700_000_000_000_000_000L)
                            .setAsInt(seed)
                            .addAttributes(attribute("number", Integer.toString(i))));
        }
        var metric = Metric.newBuilder().setName("requests").setUnit("{request}").setSum(sum);
        return ExportMetricsServiceRequest.newBuilder()
                .addResourceMetrics(
                        ResourceMetrics.newBuilder()
                                .setResource(resource())
                                .addScopeMetrics(
                                        ScopeMetrics.newBuilder()
                                                .setScope(scope())
                                                .addMetrics(metric)))
                .build();
    }

    static ExportLogsServiceRequest logs(int count, long seed) {
        var logs = ScopeLogs.newBuilder().setScope(scope());
        for (int i = 0; i < count; i++) {
            logs.addLogRecords(
                    LogRecord.newBuilder()
                            .setTimeUnixNano(1_700_000_000_000_000_000L)
                            .setSeverityNumberValue(9)
                            .setBody(
                                    AnyValue.newBuilder()
                                            .setStringValue("line " + seed + "." + i + " \u00fc")));
        }
        return ExportLogsServiceRequest.newBuilder()
                .addResourceLogs(
                        ResourceLogs.newBuilder().setResource(resource()).addScopeLogs(logs))
                .build();
    }

    private static Resource resource() {
        return Resource.newBuilder().addAttributes(attribute("service.name", "shop")).build();
    }

    private static InstrumentationScope scope() {
        return InstrumentationScope.newBuilder().setName("dev.weir.sample").build();
    }

    private static KeyValue attribute(String key, String value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }

    private static ByteString bytes(Random random, int length) {
        var bytes = new byte[length];
        random.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }
}
