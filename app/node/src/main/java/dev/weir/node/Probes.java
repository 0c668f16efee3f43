package dev.weir.node;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.resource.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// What whoever watches over a node asks it, over HTTP: `/livez`, `/readyz` and `/healthz` in the
/// form of the Kubernetes API server, `/metrics` in that of Prometheus.
final class Probes implements AutoCloseable {
    private final Node node;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private Probes(Node node, HttpServer server) {
        this.node = node;
        this.server = server;
    }

    /// @throws UncheckedIOException when it cannot listen there
    static Probes open(Node node, InetSocketAddress address) {
        try {
            var probes = new Probes(node, HttpServer.create(address, 0));
            probes.server.setExecutor(probes.threads);
            probes.server.createContext("/", probes::serve);
            probes.server.start();
            return probes;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot listen on " + address + ": " + e.getMessage(), e);
        }
    }

    URI uri() {
        var address = server.getAddress();
        var host = address.getAddress().getHostAddress();
        return URI.create(
                "http://"
                        + (host.indexOf(':') < 0 ? host : "[" + host + "]")
                        + ":"
                        + address.getPort());
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            var method = exchange.getRequestMethod();
            if (!method.equals("GET") && !method.equals("HEAD")) {
                send(exchange, 405, "expected GET, found " + method + "\n");
                return;
            }
            switch (exchange.getRequestURI().getPath()) {
                case "/metrics" -> send(exchange, 200, node.metrics());
                case "/livez" -> health(exchange, "livez", true);
                case "/readyz" -> health(exchange, "readyz", false);
                case "/healthz" -> health(exchange, "healthz", false);
                default ->
                        send(exchange, 404, "there are /metrics, /livez, /readyz and /healthz\n");
            }
        }
    }

    private void health(HttpExchange exchange, String probe, boolean vital) throws IOException {
        boolean good = true;
        var text = new StringBuilder("[+]ping ok\n");
        for (var part : node.checks()) {
            if (part.vital() || !vital) {
                good &= part.passed();
                text.append(line(part)).append('\n');
            }
        }
        text.append(probe).append(good ? " check passed\n" : " check failed\n");
        boolean verbose = "verbose".equals(exchange.getRequestURI().getQuery());
        send(exchange, good ? 200 : 500, good && !verbose ? "ok" : text.toString());
    }

    private static String line(Program.Check part) {
        return part.passed()
                ? "[+]" + part.name() + " ok"
                : "[-]" + part.name() + " failed: " + part.problem().replace('\n', ' ');
    }

    private static void send(HttpExchange exchange, int code, String text) throws IOException {
        var body = text.getBytes(StandardCharsets.UTF_8);
        var headers = exchange.getResponseHeaders();
        headers.set("Content-Type", "text/plain; charset=utf-8");
        headers.set("X-Content-Type-Options", "nosniff");
        boolean empty = exchange.getRequestMethod().equals("HEAD") || body.length == 0;
        exchange.sendResponseHeaders(code, empty ? -1 : body.length);
        if (!empty) {
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
