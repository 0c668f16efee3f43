package dev.weir.telemetry;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.weir.telemetry.otlp.Payload;
import dev.weir.telemetry.otlp.Signal;
import dev.weir.telemetry.otlp.Sink;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Keeps what it is handed, and releases it at once.
final class MemorySink implements Sink {
    private final List<byte[]> requests = new ArrayList<>();
    private int items;
    private boolean closed;

    @Override
    public synchronized void accept(Payload payload) {
        if (payload.signal() == Signal.TRACES) {
            var out = new ByteArrayOutputStream();
            for (var part : payload.parts()) {
                var bytes = new byte[part.remaining()];
                part.duplicate().get(bytes);
                out.writeBytes(bytes);
            }
            requests.add(out.toByteArray());
            items += payload.items();
        }
        payload.release();
    }

    @Override
    public boolean flush(Duration timeout) {
        return true;
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    synchronized boolean closed() {
        return closed;
    }

    synchronized int items() {
        return items;
    }

    synchronized List<ExportTraceServiceRequest> requests() {
        var parsed = new ArrayList<ExportTraceServiceRequest>();
        for (var request : requests) {
            try {
                parsed.add(ExportTraceServiceRequest.parseFrom(request));
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError("not an ExportTraceServiceRequest", e);
            }
        }
        return parsed;
    }

    List<ScopeSpans> scopes() {
        return requests().stream()
                .flatMap(request -> request.getResourceSpansList().stream())
                .flatMap(resource -> resource.getScopeSpansList().stream())
                .toList();
    }

    List<Span> spans() {
        return scopes().stream().flatMap(scope -> scope.getSpansList().stream()).toList();
    }
}
