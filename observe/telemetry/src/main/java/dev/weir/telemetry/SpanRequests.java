package dev.weir.telemetry;

import dev.weir.telemetry.otlp.Payload;
import dev.weir.telemetry.otlp.ProtoWriter;
import dev.weir.telemetry.otlp.Signal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Supplier;

/// Makes an `ExportTraceServiceRequest` of pages: short headers, and the pages as they are
/// (opentelemetry/proto/collector/trace/v1/trace_service.proto).
///
/// @param resource the field `resource` (1) of `ResourceSpans`
/// @param pipeline takes the pages back when the request is released
record SpanRequests(Supplier<byte[]> resource, SpanPipeline pipeline) {
    private static final int RESOURCE_SPANS = 1;
    private static final int SCOPE_SPANS = 2;

    /// The request of some pages, which belong to it from now on.
    Payload of(List<Page> pages, int spans) {
        var parts = new ArrayList<ByteBuffer>(pages.size() + 4);
        var scopes = new LinkedHashMap<ScopeTracer, List<Page>>();
        for (var page : pages) {
            scopes.computeIfAbsent(page.tracer, _ -> new ArrayList<>()).add(page);
        }
        var resourceField = resource.get();
        long size = resourceField.length;
        for (var scope : scopes.entrySet()) {
            size += scope(scope.getKey(), scope.getValue(), parts);
        }
        var head = new ProtoWriter(resourceField.length + 16);
        head.head(RESOURCE_SPANS, size);
        head.raw(resourceField, 0, resourceField.length);
        parts.addFirst(head.view());
        return new Payload(Signal.TRACES, parts, spans, () -> pipeline.release(pages));
    }

    private static long scope(ScopeTracer tracer, List<Page> pages, List<ByteBuffer> parts) {
        long size = tracer.scopeField.length + tracer.schemaField.length;
        for (var page : pages) {
            size += page.size;
        }
        var head = new ProtoWriter(size > 0 ? tracer.scopeField.length + 32 : 16);
        head.head(SCOPE_SPANS, size);
        int headSize = head.size();
        head.raw(tracer.scopeField, 0, tracer.scopeField.length);
        head.raw(tracer.schemaField, 0, tracer.schemaField.length);
        parts.add(head.view());
        for (var page : pages) {
            parts.add(page.content());
        }
        return headSize + size;
    }
}
