package dev.weir.payments;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.resource.Json;
import dev.weir.saga.Inbox;
import dev.weir.saga.RefusedException;
import dev.weir.saga.SagaException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Executors;
import org.h2.jdbcx.JdbcConnectionPool;

/// The customers' bank, a process and a database of its own: `POST /capture` moves money from a
/// card to the shop, once for each `Idempotency-Key`; `GET /balance` says how much there is.
public final class Bank {
    /// Cards that it knows, `online-1` and so on.
    static final int CARDS = 8;

    static final long START = 100_000;

    private static final int MAX_BODY = 4 << 10;

    private final JdbcConnectionPool pool;
    private final Inbox inbox;

    private Bank(JdbcConnectionPool pool) {
        this.pool = pool;
        this.inbox = Inbox.open(pool, "bank_");
    }

    /// Runs until the process is ended.
    ///
    /// @param arguments a directory for its database, and a port of the loopback address
    public static void main(String[] arguments) throws IOException {
        var server = open(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    /// @param port 0 for any that is free
    static HttpServer open(Path directory, int port) throws IOException {
        var pool = JdbcConnectionPool.create(Books.file(directory.resolve("bank")), "sa", "");
        try {
            create(pool);
        } catch (SQLException e) {
            throw new IOException("no database in " + directory + ": " + e.getMessage(), e);
        }
        var bank = new Bank(pool);
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        var server = HttpServer.create(address, 0);
        server.createContext("/capture", bank::capture);
        server.createContext("/balance", bank::balance);
        return server;
    }

    private static void create(JdbcConnectionPool pool) throws SQLException {
        try (var connection = pool.getConnection();
                var statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE IF NOT EXISTS account (name VARCHAR(50) PRIMARY KEY, cents BIGINT"
                            + " NOT NULL CHECK (cents >= 0))");
            statement.execute(open("shop", 0));
            for (int i = 1; i <= CARDS; i++) {
                statement.execute(open("online-" + i, START));
            }
        }
    }

    private static String open(String account, long cents) {
        return ("INSERT INTO account SELECT '%1$s', %2$d"
                        + " WHERE NOT EXISTS (SELECT 1 FROM account WHERE name = '%1$s')")
                .formatted(account, cents);
    }

    private void capture(HttpExchange exchange) throws IOException {
        var key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
        var body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
        if (key == null || body.length > MAX_BODY) {
            send(exchange, 400, "expected an Idempotency-Key and at most " + MAX_BODY + " bytes");
            return;
        }
        try {
            var order = Json.parse(body).asObject();
            var reply = inbox.serve(key, connection -> move(connection, order));
            int code =
                    switch (reply.outcome()) {
                        case DONE -> 200;
                        case REFUSED -> 422;
                        case UNKNOWN -> 503;
                    };
            send(exchange, code, reply.body());
        } catch (SagaException e) {
            send(exchange, 503, String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            send(exchange, 400, String.valueOf(e.getMessage()));
        }
    }

    private static String move(Connection connection, Json.Obj order) throws SQLException {
        long amount = order.get("amount") instanceof Json.Int cents ? cents.value() : 0;
        if (amount <= 0) {
            throw new RefusedException("amount: expected an integer above 0");
        }
        var card = order.string("card");
        try (var take =
                        connection.prepareStatement(
                                "UPDATE account SET cents = cents - ? WHERE name = ? AND name <>"
                                        + " 'shop' AND cents >= ?");
                var give =
                        connection.prepareStatement(
                                "UPDATE account SET cents = cents + ? WHERE name = 'shop'")) {
            take.setLong(1, amount);
            take.setString(2, card);
            take.setLong(3, amount);
            if (take.executeUpdate() != 1) {
                throw new RefusedException("no such card, or not enough on it: " + card);
            }
            give.setLong(1, amount);
            give.executeUpdate();
            return "captured";
        }
    }

    private void balance(HttpExchange exchange) throws IOException {
        try (var connection = pool.getConnection();
                var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "SELECT SUM(cents), SUM(CASE name WHEN 'shop' THEN cents ELSE 0"
                                        + " END) FROM account")) {
            rows.next();
            var all = Json.of(rows.getLong(1));
            var answer = Json.Obj.of("all", all).with("shop", Json.of(rows.getLong(2)));
            send(exchange, 200, new String(answer.bytes(), StandardCharsets.UTF_8));
        } catch (SQLException e) {
            send(exchange, 503, String.valueOf(e.getMessage()));
        }
    }

    private static void send(HttpExchange exchange, int code, String text) throws IOException {
        try (exchange) {
            var body = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(code, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
