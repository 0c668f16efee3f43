package dev.weir.weave.hook;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
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

    private record Incoming(HttpExchange exchange) implements IncomingRequest {
        @Override
        public String method() {
            return exchange.getRequestMethod();
        }

        @Override
        public String scheme() {
            return exchange instanceof com.sun.net.httpserver.HttpsExchange ? "https" : "http";
        }

        @Override
        public String path() {
            return exchange.getRequestURI().getRawPath();
        }

        @Override
        public @Nullable String query() {
            return exchange.getRequestURI().getRawQuery();
        }

        @Override
        public String protocol() {
            var protocol = exchange.getProtocol();
            return protocol.startsWith("HTTP/") ? protocol.substring(5) : protocol;
        }

        @Override
        public @Nullable String header(String name) {
            // Not getFirst, which makes a copy of each name that it is asked for.
            for (var header : exchange.getRequestHeaders().entrySet()) {
                if (header.getKey().equalsIgnoreCase(name) && !header.getValue().isEmpty()) {
                    return header.getValue().getFirst();
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
            var address = exchange.getRemoteAddress();
            return address == null || address.getAddress() == null
                    ? null
                    : address.getAddress().getHostAddress();
        }

        @Override
        public int peerPort() {
            var address = exchange.getRemoteAddress();
            return address == null ? 0 : address.getPort();
        }

        @Override
        public @Nullable String route() {
            return exchange.getHttpContext().getPath();
        }
    }
}
