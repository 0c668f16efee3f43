package dev.weir.weave.hook;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsExchange;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// A handler of the JDK's server, and the span of each of its exchanges.
record TracedHandler(HttpHandler handler) implements HttpHandler {
    /// A connection sends many requests.
    private static final Recent<InetAddress, String> ADDRESSES =
            new Recent<>(256, InetAddress::getHostAddress);

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

    /// What the server knows. It makes new objects for each question about headers or the peer, so
    /// these are asked for once, and only when somebody wants to know.
    private static final class Incoming implements IncomingRequest {
        private final HttpExchange exchange;
        private @Nullable InetSocketAddress address;

        /// Name after value after name.
        private String @Nullable [] headers;

        Incoming(HttpExchange exchange) {
            this.exchange = exchange;
        }

        private @Nullable InetSocketAddress address() {
            if (address == null) {
                address = exchange.getRemoteAddress();
            }
            return address;
        }

        /// Not by the map's own look-up, which makes a copy of each name that it is asked for.
        private String[] headers() {
            var known = headers;
            if (known == null) {
                var all = exchange.getRequestHeaders();
                known = new String[2 * all.size()];
                int count = 0;
                for (var header : all.entrySet()) {
                    if (count < known.length && !header.getValue().isEmpty()) {
                        known[count++] = header.getKey();
                        known[count++] = header.getValue().getFirst();
                    }
                }
                headers = known;
            }
            return known;
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
            return exchange.getRequestURI().getRawPath();
        }

        @Override
        public @Nullable String query() {
            return exchange.getRequestURI().getRawQuery();
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
            var all = headers();
            for (int i = 0; i < all.length; i += 2) {
                if (name.equalsIgnoreCase(all[i])) {
                    return all[i + 1];
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
            var peer = address();
            return peer == null || peer.getAddress() == null
                    ? null
                    : ADDRESSES.of(peer.getAddress());
        }

        @Override
        public int peerPort() {
            var peer = address();
            return peer == null ? 0 : peer.getPort();
        }

        @Override
        public @Nullable String route() {
            return exchange.getHttpContext().getPath();
        }
    }
}
