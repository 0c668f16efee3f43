package dev.weir.payments;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.resource.Json;
import dev.weir.saga.Inbox;
import dev.weir.saga.RefusedException;
import dev.weir.saga.SagaException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.h2.jdbcx.JdbcConnectionPool;

/// The customers' bank, a process and a database of its own: `POST /capture` moves money from a
/// card to the merchants' account, once for each `Idempotency-Key`; `GET /balance` says how much
/// there is. It gives [#START] to each card that it sees for the first time; to none that is
/// reported [#STOLEN].
public final class Bank implements AutoCloseable {
    /// What the tokens of cards begin with that were reported stolen.
    static final String STOLEN = "stolen";

    /// What is on a new card, in minor units of the currency.
    static final long START = 1_000_000_000;

    private static final String MERCHANTS = "merchants";

    /// A terminal repeats a capture within minutes, and after an outage of all that could.
    private static final Duration KEEP = Duration.ofDays(30);

    private static final int MAX_BODY = 4 << 10;

    private final JdbcConnectionPool pool;
    private final Inbox inbox;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private Bank(JdbcConnectionPool pool, HttpServer server) {
        this.pool = pool;
        this.inbox = Inbox.open(pool, "bank_", KEEP);
        this.server = server;
        server.setExecutor(threads);
        server.createContext("/capture", this::capture);
        server.createContext("/balance", this::balance);
        server.start();
    }

    /// Runs until the process is ended.
    ///
    /// @param arguments a directory for its database, and a port of the loopback address
    public static void main(String[] arguments) throws IOException {
        open(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
    }

    /// Opens it, and answers from now on.
    ///
    /// @param port 0 for any that is free
    static Bank open(Path directory, int port) throws IOException {
        var server = Loopback.listen(port);
        var pool = JdbcConnectionPool.create(Ledger.file(directory.resolve("bank")), "sa", "");
        try {
            create(pool);
            return new Bank(pool, server);
        } catch (SQLException e) {
            pool.dispose();
            server.stop(0);
            throw new IOException("no database in " + directory + ": " + e.getMessage(), e);
        }
    }

    /// Where it answers.
    String uri() {
        return Loopback.uri(server);
    }

    private static void create(JdbcConnectionPool pool) throws SQLException {
        try (var connection = pool.getConnection();
                var statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE IF NOT EXISTS account (name VARCHAR(110) PRIMARY KEY, cents BIGINT"
                            + " NOT NULL CHECK (cents >= 0))");
            open(connection, MERCHANTS, 0);
        }
    }

    /// Makes an account that is not there. Of two requests that do so at once, the inbox repeats
    /// one.
    private static void open(Connection connection, String account, long cents)
            throws SQLException {
        try (var insert =
                connection.prepareStatement(
                        "INSERT INTO account SELECT CAST(? AS VARCHAR(110)), CAST(? AS BIGINT)"
                                + " WHERE NOT EXISTS (SELECT 1 FROM account WHERE name = ?)")) {
            insert.setString(1, account);
            insert.setLong(2, cents);
            insert.setString(3, account);
            insert.executeUpdate();
        }
    }

    private void capture(HttpExchange exchange) throws IOException {
        var key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
        var body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
        if (key == null || body.length > MAX_BODY) {
            send(exchange, 400, "expected an Idempotency-Key and at most " + MAX_BODY + " bytes");
            return;
        }
        try {
            var request = Json.parse(body).asObject();
            var reply = inbox.serve(key, connection -> move(connection, request));
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

    private static String move(Connection connection, Json.Obj request) throws SQLException {
        long amount = request.get("amount") instanceof Json.Int cents ? cents.value() : 0;
        if (amount <= 0) {
            throw new RefusedException("amount: expected an integer above 0");
        }
        var token = request.string("card");
        if (token.isEmpty() || token.length() > Payment.MAX_NAME || token.startsWith(STOLEN)) {
            throw new RefusedException("no such card: " + token);
        }
        var card = "card " + token;
        open(connection, card, START);
        if (add(connection, card, -amount) != 1) {
            throw new RefusedException("not enough on the card " + token);
        }
        add(connection, MERCHANTS, amount);
        return "captured";
    }

    /// Changes an account, unless less than nothing would be left.
    private static int add(Connection connection, String account, long cents) throws SQLException {
        try (var update =
                connection.prepareStatement(
                        "UPDATE account SET cents = cents + ? WHERE name = ? AND cents >= ?")) {
            update.setLong(1, cents);
            update.setString(2, account);
            update.setLong(3, -cents);
            return update.executeUpdate();
        }
    }

    private void balance(HttpExchange exchange) throws IOException {
        try (var connection = pool.getConnection();
                var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "SELECT SUM(CASE name WHEN 'merchants' THEN cents ELSE 0 END),"
                                        + " SUM(cents), COUNT(*) - 1 FROM account")) {
            rows.next();
            long captured = rows.getLong(1);
            var answer =
                    Json.Obj.of("captured", Json.of(captured))
                            .with("cards", Json.of(rows.getLong(2) - captured))
                            .with("issued", Json.of(rows.getLong(3) * START));
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

    @Override
    public void close() {
        server.stop(0);
        threads.close();
        pool.dispose();
    }
}
