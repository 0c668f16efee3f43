package dev.weir.telemetry.otlp;

import dev.weir.telemetry.otlp.Outcome.Rejected;
import dev.weir.telemetry.otlp.Outcome.Retry;
import java.io.ByteArrayOutputStream;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The answer to one gRPC call, as it arrives, and what it means (gRPC over HTTP/2, and the OTLP
/// specification's section on failures).
final class GrpcCall {
    /// A call that never was.
    static final GrpcCall NONE = new GrpcCall();

    private static final int ANSWER_LIMIT = 64 << 10;
    private static final int PREFIX = 5;
    private static final Pattern CODE = Pattern.compile("\\d{1,3}");

    // Status codes of gRPC
    private static final int OK = 0;
    private static final int CANCELLED = 1;
    private static final int UNKNOWN = 2;
    private static final int DEADLINE_EXCEEDED = 4;
    private static final int PERMISSION_DENIED = 7;
    private static final int RESOURCE_EXHAUSTED = 8;
    private static final int ABORTED = 10;
    private static final int OUT_OF_RANGE = 11;
    private static final int UNIMPLEMENTED = 12;
    private static final int INTERNAL = 13;
    private static final int UNAVAILABLE = 14;
    private static final int DATA_LOSS = 15;
    private static final int UNAUTHENTICATED = 16;

    private final List<Header> fields = new ArrayList<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private int stream;
    private boolean begun;
    private boolean done;
    private boolean refused;
    private boolean tooLarge;
    private @Nullable String failure;

    void stream(int stream) {
        this.stream = stream;
    }

    int stream() {
        return stream;
    }

    /// Whether the peer has begun to answer, so that it may have worked on the call.
    boolean begun() {
        return begun;
    }

    boolean done() {
        return done;
    }

    /// Whether the peer promises that it has not worked on the call (RFC 9113 §8.7).
    boolean refused() {
        return refused;
    }

    void headers(List<Header> more, boolean last) {
        begun = true;
        fields.addAll(more);
        done |= last;
    }

    void data(ByteBuffer data, boolean last) {
        if (body.size() + data.remaining() > ANSWER_LIMIT) {
            tooLarge = true;
            done = true;
            return;
        }
        var part = new byte[data.remaining()];
        data.get(part);
        body.writeBytes(part);
        done |= last;
    }

    void reset(int code) {
        refused = code == Http2Exception.REFUSED_STREAM;
        // An answer that is whole counts, whatever follows it.
        if (code != Http2Exception.NO_ERROR || Header.last(fields, "grpc-status") == null) {
            failure = "the peer reset the stream with code " + code;
        }
        done = true;
    }

    void goAway(int last, int code, String reason) {
        if (stream > last && !done) {
            refused = true;
            failure = "the peer goes away with code " + code + " " + reason;
            done = true;
        }
    }

    /// What it means, once done.
    Outcome outcome() {
        if (tooLarge) {
            return new Rejected("answers with more than " + ANSWER_LIMIT + " bytes");
        }
        if (failure != null) {
            return new Retry(null, failure);
        }
        int code = code();
        if (code == OK) {
            return accepted();
        }
        var reason = "gRPC status " + code + message();
        var delay = delay();
        return switch (code) {
            case CANCELLED, DEADLINE_EXCEEDED, ABORTED, OUT_OF_RANGE, UNAVAILABLE, DATA_LOSS ->
                    new Retry(delay, reason);
            case RESOURCE_EXHAUSTED ->
                    delay == null ? new Rejected(reason) : new Retry(delay, reason);
            default -> new Rejected(reason);
        };
    }

    private int code() {
        var status = Header.last(fields, "grpc-status");
        if (status != null && CODE.matcher(status).matches()) {
            return Integer.parseInt(status);
        }
        var http = Header.last(fields, ":status");
        return switch (http == null ? "" : http) {
            case "400" -> INTERNAL;
            case "401" -> UNAUTHENTICATED;
            case "403" -> PERMISSION_DENIED;
            case "404" -> UNIMPLEMENTED;
            case "429", "502", "503", "504" -> UNAVAILABLE;
            default -> UNKNOWN;
        };
    }

    private Outcome accepted() {
        var bytes = body.toByteArray();
        if (bytes.length < PREFIX || bytes[0] != 0) {
            return Outcome.Accepted.WHOLE;
        }
        return Answers.accepted(Arrays.copyOfRange(bytes, PREFIX, bytes.length));
    }

    private String message() {
        var message = Header.last(fields, "grpc-message");
        if (message == null || message.isEmpty()) {
            var http = Header.last(fields, ":status");
            return "200".equals(http) || http == null ? "" : ", HTTP status " + http;
        }
        try {
            var text = URLDecoder.decode(message.replace("+", "%2B"), StandardCharsets.UTF_8);
            return ": " + Answers.shortened(text);
        } catch (IllegalArgumentException _) {
            return ": " + Answers.shortened(message);
        }
    }

    private @Nullable Duration delay() {
        var details = Header.last(fields, "grpc-status-details-bin");
        if (details == null) {
            return null;
        }
        try {
            return Answers.retryDelay(Base64.getDecoder().decode(details));
        } catch (IllegalArgumentException _) {
            return null;
        }
    }
}
