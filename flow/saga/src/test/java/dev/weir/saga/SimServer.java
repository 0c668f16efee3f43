package dev.weir.saga;

import dev.weir.saga.storage.Dialect;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/// H2 in memory with the simulation's clock. It outlives many worlds: its connections, and the
/// statements that they have parsed, are used again.
public final class SimServer implements AutoCloseable {
    static final String PREFIX = "s_";
    static final Dialect DIALECT =
            new Dialect(
                    "H2",
                    "SIM_MILLIS()",
                    "CHARACTER VARYING",
                    Dialect.H2_FILE.sequence(),
                    "",
                    false,
                    "");
    static volatile long millis = 1_700_000_000_000L;

    private static final List<String> TABLES =
            List.of(
                    "s_saga",
                    "s_step",
                    "s_node",
                    "s_paused",
                    "s_outbox",
                    "s_inbox",
                    "account",
                    "effect");

    private final String url;
    private final ArrayDeque<Session> free = new ArrayDeque<>();

    /// A connection and the statements that it has parsed.
    static final class Session {
        final Connection connection;
        private final Map<String, ArrayDeque<PreparedStatement>> parsed = new HashMap<>();

        Session(Connection connection) {
            this.connection = connection;
        }

        PreparedStatement prepare(String sql) throws SQLException {
            var idle = parsed.get(sql);
            return idle == null || idle.isEmpty() ? connection.prepareStatement(sql) : idle.pop();
        }

        void write(String sql) throws SQLException {
            var statement = prepare(sql);
            statement.executeUpdate();
            done(sql, statement);
        }

        /// Its user needs a statement no more.
        void done(String sql, PreparedStatement statement) throws SQLException {
            statement.clearParameters();
            statement.clearBatch();
            parsed.computeIfAbsent(sql, _ -> new ArrayDeque<>()).push(statement);
        }
    }

    /// A server with empty tables.
    SimServer(String name) throws SQLException {
        url = "jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=1";
        try (var connection = DriverManager.getConnection(url);
                var statement = connection.createStatement()) {
            statement.execute(
                    "CREATE ALIAS IF NOT EXISTS SIM_MILLIS NOBUFFER FOR 'dev.weir.saga.SimServer.millis'");
            SagaSchema.SCHEMA.migrate(connection, DIALECT, PREFIX);
            statement.execute("CREATE TABLE account (id VARCHAR(10) PRIMARY KEY, balance INT)");
            statement.execute("CREATE TABLE effect (saga VARCHAR(32), step VARCHAR(20), undo INT)");
        }
    }

    /// The database's clock, for SQL.
    public static long millis() {
        return millis;
    }

    /// Empties the tables, without a change of the schema: statements stay parsed.
    void reset() throws SQLException {
        var session = take();
        for (var table : TABLES) {
            session.write("DELETE FROM " + table);
        }
        session.write("INSERT INTO account VALUES ('a', 100), ('b', 100), ('c', 100)");
        session.connection.commit();
        give(session);
    }

    /// Reads rows, their columns joined by `/`.
    List<String> read(String sql) throws SQLException {
        var session = take();
        var found = new ArrayList<String>();
        var statement = session.prepare(sql);
        try (var rows = statement.executeQuery()) {
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                var row = new StringJoiner("/");
                for (int i = 1; i <= columns; i++) {
                    row.add(rows.getString(i));
                }
                found.add(row.toString());
            }
        }
        session.done(sql, statement);
        give(session);
        return found;
    }

    /// A connection in a transaction.
    Session take() throws SQLException {
        if (!free.isEmpty()) {
            return free.pop();
        }
        var connection = DriverManager.getConnection(url);
        connection.setAutoCommit(false);
        return new Session(connection);
    }

    void give(Session session) {
        try {
            session.connection.rollback();
            free.push(session);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws SQLException {
        for (var session : free) {
            session.connection.close();
        }
        try (var connection = DriverManager.getConnection(url);
                var statement = connection.createStatement()) {
            statement.execute("SHUTDOWN");
        }
    }
}
