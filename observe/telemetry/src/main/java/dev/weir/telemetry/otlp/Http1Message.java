package dev.weir.telemetry.otlp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads one message of HTTP/1.1 (RFC 9112), a request or a response, from the bytes it is given.
/// It knows no socket and no time.
///
/// What may grow is bounded: a line, the header fields, the body. A body above the bound is kept as
/// far as the bound goes; whoever reads decides what that means, and uses the connection no more.
///
/// Not thread-safe.
final class Http1Message {
    private static final int HEAD_LIMIT = 32 << 10;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] \\d{3}( .*)?");
    private static final Pattern REQUEST = Pattern.compile("[A-Z]+ \\S+ HTTP/1\\.[01]");
    private static final Pattern DECIMAL = Pattern.compile("\\d{1,18}");
    private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{1,15}");

    private final boolean response;
    private final int bodyLimit;
    private final List<Header> headers = new ArrayList<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(128);
    private State state = State.START;
    private int headSize;
    private long left;
    private boolean tooLarge;
    private @Nullable String start;

    private enum State {
        START,
        FIELDS,
        BODY,
        BODY_TO_END,
        CHUNK_SIZE,
        CHUNK,
        CHUNK_END,
        TRAILERS,
        DONE
    }

    /// @param response which of both it is
    /// @param bodyLimit the most bytes of the body that are kept
    Http1Message(boolean response, int bodyLimit) {
        this.response = response;
        this.bodyLimit = bodyLimit;
    }

    /// Takes bytes up to the end of the message, or all.
    ///
    /// @throws ProtocolException where they are no HTTP/1.1
    void consume(ByteBuffer in) throws ProtocolException {
        while (state != State.DONE && !tooLarge) {
            switch (state) {
                case START, FIELDS, CHUNK_SIZE, CHUNK_END, TRAILERS -> {
                    var text = line(in);
                    if (text == null) {
                        return;
                    }
                    line(text);
                }
                case BODY, CHUNK, BODY_TO_END -> {
                    if (!in.hasRemaining()) {
                        return;
                    }
                    content(in);
                }
                case DONE -> {}
            }
        }
    }

    /// The peer ended the connection.
    ///
    /// @throws IOException where the message is not whole
    void end() throws IOException {
        if (state == State.BODY_TO_END) {
            state = State.DONE;
        } else if (state != State.DONE) {
            throw new IOException("the connection ended in the middle of a message");
        }
    }

    /// Whether the message is whole.
    boolean done() {
        return state == State.DONE;
    }

    /// Whether nothing of it has come yet.
    boolean untouched() {
        return state == State.START && start == null && line.size() == 0;
    }

    /// Whether the head is whole, and the body not.
    boolean inBody() {
        return state != State.START && state != State.FIELDS && state != State.DONE;
    }

    /// Whether the body is above the bound.
    boolean tooLarge() {
        return tooLarge;
    }

    /// The request line or status line.
    String start() {
        return Objects.requireNonNull(start);
    }

    /// The status code of a response.
    int status() {
        return Integer.parseInt(start().substring(9, 12));
    }

    @Nullable String header(String name) {
        return Header.last(headers, name);
    }

    List<Header> headers() {
        return headers;
    }

    int bodySize() {
        return body.size();
    }

    byte[] body() {
        return body.toByteArray();
    }

    /// Whether another message may follow on the connection.
    boolean persistent() {
        var connection = header("connection");
        boolean close = connection != null && connection.toLowerCase(Locale.ROOT).contains("close");
        return state == State.DONE && !tooLarge && !close && !start().contains("HTTP/1.0");
    }

    private @Nullable String line(ByteBuffer in) throws ProtocolException {
        while (in.hasRemaining()) {
            byte next = in.get();
            if (next == '\n') {
                var text = line.toString(StandardCharsets.ISO_8859_1);
                line.reset();
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            }
            line.write(next);
            if (++headSize > HEAD_LIMIT) {
                throw new ProtocolException("header fields of more than " + HEAD_LIMIT + " bytes");
            }
        }
        return null;
    }

    private void line(String text) throws ProtocolException {
        switch (state) {
            case START -> start(text);
            case FIELDS -> {
                if (text.isEmpty()) {
                    headComplete();
                } else {
                    headers.add(field(text));
                }
            }
            case CHUNK_SIZE -> chunk(text);
            case CHUNK_END -> {
                if (!text.isEmpty()) {
                    throw new ProtocolException(
                            "expected the end of a chunk, found " + shown(text));
                }
                headSize = 0;
                state = State.CHUNK_SIZE;
            }
            case TRAILERS -> {
                if (text.isEmpty()) {
                    state = State.DONE;
                }
            }
            case BODY, BODY_TO_END, CHUNK, DONE -> throw new IllegalStateException(state.name());
        }
    }

    private void start(String text) throws ProtocolException {
        if (text.isEmpty() && !response) {
            return; // §2.2: an empty line before a request is ignored
        }
        if (!(response ? STATUS : REQUEST).matcher(text).matches()) {
            throw new ProtocolException("expected HTTP/1.1, found " + shown(text));
        }
        start = text;
        state = State.FIELDS;
    }

    private static Header field(String text) throws ProtocolException {
        int colon = text.indexOf(':');
        if (colon < 1 || text.charAt(colon - 1) <= ' ' || text.charAt(0) <= ' ') {
            throw new ProtocolException("expected a header field, found " + shown(text));
        }
        return new Header(
                text.substring(0, colon).toLowerCase(Locale.ROOT),
                text.substring(colon + 1).strip());
    }

    /// How long the body is (§6.3).
    private void headComplete() throws ProtocolException {
        if (response && start().charAt(9) == '1') {
            headers.clear();
            start = null;
            state = State.START; // an interim response; the final one follows
            return;
        }
        var coding = header("transfer-encoding");
        var length = header("content-length");
        if (coding != null) {
            if (!coding.equalsIgnoreCase("chunked") || length != null) {
                throw new ProtocolException("transfer-encoding: " + shown(coding));
            }
            headSize = 0;
            state = State.CHUNK_SIZE;
        } else if (response && (status() == 204 || status() == 304)) {
            state = State.DONE;
        } else if (length != null) {
            left = number(length, 10);
            state = left == 0 ? State.DONE : State.BODY;
        } else {
            state = response ? State.BODY_TO_END : State.DONE;
        }
    }

    private void chunk(String text) throws ProtocolException {
        int semicolon = text.indexOf(';');
        left = number((semicolon < 0 ? text : text.substring(0, semicolon)).strip(), 16);
        headSize = 0;
        state = left == 0 ? State.TRAILERS : State.CHUNK;
    }

    private static long number(String text, int radix) throws ProtocolException {
        if (!(radix == 10 ? DECIMAL : HEX).matcher(text).matches()) {
            throw new ProtocolException("expected a length, found " + shown(text));
        }
        return Long.parseLong(text, radix);
    }

    private void content(ByteBuffer in) {
        boolean bounded = state != State.BODY_TO_END;
        int length = bounded ? (int) Math.min(in.remaining(), left) : in.remaining();
        int kept = Math.min(length, bodyLimit - body.size());
        var part = new byte[kept];
        in.get(part);
        body.writeBytes(part);
        tooLarge = kept < length;
        if (bounded) {
            left -= kept;
            if (left == 0) {
                state = state == State.CHUNK ? State.CHUNK_END : State.DONE;
            }
        }
    }

    private static String shown(String text) {
        return "'" + text.substring(0, Math.min(60, text.length())) + "'";
    }
}
