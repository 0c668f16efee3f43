package dev.weir.telemetry.otlp;

import dev.weir.telemetry.otlp.Reply.Code;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One request over HTTP/2 as it arrives.
final class ServerStream implements AutoCloseable {
    private static final int PREFIX = 5;

    private final Intake intake;
    private final List<Header> fields;
    private final Reserved reserved;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    ServerStream(Intake intake, List<Header> fields) {
        this.intake = intake;
        this.fields = fields;
        reserved = new Reserved(intake.memory());
    }

    boolean grpc() {
        return field("content-type").startsWith("application/grpc");
    }

    boolean json() {
        return HttpRequests.json(field("content-type"));
    }

    private String field(String name) {
        return Objects.requireNonNullElse(Header.last(fields, name), "");
    }

    /// Takes a part of the body.
    ///
    /// @return why no more of it is wanted; null where it is
    @Nullable Reply add(ByteBuffer data) {
        int limit = intake.messageBytes() + (grpc() ? PREFIX : 0);
        if (body.size() + data.remaining() > limit) {
            return HttpRequests.tooLarge(intake.messageBytes());
        }
        if (!reserved.upTo(body.size() + data.remaining())) {
            return Reply.of(Code.OVERLOAD, "too much is under way");
        }
        var part = new byte[data.remaining()];
        data.get(part);
        body.writeBytes(part);
        return null;
    }

    /// The request is whole.
    Reply take() {
        return grpc()
                ? takeCall(body.toByteArray())
                : HttpRequests.take(
                        intake,
                        field(":method"),
                        field(":path"),
                        Header.last(fields, "content-type"),
                        Header.last(fields, "content-encoding"),
                        body.toByteArray());
    }

    private Reply takeCall(byte[] framed) {
        var signal = signal();
        if (signal == null) {
            return intake.reply(Reply.of(Code.NOT_FOUND, "there is no method " + field(":path")));
        }
        if (framed.length < PREFIX || ByteBuffer.wrap(framed).getInt(1) != framed.length - PREFIX) {
            return intake.reply(Reply.of(Code.MALFORMED, "expected one message of gRPC"));
        }
        boolean compressed = framed[0] != 0;
        if (compressed && !field("grpc-encoding").equals("gzip")) {
            return intake.reply(
                    Reply.of(
                            Code.MEDIA_TYPE,
                            "expected the encoding gzip, found " + field("grpc-encoding")));
        }
        var message = Arrays.copyOfRange(framed, PREFIX, framed.length);
        return intake.take(signal, false, compressed, message);
    }

    private @Nullable Signal signal() {
        for (var signal : Signal.values()) {
            if (signal.grpcPath().equals(field(":path"))) {
                return signal;
            }
        }
        return null;
    }

    @Override
    public void close() {
        reserved.close();
    }
}
