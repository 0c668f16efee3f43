package dev.weir.saga;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// Makes the tables and brings older ones up to date.
final class Schema {
    private static final int VERSION = 1;
    private static final int TRIES = 20;

    private Schema() {}

    /// Leaves the tables at [#VERSION]. Several nodes may do so at once: all but one fail and look
    /// again.
    static void migrate(Connection connection, Dialect dialect, String prefix) throws SQLException {
        connection.setAutoCommit(false);
        for (int attempt = 1; ; attempt++) {
            try {
                int found = version(connection, prefix);
                if (found > VERSION) {
                    throw new SagaException(
                            SagaException.Code.FUTURE,
                            "tables "
                                    + prefix
                                    + "*: expected version "
                                    + VERSION
                                    + " at most, found "
                                    + found);
                }
                if (found < VERSION) {
                    create(connection, dialect, prefix);
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

    private static int version(Connection connection, String prefix) throws SQLException {
        var tables = connection.getMetaData();
        boolean there = false;
        for (var name :
                List.of(prefix + "meta", (prefix + "meta").toUpperCase(java.util.Locale.ROOT))) {
            try (var rows =
                    tables.getTables(connection.getCatalog(), connection.getSchema(), name, null)) {
                there |= rows.next();
            }
        }
        if (!there) {
            return 0;
        }
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT version FROM " + prefix + "meta")) {
            return rows.next() ? rows.getInt(1) : 0;
        }
    }

    private static void create(Connection connection, Dialect dialect, String prefix)
            throws SQLException {
        try (var statement = connection.createStatement()) {
            for (var text : tables(dialect)) {
                var end = text.startsWith("CREATE TABLE") ? dialect.table() : "";
                statement.execute(text.replace("$", prefix) + end);
            }
        }
    }

    /// Where a process died between two of these, the next one goes on: only PostgreSQL takes
    /// tables back with the transaction that made them.
    private static List<String> tables(Dialect dialect) {
        var text = dialect.text();
        return List.of(
                "CREATE TABLE IF NOT EXISTS $meta (id INT PRIMARY KEY, version INT NOT NULL)",
                "CREATE TABLE IF NOT EXISTS $saga (id VARCHAR(32) PRIMARY KEY, def VARCHAR(100) NOT NULL,"
                        + " def_version VARCHAR(16) NOT NULL, business_key VARCHAR(200),"
                        + " status VARCHAR(12) NOT NULL, owner VARCHAR(100), fence BIGINT NOT NULL,"
                        + " seq INT NOT NULL, due BIGINT, deadline BIGINT, created BIGINT NOT NULL,"
                        + " context "
                        + text
                        + " NOT NULL, why VARCHAR(2000), stuck SMALLINT NOT NULL,"
                        + " command VARCHAR(1000), parent VARCHAR(32), trace VARCHAR(2000))"
                        + (dialect.partial() ? " WITH (fillfactor = 70)" : ""),
                "CREATE UNIQUE INDEX IF NOT EXISTS $saga_key ON $saga (def, business_key)"
                        + (dialect.partial() ? " WHERE business_key IS NOT NULL" : ""),
                "CREATE INDEX IF NOT EXISTS $saga_due ON $saga (due, owner)"
                        + (dialect.partial() ? " WHERE due IS NOT NULL" : ""),
                "CREATE TABLE IF NOT EXISTS $step (saga_id VARCHAR(32) NOT NULL, step VARCHAR(100) NOT NULL,"
                        + " state VARCHAR(12) NOT NULL, attempts INT NOT NULL, seq INT NOT NULL,"
                        + " due BIGINT NOT NULL, error VARCHAR(2000), at BIGINT NOT NULL,"
                        + " node VARCHAR(100) NOT NULL, PRIMARY KEY (saga_id, step))",
                "CREATE TABLE IF NOT EXISTS $node (id VARCHAR(100) PRIMARY KEY, expires BIGINT NOT NULL)",
                "CREATE TABLE IF NOT EXISTS $paused (def VARCHAR(100) PRIMARY KEY)",
                "CREATE TABLE IF NOT EXISTS $outbox (seq "
                        + dialect.sequence()
                        + ", target VARCHAR(500) NOT NULL, message_key VARCHAR(500) NOT NULL, body "
                        + text
                        + " NOT NULL, trace VARCHAR(2000))",
                "CREATE TABLE IF NOT EXISTS $inbox (id VARCHAR(400) PRIMARY KEY, state VARCHAR(12) NOT NULL, answer "
                        + text
                        + ", at BIGINT NOT NULL)",
                "INSERT INTO $meta (id, version) VALUES (1, 1)");
    }
}
