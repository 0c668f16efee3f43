package dev.weir.payments;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.UUID;
import org.h2.tools.Server;

/// A new, empty place for the demo's [Ledger]: a file of H2 that this process serves by TCP on this
/// machine, or a schema of its own in a PostgreSQL that runs already. Closing removes the schema;
/// the file is its folder's.
///
/// @param name of the database, for people
/// @param url where terminals reach it
/// @param ledger this process's own way to it
/// @param end what to do when it is closed
record LedgerServer(String name, String url, Ledger ledger, End end) implements AutoCloseable {
    /// The end of a place.
    @FunctionalInterface
    interface End {
        void run() throws SQLException;
    }

    /// Serves a file of H2 in a folder.
    static LedgerServer ofH2(Path folder) throws IOException {
        // H2 would listen at all addresses, and refuse strangers only once they are connected.
        System.setProperty("h2.bindAddress", "127.0.0.1");
        try {
            // Only who is in the process may make a database; this keeps it open too.
            var file = Ledger.file(folder.resolve("ledger"));
            var first = DriverManager.getConnection(file, "sa", "");
            var server = Server.createTcpServer("-tcpPort", "0", "-baseDir", folder.toString());
            server.start();
            var url = "jdbc:h2:tcp://127.0.0.1:" + server.getPort() + "/./ledger";
            return new LedgerServer(
                    "H2",
                    url,
                    Ledger.at(url),
                    () -> {
                        server.stop();
                        first.close();
                    });
        } catch (SQLException e) {
            throw new IOException("the ledger cannot be opened: " + e.getMessage(), e);
        }
    }

    /// Makes a schema in the PostgreSQL at a URL, which may have other schemas.
    static LedgerServer at(String url) throws IOException {
        var schema = "weir_demo_" + UUID.randomUUID().toString().substring(0, 8);
        try (var connection = DriverManager.getConnection(url)) {
            execute(connection, "CREATE SCHEMA " + schema);
            var data = connection.getMetaData();
            var own = url + (url.contains("?") ? "&" : "?") + "currentSchema=" + schema;
            return new LedgerServer(
                    data.getDatabaseProductName() + " " + data.getDatabaseMajorVersion(),
                    own,
                    Ledger.at(own),
                    () -> {
                        try (var last = DriverManager.getConnection(url)) {
                            execute(last, "DROP SCHEMA " + schema + " CASCADE");
                        }
                    });
        } catch (SQLException e) {
            throw new IOException("no ledger at " + url + ": " + e.getMessage(), e);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() {
        ledger.close();
        try {
            end.run();
        } catch (SQLException _) {
            // The story is over; nobody reads the ledger any more.
        }
    }
}
