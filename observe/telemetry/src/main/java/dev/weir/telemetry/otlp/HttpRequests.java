package dev.weir.telemetry.otlp;

import dev.weir.telemetry.otlp.Reply.Code;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What OTLP/HTTP asks of requests and answers, over HTTP/1.1 and HTTP/2 alike.
final class HttpRequests {
    private static final String JSON = "application/json";
    private static final String PROTOBUF = "application/x-protobuf";

    private HttpRequests() {}

    static Reply take(
            Intake intake,
            String method,
            String path,
            @Nullable String contentType,
            @Nullable String encoding,
            byte[] body) {
        var signal = signal(path);
        if (signal == null) {
            return intake.reply(
                    Reply.of(
                            Code.NOT_FOUND,
                            "expected /v1/traces, /v1/metrics or /v1/logs, found "
                                    + Answers.shortened(path)));
        }
        if (!method.equals("POST")) {
            return intake.reply(Reply.of(Code.METHOD, "expected POST, found " + method));
        }
        if (!json(contentType) && !isType(contentType, PROTOBUF)) {
            return intake.reply(
                    Reply.of(
                            Code.MEDIA_TYPE,
                            "expected " + PROTOBUF + " or " + JSON + ", found " + contentType));
        }
        var coding = encoding == null ? "identity" : encoding.toLowerCase(Locale.ROOT);
        if (!coding.equals("gzip") && !coding.equals("identity") && !coding.equals("none")) {
            return intake.reply(
                    Reply.of(Code.MEDIA_TYPE, "expected the encoding gzip, found " + coding));
        }
        return intake.take(signal, json(contentType), coding.equals("gzip"), body);
    }

    private static @Nullable Signal signal(String path) {
        int query = path.indexOf('?');
        var plain = query < 0 ? path : path.substring(0, query);
        for (var signal : Signal.values()) {
            if (plain.equals(signal.httpPath())) {
                return signal;
            }
        }
        return null;
    }

    static Reply tooLarge(int limit) {
        return Reply.of(Code.TOO_LARGE, "expected a request of at most " + limit + " bytes");
    }

    static boolean json(@Nullable String contentType) {
        return isType(contentType, JSON);
    }

    private static boolean isType(@Nullable String contentType, String type) {
        return contentType != null
                && contentType.regionMatches(true, 0, type, 0, type.length())
                && (contentType.length() == type.length()
                        || ";, \t".indexOf(contentType.charAt(type.length())) >= 0);
    }

    static String type(boolean json) {
        return json ? JSON : PROTOBUF;
    }

    static byte[] body(Reply reply, boolean json) {
        boolean ok = reply.code() == Code.OK;
        if (!json) {
            return ok ? reply.response() : reply.status();
        }
        if (!ok) {
            return utf8(
                    "{\"code\":"
                            + reply.code().grpc()
                            + ",\"message\":"
                            + JsonEncoder.string(reply.message())
                            + "}");
        }
        var refused = reply.refused();
        if (refused.items() == 0 && refused.message().isEmpty()) {
            return utf8("{}");
        }
        // Which of the three names a sender looks for depends on its signal; others are ignored.
        return utf8(
                "{\"partialSuccess\":{\"rejectedSpans\":\"N\",\"rejectedDataPoints\":\"N\",\"rejectedLogRecords\":\"N\",\"errorMessage\":"
                                .replace("N", Long.toString(refused.items()))
                        + JsonEncoder.string(refused.message())
                        + "}}");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
