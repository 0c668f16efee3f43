package dev.weir.saga.storage;

import dev.weir.saga.SagaException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/// The tables of a library, and how older ones are brought up to date. In names, `$` stands for the
/// prefix that the service chose.
///
/// @param meta the table that says how old the tables are
/// @param versions what makes the tables of the first version, then what makes each later one from
///   the one before. Where a process died amid these, the next one runs them again: only PostgreSQL
///   takes tables back with the transaction that made them, so each has an `IF NOT EXISTS`
public record Schema(String meta, List<Function<Dialect, List<String>>> versions) {
    private static final int TRIES = 20;

    /// Copies the list.
    public Schema {
        versions = List.copyOf(versions);
    }

    /// Leaves the tables at the newest version. Several nodes may do so at once: all but one fail
    /// and look again.
    ///
    /// @param connection its transaction is over afterwards
    /// @throws SagaException `FUTURE` when the tables are newer than this library
    public void migrate(Connection connection, Dialect dialect, String prefix) throws SQLException {
        connection.setAutoCommit(false);
        for (int attempt = 1; ; attempt++) {
            try {
                int found = version(connection, prefix);
                if (found > versions.size()) {
                    throw new SagaException(
                            SagaException.Code.FUTURE,
                            "table "
                                    + meta.replace("$", prefix)
                                    + ": expected version "
                                    + versions.size()
                                    + " at most, found "
                                    + found);
                }
                for (int to = found + 1; to <= versions.size(); to++) {
                    raise(connection, dialect, prefix, to);
                }
                connection.commit();
                return;
            } catch (SQLException e) {
                connection.rollback();
                if (attempt == TRIES) {
                    throw e;
                }
                pause(attempt);
            }
        }
    }

    private static void pause(int attempt) throws SQLException {
        try {
            Thread.sleep(10L * attempt);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted", e);
        }
    }

    /// The version of the tables that are there; 0 for none.
    private int version(Connection connection, String prefix) throws SQLException {
        var data = connection.getMetaData();
        var table = meta.replace("$", prefix);
        boolean there = false;
        for (var name : List.of(table, table.toUpperCase(Locale.ROOT))) {
            try (var rows =
                    data.getTables(connection.getCatalog(), connection.getSchema(), name, null)) {
                there |= rows.next();
            }
        }
        if (!there) {
            return 0;
        }
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT version FROM " + table)) {
            return rows.next() ? rows.getInt(1) : 0;
        }
    }

    private void raise(Connection connection, Dialect dialect, String prefix, int to)
            throws SQLException {
        try (var statement = connection.createStatement()) {
            if (to == 1) {
                create(
                        "CREATE TABLE IF NOT EXISTS "
                                + meta
                                + " (id INT PRIMARY KEY, version INT NOT NULL)",
                        statement,
                        dialect,
                        prefix);
            }
            for (var text : versions.get(to - 1).apply(dialect)) {
                create(text, statement, dialect, prefix);
            }
            var table = meta.replace("$", prefix);
            statement.execute(
                    to == 1
                            ? "INSERT INTO " + table + " (id, version) VALUES (1, 1)"
                            : "UPDATE " + table + " SET version = " + to);
        }
    }

    private static void create(
            String text, java.sql.Statement statement, Dialect dialect, String prefix)
            throws SQLException {
        var end = text.startsWith("CREATE TABLE") ? dialect.table() : "";
        statement.execute(text.replace("$", prefix) + end);
    }
}
