package dev.weir.weave.hook;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanBuilder;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The names of the stable semantic conventions for HTTP, version 1.45.
final class Http {
    static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    static final AttributeKey<String> METHOD_ORIGINAL =
            AttributeKey.stringKey("http.request.method_original");
    static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
    static final AttributeKey<String> URL = AttributeKey.stringKey("url.full");
    static final AttributeKey<String> SCHEME = AttributeKey.stringKey("url.scheme");
    static final AttributeKey<String> PATH = AttributeKey.stringKey("url.path");
    static final AttributeKey<String> QUERY = AttributeKey.stringKey("url.query");
    static final AttributeKey<String> SERVER = AttributeKey.stringKey("server.address");
    static final AttributeKey<Long> SERVER_PORT = AttributeKey.longKey("server.port");
    static final AttributeKey<String> CLIENT = AttributeKey.stringKey("client.address");
    static final AttributeKey<String> PEER = AttributeKey.stringKey("network.peer.address");
    static final AttributeKey<Long> PEER_PORT = AttributeKey.longKey("network.peer.port");
    static final AttributeKey<String> PROTOCOL = AttributeKey.stringKey("network.protocol.version");
    static final AttributeKey<String> USER_AGENT = AttributeKey.stringKey("user_agent.original");

    private static final Set<String> METHODS =
            Set.of(
                    "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY",
                    "TRACE");
    private static final Set<String> SECRET =
            Set.of("AWSAccessKeyId", "Signature", "sig", "X-Goog-Signature");

    private Http() {}

    /// What a span's name begins with: the method, `HTTP` where it is not a known one.
    static String word(String method) {
        return METHODS.contains(method) ? method : "HTTP";
    }

    /// Sets the method for both the span and its measure.
    static void method(SpanBuilder builder, Measured measured, String method) {
        boolean known = METHODS.contains(method);
        var name = known ? method : "_OTHER";
        builder.setAttribute(METHOD, name);
        measured.put(METHOD, name);
        if (!known) {
            builder.setAttribute(METHOD_ORIGINAL, method);
        }
    }

    /// The port that a text ends with; 0 where that is none: whoever sends a request may write what
    /// they like.
    static int port(String text, int from) {
        int port = 0;
        for (int i = from; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9 || port > 6553) {
                return 0;
            }
            port = 10 * port + digit;
        }
        return port > 0xffff ? 0 : port;
    }

    /// A query with the values replaced that conventions call secrets.
    static @Nullable String redact(@Nullable String query) {
        if (query == null || query.isEmpty()) {
            return query;
        }
        StringBuilder out = null;
        int at = 0;
        while (at < query.length()) {
            int end = query.indexOf('&', at);
            end = end < 0 ? query.length() : end;
            int equals = query.indexOf('=', at);
            if (equals >= 0 && equals < end && SECRET.contains(query.substring(at, equals))) {
                out = out == null ? new StringBuilder(query.substring(0, at)) : out;
                out.append(query, at, equals + 1).append("REDACTED");
            } else if (out != null) {
                out.append(query, at, end);
            }
            if (out != null && end < query.length()) {
                out.append('&');
            }
            at = end + 1;
        }
        return out == null ? query : out.toString();
    }
}
