package dev.weir.telemetry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The ended spans of a trace that is not decided, and what speaks for it. Guarded by its shard.
final class WaitingTrace {
    private record Part(ScopeTracer tracer, int from, int length) {}

    final long deadline;
    boolean worthy;
    @Nullable String route;
    private byte[] bytes = new byte[512];
    private int size;
    private final List<Part> parts = new ArrayList<>(4);

    WaitingTrace(long deadline) {
        this.deadline = deadline;
    }

    void add(ScopeTracer tracer, byte[] source, int from, int length) {
        if (bytes.length - size < length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + length));
        }
        System.arraycopy(source, from, bytes, size, length);
        parts.add(new Part(tracer, size, length));
        size += length;
    }

    int size() {
        return size;
    }

    int spans() {
        return parts.size();
    }

    void send(SpanPipeline pipeline) {
        for (var part : parts) {
            pipeline.append(part.tracer, bytes, part.from, part.length);
        }
    }
}
