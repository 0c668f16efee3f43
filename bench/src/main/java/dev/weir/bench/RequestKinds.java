package dev.weir.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;

/// Handlers of requests that do different things: answer at once, ask a database in memory, ask
/// another server. [RequestProbe] loads this class twice, as it is and woven.
final class RequestKinds implements BiConsumer<HttpServer, String> {
    private static final byte[] ANSWER = "hello".getBytes();
    private static final String QUERY = "SELECT greeting FROM greetings WHERE id = ?";

    private final ConcurrentLinkedQueue<Connection> idle = new ConcurrentLinkedQueue<>();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /// Adds a context of the server for each of the handlers, below a path.
    @Override
    public void accept(HttpServer server, String path) {
        var target =
                URI.create(
                        "http://127.0.0.1:" + server.getAddress().getPort() + RequestProbe.TARGET);
        server.createContext(path + "/alone", RequestKinds::answer);
        server.createContext(path + "/jdbc", this::query);
        server.createContext(path + "/client", exchange -> ask(exchange, target));
    }

    static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(200, ANSWER.length);
            exchange.getResponseBody().write(ANSWER);
        }
    }

    private void query(HttpExchange exchange) throws IOException {
        try {
            var free = idle.poll();
            var connection =
                    free == null ? DriverManager.getConnection(RequestProbe.DATABASE) : free;
            try (PreparedStatement statement = connection.prepareStatement(QUERY)) {
                statement.setInt(1, 1);
                try (var rows = statement.executeQuery()) {
                    rows.next();
                    rows.getString(1);
                }
            }
            idle.add(connection);
        } catch (SQLException e) {
            throw new IOException(e);
        }
        answer(exchange);
    }

    private void ask(HttpExchange exchange, URI target) throws IOException {
        try {
            http.send(HttpRequest.newBuilder(target).build(), BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        answer(exchange);
    }
}
