package dev.weir.weave.hook;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsExchange;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/// A handler of the JDK's server, and the span of each of its exchanges.
record TracedHandler(HttpHandler handler) implements HttpHandler {
    @Override
    public void handle(HttpExchange exchange) throws IOException {
        var call = HttpServerCall.begin(new Incoming(exchange));
        if (call == null) {
            handler.handle(exchange);
            return;
        }
        var traced = TracedExchange.of(exchange, call);
        try (var _ = call.context().makeCurrent()) {
            handler.handle(traced);
            traced.handled(null);
        } catch (Throwable problem) {
            traced.handled(problem);
            throw problem;
        }
    }

    /// What the server knows, read once: it makes a new object of most of it for each question.
    private static final class Incoming implements IncomingRequest {
        private final HttpExchange exchange;
        private final URI uri;
        private final @Nullable InetSocketAddress peer;

        /// Name after value after name. Not by the map's own look-up, which makes a copy of each
        /// name that it is asked for.
        private final String[] headers;

        Incoming(HttpExchange exchange) {
            this.exchange = exchange;
            uri = exchange.getRequestURI();
            peer = exchange.getRemoteAddress();
            var all = exchange.getRequestHeaders();
            headers = new String[2 * all.size()];
            int count = 0;
            for (var header : all.entrySet()) {
                if (count < headers.length && !header.getValue().isEmpty()) {
                    headers[count++] = header.getKey();
                    headers[count++] = header.getValue().getFirst();
                }
            }
        }

        @Override
        public String method() {
            return exchange.getRequestMethod();
        }

        @Override
        public String scheme() {
            return exchange instanceof HttpsExchange ? "https" : "http";
        }

        @Override
        public String path() {
            return uri.getRawPath();
        }

        @Override
        public @Nullable String query() {
            return uri.getRawQuery();
        }

        @Override
        public String protocol() {
            var protocol = exchange.getProtocol();
            return protocol.equals("HTTP/1.1")
                    ? "1.1"
                    : protocol.startsWith("HTTP/") ? protocol.substring(5) : protocol;
        }

        @Override
        public @Nullable String header(String name) {
            for (int i = 0; i < headers.length; i += 2) {
                if (name.equalsIgnoreCase(headers[i])) {
                    return headers[i + 1];
                }
            }
            return null;
        }

        @Override
        public Iterable<String> headerNames() {
            return exchange.getRequestHeaders().keySet();
        }

        @Override
        public @Nullable String peer() {
            return peer == null || peer.getAddress() == null
                    ? null
                    : Addresses.text(peer.getAddress());
        }

        @Override
        public int peerPort() {
            return peer == null ? 0 : peer.getPort();
        }

        @Override
        public @Nullable String route() {
            return exchange.getHttpContext().getPath();
        }
    }
}
