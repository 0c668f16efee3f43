package dev.weir.lra;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.databases.DatabaseServer;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import javax.sql.ConnectionPoolDataSource;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterAll;

/// What a coordinator does on a database that is a server: one for each test class.
abstract class ServerCoordinatorContract extends CoordinatorContract {
    static DatabaseServer server;
    private static JdbcConnectionPool pool;

    /// Starts the server of a test class, or skips the class.
    static void start(boolean installed, String needed, Callable<DatabaseServer> starts)
            throws Exception {
        assumeTrue(installed, needed);
        server = starts.call();
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            pool.dispose();
            pool = null;
            server.close();
            server = null;
        }
    }

    /// The driver's own source of connections.
    abstract ConnectionPoolDataSource connections() throws SQLException;

    @Override
    DataSource source() throws SQLException {
        if (pool == null) {
            pool = JdbcConnectionPool.create(connections());
            pool.setMaxConnections(40);
        }
        return pool;
    }
}
