package dev.weir.payments;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.h2.tools.Server;

/// The books of a shop: an H2 database in a file, served to the shop's terminals by TCP on this
/// machine. Money is never made, only moved from one account to another.
///
/// Thread-safe, but for the connection that [#lockShop] returns.
final class Books implements AutoCloseable {
    static final String USER = "sa";
    static final String CUSTOMERS = "customers";
    static final String RESERVED = "reserved";
    static final String SHOP = "shop";
    static final long START = 1_000_000;

    private final Connection connection;
    private final Server server;

    private Books(Connection connection, Server server) {
        this.connection = connection;
        this.server = server;
    }

    /// Opens new books in a directory.
    static Books open(Path directory) throws IOException {
        // H2 would listen at all addresses, and refuse strangers only once they are connected.
        System.setProperty("h2.bindAddress", "127.0.0.1");
        try {
            var connection =
                    DriverManager.getConnection(file(directory.resolve("books")), USER, "");
            try (var statement = connection.createStatement()) {
                statement.execute(
                        "CREATE TABLE account (name VARCHAR(50) PRIMARY KEY, cents BIGINT NOT NULL"
                                + " CHECK (cents >= 0))");
                statement.execute(
                        "INSERT INTO account VALUES ('%s', %d), ('%s', 0), ('%s', 0)"
                                .formatted(CUSTOMERS, START, RESERVED, SHOP));
            }
            var server = Server.createTcpServer("-tcpPort", "0", "-baseDir", directory.toString());
            return new Books(connection, server.start());
        } catch (SQLException e) {
            throw new IOException("the books cannot be opened: " + e.getMessage(), e);
        }
    }

    /// The URL of an H2 database that is closed by its owner only, and writes no other file.
    static String file(Path path) {
        return "jdbc:h2:file:" + path + ";DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0";
    }

    /// Where terminals reach them.
    String url() {
        return "jdbc:h2:tcp://127.0.0.1:" + server.getPort() + "/./books";
    }

    /// Moves money within the connection's transaction. Accounts are locked in the order shop,
    /// reserved, customers, so that no two movements wait for each other.
    static void move(Connection connection, String from, String to, long cents)
            throws SQLException {
        boolean down = from.compareTo(to) > 0;
        add(connection, down ? from : to, down ? -cents : cents);
        add(connection, down ? to : from, down ? cents : -cents);
    }

    private static void add(Connection connection, String account, long cents) throws SQLException {
        try (var statement =
                connection.prepareStatement(
                        "UPDATE account SET cents = cents + ? WHERE name = ?")) {
            statement.setLong(1, cents);
            statement.setString(2, account);
            if (statement.executeUpdate() != 1) {
                throw new SQLException("no account " + account);
            }
        }
    }

    /// Cents by account.
    synchronized Map<String, Long> balances() throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT name, cents FROM account")) {
            var balances = new LinkedHashMap<String, Long>();
            while (rows.next()) {
                balances.put(rows.getString(1), rows.getLong(2));
            }
            return balances;
        }
    }

    /// Holds the shop's account, so that nothing is settled until the connection is closed.
    Connection lockShop() throws SQLException {
        var holder = DriverManager.getConnection(url(), USER, "");
        holder.setAutoCommit(false);
        add(holder, SHOP, 0);
        return holder;
    }

    @Override
    public void close() {
        server.stop();
        try {
            connection.close();
        } catch (SQLException _) {
            // The story is over; nobody reads the books any more.
        }
    }
}
