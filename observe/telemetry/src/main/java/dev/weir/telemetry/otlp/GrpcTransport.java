package dev.weir.telemetry.otlp;

import dev.weir.telemetry.TelemetryException;
import dev.weir.telemetry.otlp.Outcome.Retry;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// OTLP/gRPC: unary calls over one kept HTTP/2 connection.
final class GrpcTransport implements Transport {
    private static final int OUT = 64 << 10;
    private static final int IN = 32 << 10;
    private static final int PREFIX = 5;
    private static final long MILLI = 1_000_000;

    private final Map<Signal, OtlpEndpoint> endpoints;
    private final Connector connector;
    private final Outbox out = new Outbox(OUT, true);
    private final ByteBuffer in = ByteBuffer.allocateDirect(IN);
    private final ByteBuffer prefix = ByteBuffer.allocate(PREFIX);
    private final Map<Signal, byte[]> headers = new EnumMap<>(Signal.class);
    private @Nullable Wire wire;
    private @Nullable Http2Connection connection;
    private GrpcCall call = GrpcCall.NONE;

    /// @param endpoints of signals that share a connection: they differ in headers and timeout
    ///   alone
    GrpcTransport(Map<Signal, OtlpEndpoint> endpoints, Connector connector) {
        this.endpoints = endpoints;
        this.connector = connector;
        in.flip();
    }

    @Override
    public Outcome send(Request request, long deadline) {
        try {
            return attempt(request, deadline);
        } catch (IOException | TelemetryException e) {
            disconnect();
            return new Retry(null, e.toString());
        }
    }

    private Outcome attempt(Request request, long deadline) throws IOException {
        boolean kept = connection != null;
        try {
            return exchange(request, deadline);
        } catch (IOException e) {
            // A kept connection may have ended between two calls; what the peer has not begun to
            // answer is sent again on a new one, once.
            if (!kept || call.begun() || deadline - System.nanoTime() <= 0) {
                throw e;
            }
            disconnect();
            return exchange(request, deadline);
        }
    }

    private Outcome exchange(Request request, long deadline) throws IOException {
        var open = connected(deadline);
        while (!open.settled() || !open.roomForStream()) {
            receive(deadline);
        }
        if (!open.open()) {
            throw new EOFException("the peer takes no more calls on this connection");
        }
        call = new GrpcCall();
        call.stream(open.request(headers(request, deadline), body(request)));
        while (!call.done()) {
            if (!flush(deadline)) {
                receive(deadline);
            }
        }
        flush(deadline);
        if (call.refused()) {
            throw new EOFException("the peer refused the call before it began");
        }
        if (!open.open()) {
            disconnect();
        }
        return call.outcome();
    }

    /// The header block, whose timeout differs with each call.
    private byte[] headers(Request request, long deadline) {
        var endpoint = endpoint(request.signal());
        var constant =
                headers.computeIfAbsent(
                        request.signal(), signal -> HpackEncoder.encode(fields(signal, endpoint)));
        var timely = new ArrayList<Header>(2);
        long millis = Math.max(1, (deadline - System.nanoTime()) / MILLI);
        timely.add(new Header("grpc-timeout", Math.min(millis, 99_999_999) + "m"));
        if (request.gzip()) {
            timely.add(new Header("grpc-encoding", "gzip"));
        }
        var own = HpackEncoder.encode(timely);
        var all = new byte[constant.length + own.length];
        System.arraycopy(constant, 0, all, 0, constant.length);
        System.arraycopy(own, 0, all, constant.length, own.length);
        return all;
    }

    private static List<Header> fields(Signal signal, OtlpEndpoint endpoint) {
        var fields = new ArrayList<Header>();
        fields.add(new Header(":method", "POST"));
        fields.add(new Header(":scheme", endpoint.secure() ? "https" : "http"));
        fields.add(new Header(":path", signal.grpcPath()));
        fields.add(new Header(":authority", endpoint.authority()));
        fields.add(new Header("te", "trailers"));
        fields.add(new Header("content-type", "application/grpc"));
        if (!endpoint.headers().containsKey("user-agent")) {
            fields.add(new Header("user-agent", Exporter.USER_AGENT));
        }
        endpoint.headers().forEach((name, value) -> fields.add(new Header(name, value)));
        return fields;
    }

    private OtlpEndpoint endpoint(Signal signal) {
        var endpoint = endpoints.get(signal);
        if (endpoint == null) {
            throw new IllegalArgumentException("no endpoint for " + signal);
        }
        return endpoint;
    }

    /// The message behind its prefix: a flag for compression, and its length.
    private List<ByteBuffer> body(Request request) {
        prefix.clear().put((byte) (request.gzip() ? 1 : 0)).putInt((int) request.length()).flip();
        var body = new ArrayList<ByteBuffer>(request.parts().size() + 1);
        body.add(prefix);
        body.addAll(request.parts());
        return body;
    }

    private Http2Connection connected(long deadline) throws IOException {
        if (connection == null || !connection.open()) {
            disconnect();
            wire = connector.connect(deadline);
            connection =
                    new Http2Connection(true, Http2Connection.USUAL_WINDOW, 0, new CallEvents());
            flush(deadline);
        }
        return connection;
    }

    /// Whether there was anything to send.
    private boolean flush(long deadline) throws IOException {
        current().produce(out);
        if (out.isEmpty()) {
            return false;
        }
        out.writeTo(wire(), deadline);
        return true;
    }

    private void receive(long deadline) throws IOException {
        flush(deadline);
        in.compact();
        int count;
        try {
            count = wire().read(in, deadline);
        } finally {
            in.flip();
        }
        consume(count, deadline);
    }

    private void consume(int count, long deadline) throws IOException {
        if (count < 0) {
            throw new EOFException("the peer ended the connection");
        }
        try {
            current().consume(in);
        } catch (Http2Exception e) {
            flush(deadline);
            throw e;
        }
    }

    @Override
    public void idle() {
        if (connection == null) {
            return;
        }
        try {
            in.compact();
            int count;
            try {
                count = wire().readNow(in);
            } finally {
                in.flip();
            }
            if (count != 0) {
                consume(count, System.nanoTime());
                flush(System.nanoTime());
            }
            if (!connection.open()) {
                disconnect();
            }
        } catch (IOException _) {
            disconnect();
        }
    }

    private Wire wire() throws IOException {
        if (wire == null) {
            throw new IOException("not connected");
        }
        return wire;
    }

    private Http2Connection current() throws IOException {
        if (connection == null) {
            throw new IOException("not connected");
        }
        return connection;
    }

    private void disconnect() {
        if (wire != null) {
            wire.close();
        }
        wire = null;
        connection = null;
        in.clear().flip();
        out.clear();
    }

    @Override
    public void close() {
        disconnect();
    }

    /// Hands the frames of the running call to it; those of calls given up are nobody's.
    private final class CallEvents implements Http2Events {
        @Override
        public void headers(int stream, List<Header> fields, boolean last) {
            if (stream == call.stream()) {
                call.headers(fields, last);
            }
        }

        @Override
        public void data(int stream, ByteBuffer data, boolean last) {
            if (stream == call.stream()) {
                call.data(data, last);
            }
        }

        @Override
        public void reset(int stream, int code) {
            if (stream == call.stream()) {
                call.reset(code);
            }
        }

        @Override
        public void goAway(int last, int code, String reason) {
            call.goAway(last, code, reason);
        }
    }
}
