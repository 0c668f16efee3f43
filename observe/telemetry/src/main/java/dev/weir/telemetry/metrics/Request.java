package dev.weir.telemetry.metrics;

import dev.weir.telemetry.otlp.Payload;
import dev.weir.telemetry.otlp.ProtoWriter;
import dev.weir.telemetry.otlp.Signal;
import dev.weir.telemetry.otlp.Sink;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An `ExportMetricsServiceRequest` while it is written, point after point. Headers are written
/// when their first point comes; a request that grows too large is sent, and goes on in another one
/// with the same headers.
///
/// Lengths of the outer messages have a fixed width, so that ending one moves no bytes.
///
/// The collector's only.
final class Request {
    /// Below the 4 MiB that receivers of gRPC take as a rule.
    static final int MAX_BYTES = 2 << 20;

    private static final int FIRST_BYTES = 16 << 10;

    private final Supplier<byte[]> resource;
    private final Sink sink;

    /// Arrays that were sent and given back.
    private final BlockingQueue<ProtoWriter> spare = new ArrayBlockingQueue<>(2);

    private ProtoWriter out = new ProtoWriter(FIRST_BYTES);
    private byte[] scope = new byte[0];
    private @Nullable String schema;
    private @Nullable Metric metric;
    private int points;
    private int resourceMark;
    private int scopeMark = -1;
    private int metricMark = -1;
    private int dataMark;
    private int pointMark;

    Request(Supplier<byte[]> resource, Sink sink) {
        this.resource = resource;
        this.sink = sink;
    }

    /// What comes next belongs to this scope.
    ///
    /// @param field the encoded field `scope`
    void scope(byte[] field, @Nullable String schemaUrl) {
        endScope();
        scope = field;
        schema = schemaUrl;
    }

    /// What comes next are points of this metric.
    void metric(Metric next) {
        endMetric();
        metric = next;
    }

    /// Begins a point.
    ///
    /// @return where its fields are written
    ProtoWriter beginPoint() {
        if (out.size() > MAX_BYTES) {
            send();
        }
        if (points == 0) {
            resourceMark = out.beginWide(1);
            var fields = resource.get();
            out.raw(fields, 0, fields.length);
        }
        if (scopeMark < 0) {
            scopeMark = out.beginWide(2);
            out.raw(scope, 0, scope.length);
        }
        if (metricMark < 0 && metric != null) {
            metricMark = out.beginWide(2);
            metric.writeHead(out);
            dataMark = out.beginWide(metric.field());
        }
        points++;
        pointMark = out.begin(1);
        return out;
    }

    void endPoint() {
        out.end(pointMark);
    }

    /// Sends what was written, if anything.
    void send() {
        if (points == 0) {
            return;
        }
        endScope();
        out.endWide(resourceMark);
        var sent = out;
        int items = points;
        points = 0;
        var next = spare.poll();
        out = next == null ? new ProtoWriter(Math.max(FIRST_BYTES, sent.size())) : next;
        out.clear();
        sink.accept(
                new Payload(Signal.METRICS, List.of(sent.view()), items, () -> spare.offer(sent)));
    }

    /// Forgets what was written and not sent.
    void discard() {
        out.clear();
        points = 0;
        scopeMark = -1;
        metricMark = -1;
    }

    private void endMetric() {
        if (metricMark >= 0 && metric != null) {
            metric.writeTail(out);
            out.endWide(dataMark);
            out.endWide(metricMark);
        }
        metricMark = -1;
    }

    private void endScope() {
        endMetric();
        if (scopeMark >= 0) {
            if (schema != null) {
                out.string(3, schema);
            }
            out.endWide(scopeMark);
        }
        scopeMark = -1;
    }
}
