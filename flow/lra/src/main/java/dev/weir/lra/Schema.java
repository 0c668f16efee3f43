package dev.weir.lra;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;

/// Makes the tables.
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
                    throw new LraException(
                            LraException.Code.FUTURE,
                            "tables "
                                    + prefix
                                    + "lra*: expected version "
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
        var data = connection.getMetaData();
        var name = prefix + "lra_meta";
        boolean there = false;
        for (var each : List.of(name, name.toUpperCase(Locale.ROOT))) {
            try (var rows =
                    data.getTables(connection.getCatalog(), connection.getSchema(), each, null)) {
                there |= rows.next();
            }
        }
        if (!there) {
            return 0;
        }
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT version FROM " + name)) {
            return rows.next() ? rows.getInt(1) : 0;
        }
    }

    private static void create(Connection connection, Dialect dialect, String prefix)
            throws SQLException {
        try (var statement = connection.createStatement()) {
            for (var table : tables(dialect.text())) {
                statement.execute(table.replace("$", prefix));
            }
        }
    }

    private static List<String> tables(String text) {
        return List.of(
                "CREATE TABLE $lra_meta (id INT PRIMARY KEY, version INT NOT NULL)",
                "CREATE TABLE $lra (id VARCHAR(32) PRIMARY KEY, url VARCHAR(3000) NOT NULL,"
                        + " client VARCHAR(500) NOT NULL, parent VARCHAR(32),"
                        + " parent_url VARCHAR(3000), place INT NOT NULL, places INT NOT NULL,"
                        + " status VARCHAR(20) NOT NULL, started BIGINT NOT NULL, deadline BIGINT,"
                        + " settled SMALLINT NOT NULL, ended BIGINT, owner VARCHAR(100),"
                        + " fence BIGINT NOT NULL, due BIGINT, attempts INT NOT NULL)",
                "CREATE INDEX $lra_due ON $lra (due)",
                "CREATE INDEX $lra_parent ON $lra (parent)",
                "CREATE INDEX $lra_ended ON $lra (ended)",
                "CREATE TABLE $lra_participant (id VARCHAR(32) PRIMARY KEY,"
                        + " lra VARCHAR(32) NOT NULL, place INT NOT NULL,"
                        + " status VARCHAR(20) NOT NULL, compensate VARCHAR(2000),"
                        + " complete VARCHAR(2000), status_url VARCHAR(2000), forget VARCHAR(2000),"
                        + " after_url VARCHAR(2000), recovery VARCHAR(1000) NOT NULL, data "
                        + text
                        + ", asked VARCHAR(10) NOT NULL, told SMALLINT NOT NULL,"
                        + " forgotten SMALLINT NOT NULL)",
                "CREATE INDEX $lra_joined ON $lra_participant (lra)",
                "CREATE TABLE $lra_node (id VARCHAR(100) PRIMARY KEY, expires BIGINT NOT NULL)",
                "INSERT INTO $lra_meta (id, version) VALUES (1, 1)");
    }
}
