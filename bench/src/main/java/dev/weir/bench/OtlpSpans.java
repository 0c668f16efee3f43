package dev.weir.bench;

import dev.weir.telemetry.otlp.ProtoWriter;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Spans of the official SDK, and their bytes.
final class OtlpSpans {
    private OtlpSpans() {}

    /// Spans of a server with three attributes.
    static List<SpanData> captured(int count) {
        var kept = new Keeping();
        var processor = SimpleSpanProcessor.create(kept);
        try (var provider = SdkTracerProvider.builder().addSpanProcessor(processor).build()) {
            var tracer = provider.get("bench");
            for (int i = 0; i < count; i++) {
                tracer.spanBuilder("GET /users/{id}")
                        .setSpanKind(SpanKind.SERVER)
                        .setAttribute("http.request.method", "GET")
                        .setAttribute("url.path", "/users/" + i)
                        .setAttribute("http.response.status_code", 200L)
                        .startSpan()
                        .end();
            }
            provider.shutdown().join(10, TimeUnit.SECONDS);
        }
        return kept.spans;
    }

    /// The request that holds the spans.
    static byte[] encoded(List<SpanData> spans) {
        var out = new ProtoWriter(1 << 17);
        int resourceSpans = out.begin(1);
        int resource = out.begin(1);
        out.attributes(1, spans.getFirst().getResource().getAttributes());
        out.end(resource);
        int scopeSpans = out.begin(2);
        int scope = out.begin(1);
        out.string(1, spans.getFirst().getInstrumentationScopeInfo().getName());
        out.end(scope);
        for (var span : spans) {
            int mark = out.begin(2);
            out.bytes(1, HexFormat.of().parseHex(span.getTraceId()));
            out.bytes(2, HexFormat.of().parseHex(span.getSpanId()));
            out.string(5, span.getName());
            out.varint(6, 2);
            out.fixed64(7, span.getStartEpochNanos());
            out.fixed64(8, span.getEndEpochNanos());
            out.attributes(9, span.getAttributes());
            out.fixed32(16, 0x101);
            out.end(mark);
        }
        out.end(scopeSpans);
        out.end(resourceSpans);
        return out.toByteArray();
    }

    private static final class Keeping implements SpanExporter {
        private final List<SpanData> spans = new ArrayList<>();

        @Override
        public synchronized CompletableResultCode export(Collection<SpanData> more) {
            spans.addAll(more);
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
    }
}
