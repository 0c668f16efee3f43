package dev.weir.telemetry;

import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.exporter.internal.otlp.traces.TraceRequestMarshaler;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.sdk.common.Clock;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;

/// The official SDK, with given ids and time, and what it would send.
final class SdkPeer implements SpanExporter, IdGenerator, Clock, AutoCloseable {
    private final List<SpanData> ended = new ArrayList<>();
    private final SdkTracerProvider provider;
    private final Time time;
    private final Queue<String> traceIds;
    private final Queue<String> spanIds;

    SdkPeer(
            SpanLimits limits,
            Sampler sampler,
            Time time,
            Queue<String> traces,
            Queue<String> spans) {
        this.time = time;
        traceIds = traces;
        spanIds = spans;
        provider =
                SdkTracerProvider.builder()
                        .setClock(this)
                        .setIdGenerator(this)
                        .setResource(Resource.empty())
                        .setSampler(sampler)
                        .setSpanLimits(
                                io.opentelemetry.sdk.trace.SpanLimits.builder()
                                        .setMaxNumberOfAttributes(limits.attributes())
                                        .setMaxNumberOfEvents(limits.events())
                                        .setMaxNumberOfLinks(limits.links())
                                        .setMaxNumberOfAttributesPerEvent(
                                                limits.attributesPerEvent())
                                        .setMaxNumberOfAttributesPerLink(limits.attributesPerLink())
                                        .setMaxAttributeValueLength(limits.valueLength())
                                        .build())
                        .addSpanProcessor(SimpleSpanProcessor.create(this))
                        .build();
    }

    Tracer tracer() {
        return provider.get("test");
    }

    List<Span> spans() {
        var bytes = new ByteArrayOutputStream();
        try {
            TraceRequestMarshaler.create(ended).writeBinaryTo(bytes);
            return ExportTraceServiceRequest.parseFrom(bytes.toByteArray())
                    .getResourceSpansList()
                    .stream()
                    .flatMap(resource -> resource.getScopeSpansList().stream())
                    .flatMap(scope -> scope.getSpansList().stream())
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        ended.addAll(spans);
        return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
        return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
        return CompletableResultCode.ofSuccess();
    }

    @Override
    public void close() {
        provider.close();
    }

    @Override
    public String generateSpanId() {
        return spanIds.remove();
    }

    @Override
    public String generateTraceId() {
        return traceIds.remove();
    }

    @Override
    public boolean generatesRandomTraceIds() {
        return true;
    }

    @Override
    public long now() {
        return time.epochNanos();
    }

    @Override
    public long nanoTime() {
        return time.nanos();
    }
}
