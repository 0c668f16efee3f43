package dev.weir.payments;

import dev.weir.saga.RefusedException;
import java.lang.reflect.InvocationTargetException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import javax.sql.ConnectionPoolDataSource;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;

/// The ledger of a company's terminals, in a database of H2 or PostgreSQL: an account for each
/// merchant, and what is reserved for payments under way. Beside it are the tables of the sagas, so
/// that a step and its movement of money are one commit.
///
/// Amounts are in minor units of the currency. Thread-safe, but for the connection that [#hold]
/// returns.
final class Ledger implements AutoCloseable {
    private static final String H2 = "jdbc:h2:";
    private static final String POSTGRESQL = "jdbc:postgresql:";
    private static final String H2_USER = "sa";
    private static final int CONNECTIONS = 16;

    private final JdbcConnectionPool pool;

    private Ledger(JdbcConnectionPool pool) {
        this.pool = pool;
        pool.setMaxConnections(CONNECTIONS);
    }

    /// What it has, as it was at one moment.
    ///
    /// @param reserved for payments under way
    /// @param settled on the accounts of all merchants
    record Totals(long reserved, long settled) {}

    /// The ledger at a URL; nothing is connected yet.
    ///
    /// @param url of JDBC, with the user and the password if PostgreSQL wants them
    /// @throws IllegalArgumentException for another database
    static Ledger at(String url) {
        if (url.startsWith(H2)) {
            return new Ledger(JdbcConnectionPool.create(url, H2_USER, ""));
        }
        if (!url.startsWith(POSTGRESQL)) {
            throw new IllegalArgumentException(
                    "ledger: expected a URL that begins with "
                            + H2
                            + " or "
                            + POSTGRESQL
                            + ", found "
                            + url);
        }
        return new Ledger(JdbcConnectionPool.create(postgres(url)));
    }

    // By name: javac warns of annotations on the driver's packages whose classes it does not bring.
    private static ConnectionPoolDataSource postgres(String url) {
        try {
            var type = Class.forName("org.postgresql.ds.PGConnectionPoolDataSource");
            var source = (ConnectionPoolDataSource) type.getConstructor().newInstance();
            type.getMethod("setUrl", String.class).invoke(source, url);
            return source;
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException("ledger: " + e.getCause() + ", found " + url, e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no JDBC driver of PostgreSQL", e);
        }
    }

    /// The URL of an H2 database in a file, closed by its owner only, that writes no other file.
    static String file(java.nio.file.Path path) {
        return H2 + "file:" + path + ";DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0";
    }

    /// The database, for sagas.
    DataSource source() {
        return pool;
    }

    /// Makes its tables and its name, and accounts for merchants that have none.
    void open(List<String> merchants) throws SQLException {
        try (var connection = pool.getConnection();
                var statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE IF NOT EXISTS ledger (id INT PRIMARY KEY, name VARCHAR(36) NOT"
                            + " NULL)");
            change(
                    connection,
                    "INSERT INTO ledger SELECT 1, n FROM (SELECT CAST(? AS VARCHAR(36)) AS n) AS one"
                            + " WHERE NOT EXISTS (SELECT 1 FROM ledger)",
                    "ledger-" + UUID.randomUUID().toString().substring(0, 8));
            statement.execute(
                    "CREATE TABLE IF NOT EXISTS account (merchant VARCHAR(100) PRIMARY KEY, cents"
                            + " BIGINT NOT NULL CHECK (cents >= 0))");
            statement.execute(
                    "CREATE TABLE IF NOT EXISTS reservation (payment VARCHAR(32) PRIMARY KEY,"
                            + " merchant VARCHAR(100) NOT NULL, cents BIGINT NOT NULL CHECK (cents"
                            + " > 0))");
            for (var merchant : merchants) {
                change(
                        connection,
                        "INSERT INTO account SELECT m, 0 FROM (SELECT CAST(? AS VARCHAR(100)) AS m)"
                                + " AS one WHERE m NOT IN (SELECT merchant FROM account)",
                        merchant);
            }
        }
    }

    /// What tells it apart from other ledgers, for as long as it exists.
    String name() throws SQLException {
        try (var connection = pool.getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT name FROM ledger")) {
            if (!rows.next()) {
                throw new SQLException("nobody has opened the ledger");
            }
            return rows.getString(1);
        }
    }

    /// Reserves a payment's amount, in the connection's transaction.
    ///
    /// @throws RefusedException where the merchant has no account
    static void reserve(Connection connection, String payment, String merchant, long cents)
            throws SQLException {
        int count =
                change(
                        connection,
                        "INSERT INTO reservation SELECT CAST(? AS VARCHAR(32)), merchant, CAST(? AS"
                                + " BIGINT) FROM account WHERE merchant = ?",
                        payment,
                        cents,
                        merchant);
        if (count == 0) {
            throw new RefusedException("no account of the merchant " + merchant);
        }
    }

    /// Gives back what is reserved for a payment, in the connection's transaction.
    static void release(Connection connection, String payment) throws SQLException {
        change(connection, "DELETE FROM reservation WHERE payment = ?", payment);
    }

    /// Moves what is reserved for a payment to its merchant, in the connection's transaction.
    ///
    /// @throws SQLException also where nothing is reserved for it
    static void settle(Connection connection, String payment) throws SQLException {
        int credited =
                change(
                        connection,
                        "UPDATE account SET cents = cents + (SELECT cents FROM reservation WHERE"
                                + " payment = ?) WHERE merchant = (SELECT merchant FROM reservation"
                                + " WHERE payment = ?)",
                        payment,
                        payment);
        if (credited != 1) {
            throw new SQLException("nothing is reserved for the payment " + payment);
        }
        release(connection, payment);
    }

    /// What it has now.
    Totals totals() throws SQLException {
        try (var connection = pool.getConnection();
                var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "SELECT (SELECT COALESCE(SUM(cents), 0) FROM reservation), (SELECT"
                                        + " COALESCE(SUM(cents), 0) FROM account)")) {
            rows.next();
            return new Totals(rows.getLong(1), rows.getLong(2));
        }
    }

    /// Holds a merchant's account: nothing of it is settled until the connection is rolled back and
    /// closed.
    Connection hold(String merchant) throws SQLException {
        var holder = pool.getConnection();
        holder.setAutoCommit(false);
        change(holder, "UPDATE account SET cents = cents WHERE merchant = ?", merchant);
        return holder;
    }

    private static int change(Connection connection, String sql, Object... values)
            throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            return statement.executeUpdate();
        }
    }

    @Override
    public void close() {
        pool.dispose();
    }
}
