package dev.weir.telemetry.otlp;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// The JDK's HTTP server as a receiver: keeps what it gets, and answers what it is told to.
final class HttpPeer implements AutoCloseable {
    record Received(String path, Headers headers, byte[] body) {}

    record Answer(int status, Map<String, String> headers, byte[] body) {
        static Answer of(int status) {
            return new Answer(status, Map.of(), new byte[0]);
        }
    }

    final List<Received> received = new CopyOnWriteArrayList<>();

    /// What the next requests are answered with, in turn; then all is accepted.
    final Queue<Answer> answers = new ConcurrentLinkedQueue<>();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    HttpPeer() {
        this(null);
    }

    HttpPeer(@Nullable SSLContext tls) {
        try {
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            if (tls == null) {
                server = HttpServer.create(address, 0);
            } else {
                var secure = HttpsServer.create(address, 0);
                secure.setHttpsConfigurator(new MutualTls(tls));
                server = secure;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    URI uri(String scheme, String path) {
        return URI.create(scheme + "://localhost:" + server.getAddress().getPort() + path);
    }

    private void handle(HttpExchange exchange) throws IOException {
        var body = exchange.getRequestBody().readAllBytes();
        var answer = answers.poll();
        if (answer == null) {
            received.add(
                    new Received(
                            exchange.getRequestURI().toString(),
                            exchange.getRequestHeaders(),
                            body));
            answer = new Answer(200, Map.of("Content-Type", "application/x-protobuf"), new byte[0]);
        }
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(
                answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
        if (answer.body().length > 0) {
            exchange.getResponseBody().write(answer.body());
        }
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }

    private static final class MutualTls extends HttpsConfigurator {
        MutualTls(SSLContext context) {
            super(context);
        }

        @Override
        public void configure(HttpsParameters parameters) {
            var tls = getSSLContext().getDefaultSSLParameters();
            tls.setNeedClientAuth(true);
            parameters.setSSLParameters(tls);
        }
    }
}
