package dev.weir.lra;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/// A coordinator behind the JDK's HTTP server.
final class ServerHandler implements HttpHandler {
    private static final int BODY_LENGTH = 64 * 1024;

    private final LraCoordinator coordinator;
    private final @Nullable URI base;

    ServerHandler(LraCoordinator coordinator, @Nullable URI base) {
        this.coordinator = coordinator;
        this.base = base;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = exchange.getRequestBody().readNBytes(BODY_LENGTH + 1);
            var response =
                    body.length > BODY_LENGTH
                            ? LraResponse.text(413, "expected at most " + BODY_LENGTH + " bytes")
                            : coordinator.answer(request(exchange, new String(body, UTF_8)));
            var headers = exchange.getResponseHeaders();
            response.headers().forEach(headers::set);
            var bytes = response.body().getBytes(UTF_8);
            exchange.sendResponseHeaders(response.status(), bytes.length == 0 ? -1 : bytes.length);
            if (bytes.length > 0) {
                exchange.getResponseBody().write(bytes);
            }
        }
    }

    private LraRequest request(HttpExchange exchange, String body) {
        var context = exchange.getHttpContext().getPath();
        var root = context.endsWith("/") ? context.substring(0, context.length() - 1) : context;
        var uri = exchange.getRequestURI();
        return new LraRequest(
                exchange.getRequestMethod(),
                base == null ? caller(exchange) + root : strip(base.toString()),
                uri.getRawPath().substring(root.length()),
                uri.getRawQuery(),
                exchange.getRequestHeaders(),
                body);
    }

    private static String strip(String url) {
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    private static String caller(HttpExchange exchange) {
        var scheme =
                exchange instanceof com.sun.net.httpserver.HttpsExchange ? "https://" : "http://";
        var host = exchange.getRequestHeaders().getFirst("Host");
        var address = exchange.getLocalAddress();
        return scheme + (host == null ? address.getHostString() + ":" + address.getPort() : host);
    }
}
