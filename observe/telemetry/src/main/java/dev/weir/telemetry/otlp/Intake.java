package dev.weir.telemetry.otlp;

import dev.weir.telemetry.OtlpReceiver.Figures;
import dev.weir.telemetry.OtlpReceiverOptions;
import dev.weir.telemetry.TelemetryConsumer;
import dev.weir.telemetry.TelemetryConsumer.Refused;
import dev.weir.telemetry.TelemetryException;
import dev.weir.telemetry.otlp.Reply.Code;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.LongAdder;

/// Decodes the requests of a receiver, hands them to the consumer, and counts. Thread-safe.
public final class Intake {
    private static final System.Logger LOG = System.getLogger("dev.weir.telemetry.otlp");

    private final OtlpReceiverOptions options;
    private final TelemetryConsumer consumer;
    private final Memory memory;
    private final LongAdder requests = new LongAdder();
    private final LongAdder spans = new LongAdder();
    private final LongAdder points = new LongAdder();
    private final LongAdder logs = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder bad = new LongAdder();
    private final LongAdder overload = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder refusedConnections = new LongAdder();

    /// An intake for a consumer.
    public Intake(OtlpReceiverOptions options, TelemetryConsumer consumer) {
        this.options = options;
        this.consumer = consumer;
        memory = new Memory(options.memoryBytes());
    }

    /// The bytes that requests under way may take.
    Memory memory() {
        return memory;
    }

    int messageBytes() {
        return options.messageBytes();
    }

    void refusedConnection() {
        refusedConnections.increment();
    }

    /// Takes a request.
    ///
    /// @param json whether it is JSON, or else protobuf
    /// @param gzip whether it is compressed
    Reply take(Signal signal, boolean json, boolean gzip, byte[] body) {
        try {
            var plain = gzip ? Gzip.decompress(body, options.messageBytes()) : body;
            return reply(take(signal, json ? OtlpJson.read(signal, plain) : plain));
        } catch (TelemetryException e) {
            return reply(Reply.of(Code.MALFORMED, String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "what receives telemetry fails", e);
            return reply(Reply.of(Code.FAILED, "what receives telemetry fails: " + e));
        }
    }

    /// Counts an answer that is given without [#take], or for it.
    Reply reply(Reply reply) {
        requests.increment();
        refused.add(reply.refused().items());
        switch (reply.code()) {
            case OK -> {}
            case FAILED -> failures.increment();
            case OVERLOAD -> overload.increment();
            case MALFORMED, NOT_FOUND, METHOD, TOO_LARGE, MEDIA_TYPE -> bad.increment();
        }
        return reply;
    }

    private Reply take(Signal signal, byte[] protobuf) {
        return Reply.ok(
                switch (signal) {
                    case TRACES -> takeSpans(protobuf);
                    case METRICS -> takeMetrics(protobuf);
                    case LOGS -> takeLogs(protobuf);
                });
    }

    private Refused takeSpans(byte[] protobuf) {
        var decoded = SpanDecoder.decode(protobuf);
        var broken =
                decoded.broken() == 0
                        ? Refused.NONE
                        : new Refused(
                                decoded.broken(),
                                "spans need a trace id of 16 and a span id of 8 bytes, not zero");
        if (decoded.spans().isEmpty()) {
            return broken;
        }
        var answer = consumer.spans(decoded.spans());
        spans.add(Math.max(0, decoded.spans().size() - answer.items()));
        return broken.and(answer);
    }

    private Refused takeMetrics(byte[] protobuf) {
        var decoded = MetricDecoder.decode(protobuf);
        if (decoded.isEmpty()) {
            return Refused.NONE;
        }
        var answer = consumer.metrics(decoded);
        long count = decoded.stream().mapToLong(metric -> metric.data().size()).sum();
        points.add(Math.max(0, count - answer.items()));
        return answer;
    }

    private Refused takeLogs(byte[] protobuf) {
        var decoded = LogDecoder.decode(protobuf);
        if (decoded.isEmpty()) {
            return Refused.NONE;
        }
        var answer = consumer.logs(decoded);
        logs.add(Math.max(0, decoded.size() - answer.items()));
        return answer;
    }

    /// What was counted so far.
    public Figures figures() {
        return new Figures(
                requests.sum(),
                spans.sum(),
                points.sum(),
                logs.sum(),
                refused.sum(),
                bad.sum(),
                overload.sum(),
                failures.sum(),
                refusedConnections.sum());
    }
}
