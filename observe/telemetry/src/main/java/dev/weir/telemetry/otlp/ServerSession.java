package dev.weir.telemetry.otlp;

import dev.weir.telemetry.otlp.Reply.Code;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The requests of one HTTP/2 connection: calls of gRPC, and requests of OTLP/HTTP. A request is
/// answered when it is whole, before the next frame is looked at. Knows no socket.
final class ServerSession implements AutoCloseable {
    private static final int WINDOW = 1 << 20;
    private static final int STREAMS = 32;

    private final Intake intake;
    private final Http2Connection connection;
    private final Map<Integer, ServerStream> streams = new HashMap<>();

    ServerSession(Intake intake) {
        this.intake = intake;
        connection = new Http2Connection(false, WINDOW, STREAMS, new Events());
    }

    void consume(ByteBuffer in) throws Http2Exception {
        connection.consume(in);
    }

    void produce(Outbox out) {
        connection.produce(out);
    }

    /// Tells the sender that this end stops.
    void goAway() {
        connection.goAway(Http2Exception.NO_ERROR, "nothing was said for long");
    }

    private void answer(int id, ServerStream stream, Reply reply) {
        streams.remove(id);
        stream.close();
        if (stream.grpc()) {
            answerGrpc(id, reply);
        } else {
            answerHttp(id, stream, reply);
        }
    }

    private void answerHttp(int id, ServerStream stream, Reply reply) {
        var fields = new ArrayList<Header>();
        fields.add(new Header(":status", Integer.toString(reply.code().http())));
        fields.add(new Header("content-type", HttpRequests.type(stream.json())));
        if (reply.code() == Code.OVERLOAD) {
            fields.add(new Header("retry-after", "1"));
        }
        var body = HttpRequests.body(reply, stream.json());
        connection.respond(id, HpackEncoder.encode(fields), body, new byte[0]);
    }

    private void answerGrpc(int id, Reply reply) {
        var status = new Header("grpc-status", Integer.toString(reply.code().grpc()));
        var fields = new ArrayList<Header>();
        fields.add(new Header(":status", "200"));
        fields.add(new Header("content-type", "application/grpc"));
        fields.add(new Header("grpc-accept-encoding", "gzip"));
        if (reply.code() != Code.OK) {
            fields.add(status);
            fields.add(new Header("grpc-message", percent(reply.message())));
            connection.respond(id, HpackEncoder.encode(fields), new byte[0], new byte[0]);
            return;
        }
        var message = reply.response();
        var body = ByteBuffer.allocate(5 + message.length).put((byte) 0);
        body.putInt(message.length).put(message);
        connection.respond(
                id,
                HpackEncoder.encode(fields),
                body.array(),
                HpackEncoder.encode(List.of(status)));
    }

    /// What `grpc-message` may hold: ASCII, all else percent-encoded.
    private static String percent(String message) {
        return URLEncoder.encode(message, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        streams.values().forEach(ServerStream::close);
        streams.clear();
    }

    private final class Events implements Http2Events {
        @Override
        public void headers(int id, List<Header> fields, boolean last) throws Http2Exception {
            var stream = streams.get(id);
            if (stream == null) {
                stream = new ServerStream(intake, fields);
                streams.put(id, stream);
            }
            if (last) {
                answer(id, stream, stream.take());
            }
        }

        @Override
        public void data(int id, ByteBuffer data, boolean last) {
            var stream = streams.get(id);
            if (stream == null) {
                return;
            }
            var refusal = stream.add(data);
            if (refusal != null) {
                answer(id, stream, intake.reply(refusal));
            } else if (last) {
                answer(id, stream, stream.take());
            }
        }

        @Override
        public void reset(int id, int code) {
            var stream = streams.remove(id);
            if (stream != null) {
                stream.close();
            }
        }

        @Override
        public void goAway(int last, int code, String reason) {}
    }
}
