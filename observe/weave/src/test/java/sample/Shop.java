package sample;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.Callable;

/// A small service as people write them: what the tests weave.
public final class Shop implements Callable<String> {
    private final HttpClient client = HttpClient.newHttpClient();
    private HttpServer server;

    @Override
    public String call() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/stock", this::stock);
        server.createContext(
                "/broken",
                exchange -> {
                    throw new IllegalStateException("no such shelf");
                });
        server.start();
        try {
            return get("/stock?item=7&sig=secret");
        } finally {
            server.stop(0);
        }
    }

    private String get(String path) throws IOException, InterruptedException {
        var uri = URI.create("http://localhost:" + server.getAddress().getPort() + path);
        return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }

    private void stock(HttpExchange exchange) throws IOException {
        try (exchange;
                var connection = DriverManager.getConnection("jdbc:h2:mem:shop")) {
            var body = count(connection).getBytes(UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    private static String count(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE item (id INT PRIMARY KEY, name VARCHAR(9))");
            statement.executeUpdate("INSERT INTO item VALUES (7, 'bread')");
        }
        try (var query = connection.prepareStatement("SELECT name FROM item WHERE id = ?")) {
            query.setInt(1, 7);
            try (var rows = query.executeQuery()) {
                return rows.next() ? rows.getString(1) : "";
            }
        }
    }
}
