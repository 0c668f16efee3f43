package dev.weir.telemetry.otlp;

import dev.weir.telemetry.otlp.Reply.Code;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Serves one connection, HTTP/2 or HTTP/1.1 by its first byte. Used by one thread.
final class ServerConnection {
    private static final int IN = 32 << 10;
    private static final int OUT = 16 << 10;
    private static final int LINGER_MILLIS = 500;
    private static final long LINGER_BYTES = 8 << 20;

    private final Intake intake;
    private final Socket socket;
    private final InputStream input;
    private final OutputStream output;
    private final ByteBuffer in = ByteBuffer.allocate(IN).flip();

    ServerConnection(Socket socket, Intake intake) throws IOException {
        this.socket = socket;
        this.intake = intake;
        input = socket.getInputStream();
        output = socket.getOutputStream();
    }

    /// Serves until the sender ends, or breaks the protocol.
    void run() throws IOException {
        // All that senders of HTTP/1.1 are answered to begins with POST.
        if (!read()) {
            return;
        }
        if (in.get(in.position()) == 'P' && peek(1) == 'R') {
            serveHttp2();
        } else {
            serveHttp1();
        }
    }

    private int peek(int ahead) throws IOException {
        while (in.remaining() <= ahead) {
            if (!read()) {
                return -1;
            }
        }
        return in.get(in.position() + ahead);
    }

    private boolean read() throws IOException {
        in.compact();
        try {
            int count = input.read(in.array(), in.position(), in.remaining());
            if (count < 0) {
                return false;
            }
            in.position(in.position() + count);
            return true;
        } finally {
            in.flip();
        }
    }

    private void serveHttp2() throws IOException {
        var out = new Outbox(OUT, false);
        try (var session = new ServerSession(intake)) {
            while (true) {
                try {
                    session.consume(in);
                } finally {
                    send(session, out);
                }
                try {
                    if (!read()) {
                        return;
                    }
                } catch (SocketTimeoutException e) {
                    session.goAway();
                    send(session, out);
                    return;
                }
            }
        }
    }

    private void send(ServerSession session, Outbox out) throws IOException {
        session.produce(out);
        while (!out.isEmpty()) {
            out.writeTo(output);
            session.produce(out);
        }
    }

    private void serveHttp1() throws IOException {
        boolean again = true;
        while (again) {
            var message = new Http1Message(false, intake.messageBytes());
            try (var reserved = new Reserved(intake.memory())) {
                var early = receive(message, reserved);
                if (early == null && !message.done() && !message.tooLarge()) {
                    return; // the sender ended between two requests
                }
                var reply = early == null ? answer(message) : early;
                again = message.persistent();
                respond(message, reply, again);
            } catch (ProtocolException e) {
                var reply = Reply.of(Code.MALFORMED, String.valueOf(e.getMessage()));
                respond(message, intake.reply(reply), false);
                again = false;
            }
        }
        linger();
    }

    /// Reads on for a moment where a request was not read to its end: a connection closed before
    /// that may end with a reset that takes the answer along (RFC 9112 §9.6).
    private void linger() throws IOException {
        socket.shutdownOutput();
        socket.setSoTimeout(LINGER_MILLIS);
        long left = LINGER_BYTES;
        int count = 0;
        while (count >= 0 && left > 0) {
            left -= count;
            count = input.read(in.array(), 0, in.capacity());
        }
    }

    /// Reads a message, as far as there is memory.
    ///
    /// @return what to answer where it is not read to its end; null where it is, or where there is
    ///   none
    private @Nullable Reply receive(Http1Message message, Reserved reserved) throws IOException {
        boolean expects = true;
        message.consume(in);
        while (!message.done() && !message.tooLarge()) {
            if (expects && message.inBody()) {
                expects = false;
                if ("100-continue".equalsIgnoreCase(message.header("expect"))) {
                    ascii("HTTP/1.1 100 Continue\r\n\r\n");
                }
            }
            if (!read()) {
                if (message.untouched()) {
                    return null;
                }
                throw new ProtocolException("the request is cut short");
            }
            message.consume(in);
            if (!reserved.upTo(message.bodySize())) {
                return intake.reply(Reply.of(Code.OVERLOAD, "too much is under way"));
            }
        }
        return null;
    }

    private Reply answer(Http1Message message) {
        if (message.tooLarge()) {
            return intake.reply(HttpRequests.tooLarge(intake.messageBytes()));
        }
        var words = message.start().split(" ");
        return HttpRequests.take(
                intake,
                words[0],
                words[1],
                message.header("content-type"),
                message.header("content-encoding"),
                message.body());
    }

    private void respond(Http1Message message, Reply reply, boolean persistent) throws IOException {
        boolean json = HttpRequests.json(message.header("content-type"));
        var body = HttpRequests.body(reply, json);
        var head = new StringBuilder();
        head.append("HTTP/1.1 ").append(reply.code().http()).append(' ');
        head.append(reply.code().name().toLowerCase(Locale.ROOT)).append("\r\ncontent-type: ");
        head.append(HttpRequests.type(json)).append("\r\ncontent-length: ").append(body.length);
        if (reply.code() == Code.OVERLOAD) {
            head.append("\r\nretry-after: 1");
        }
        if (!persistent) {
            head.append("\r\nconnection: close");
        }
        ascii(head.append("\r\n\r\n").toString());
        output.write(body);
    }

    private void ascii(String text) throws IOException {
        output.write(text.getBytes(StandardCharsets.US_ASCII));
    }
}
