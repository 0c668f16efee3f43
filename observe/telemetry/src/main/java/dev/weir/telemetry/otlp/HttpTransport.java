package dev.weir.telemetry.otlp;

import dev.weir.telemetry.TelemetryException;
import dev.weir.telemetry.otlp.Outcome.Rejected;
import dev.weir.telemetry.otlp.Outcome.Retry;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// OTLP/HTTP: one request after the other over a kept HTTP/1.1 connection.
final class HttpTransport implements Transport {
    private static final int OUT = 64 << 10;
    private static final int IN = 16 << 10;
    private static final int ANSWER_LIMIT = 64 << 10;

    private final Map<Signal, OtlpEndpoint> endpoints;
    private final Connector connector;
    private final boolean json;
    private final InstantSource clock;
    private final Outbox out = new Outbox(OUT, true);
    private final ByteBuffer in = ByteBuffer.allocateDirect(IN);
    private @Nullable Wire wire;

    /// @param endpoints of signals that share a connection: they differ in path, headers and
    ///   timeout
    HttpTransport(
            Map<Signal, OtlpEndpoint> endpoints,
            Connector connector,
            boolean json,
            InstantSource clock) {
        this.endpoints = endpoints;
        this.connector = connector;
        this.json = json;
        this.clock = clock;
    }

    @Override
    public Outcome send(Request request, long deadline) {
        try {
            return outcome(attempt(request, deadline));
        } catch (IOException | TelemetryException e) {
            disconnect();
            return new Retry(null, e.toString());
        }
    }

    private Http1Message attempt(Request request, long deadline) throws IOException {
        boolean kept = wire != null;
        var answer = new Http1Message(true, ANSWER_LIMIT);
        try {
            return exchange(request, answer, deadline);
        } catch (IOException e) {
            // A kept connection may have ended between two requests: once more on a new one.
            if (!kept || !answer.untouched() || deadline - System.nanoTime() <= 0) {
                throw e;
            }
            disconnect();
            return exchange(request, new Http1Message(true, ANSWER_LIMIT), deadline);
        }
    }

    private Http1Message exchange(Request request, Http1Message answer, long deadline)
            throws IOException {
        if (wire == null) {
            wire = connector.connect(deadline);
        }
        var open = wire;
        try {
            write(open, request, deadline);
        } catch (IOException e) {
            // A receiver may refuse a request before it has read all of it.
            read(open, answer, deadline, e);
            disconnect();
            return answer;
        }
        read(open, answer, deadline, null);
        if (!answer.persistent() || in.hasRemaining()) {
            disconnect();
        }
        return answer;
    }

    private void write(Wire open, Request request, long deadline) throws IOException {
        var head = head(request);
        out.clear();
        out.put(head, 0, head.length);
        for (var part : request.parts()) {
            var rest = part.duplicate();
            while (rest.hasRemaining()) {
                int length = Math.min(rest.remaining(), out.room(rest, 0));
                if (length == 0) {
                    out.writeTo(open, deadline);
                } else {
                    out.put(rest, length);
                }
            }
        }
        out.writeTo(open, deadline);
    }

    private byte[] head(Request request) {
        var endpoint = endpoints.get(request.signal());
        if (endpoint == null) {
            throw new IllegalArgumentException("no endpoint for " + request.signal());
        }
        var path = endpoint.uri().getRawPath();
        var query = endpoint.uri().getRawQuery();
        var head = new StringBuilder(256);
        head.append("POST ").append(path == null || path.isEmpty() ? "/" : path);
        if (query != null) {
            head.append('?').append(query);
        }
        head.append(" HTTP/1.1\r\n");
        field(head, "host", endpoint.authority());
        if (!endpoint.headers().containsKey("user-agent")) {
            field(head, "user-agent", Exporter.USER_AGENT);
        }
        field(head, "content-type", json ? "application/json" : "application/x-protobuf");
        field(head, "content-length", Long.toString(request.length()));
        if (request.gzip()) {
            field(head, "content-encoding", "gzip");
        }
        endpoint.headers().forEach((name, value) -> field(head, name, value));
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void field(StringBuilder head, String name, String value) {
        head.append(name).append(": ").append(value).append("\r\n");
    }

    /// @param failure why writing failed, thrown where there is nothing to read either
    private void read(Wire open, Http1Message answer, long deadline, @Nullable IOException failure)
            throws IOException {
        while (!answer.done() && !answer.tooLarge()) {
            in.clear();
            int count;
            try {
                count = open.read(in, deadline);
                if (count < 0) {
                    answer.end();
                    return;
                }
            } catch (IOException e) {
                // An alert of TLS tells more than a pipe that is broken.
                throw failure == null || e instanceof SSLException ? e : failure;
            }
            answer.consume(in.flip());
        }
    }

    private Outcome outcome(Http1Message answer) {
        int status = answer.status();
        if (status / 100 == 2) {
            return accepted(answer);
        }
        var reason = "HTTP status " + status + message(answer);
        return switch (status) {
            case 429, 502, 503, 504 -> new Retry(retryAfter(answer), reason);
            default -> new Rejected(reason);
        };
    }

    private Outcome accepted(Http1Message answer) {
        if (answer.tooLarge()) {
            return new Outcome.Accepted(
                    0, "answers with more than " + ANSWER_LIMIT + " bytes, which were not read");
        }
        return isJson(answer)
                ? JsonAnswers.accepted(answer.body())
                : Answers.accepted(answer.body());
    }

    private static String message(Http1Message answer) {
        if (answer.tooLarge() || answer.body().length == 0) {
            return "";
        }
        var message =
                isJson(answer)
                        ? JsonAnswers.statusMessage(answer.body())
                        : Answers.statusMessage(answer.body());
        return message.isEmpty() ? "" : ": " + message;
    }

    private static boolean isJson(Http1Message answer) {
        var type = answer.header("content-type");
        return type != null && type.startsWith("application/json");
    }

    /// `Retry-After` (RFC 9110 §10.2.3): seconds, or a date.
    private @Nullable Duration retryAfter(Http1Message answer) {
        var value = answer.header("retry-after");
        if (value == null) {
            return null;
        }
        if (value.matches("\\d{1,9}")) {
            return Answers.bounded(Long.parseLong(value));
        }
        try {
            var at = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
            return Answers.bounded(Duration.between(clock.instant(), at).toSeconds());
        } catch (DateTimeException _) {
            return null;
        }
    }

    @Override
    public void idle() {
        if (wire == null) {
            return;
        }
        try {
            if (wire.readNow(in.clear()) != 0) {
                throw new EOFException("the peer ended the connection, or speaks unasked");
            }
        } catch (IOException _) {
            disconnect();
        }
    }

    private void disconnect() {
        if (wire != null) {
            wire.close();
        }
        wire = null;
    }

    @Override
    public void close() {
        disconnect();
    }
}
