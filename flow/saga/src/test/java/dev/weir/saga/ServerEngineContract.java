package dev.weir.saga;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.databases.DatabaseServer;
import java.sql.DriverManager;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// What the engine does on a database that is a server: one for each test class.
abstract class ServerEngineContract extends EngineContract {
    static DatabaseServer server;

    /// Starts the server of a test class, or skips the class.
    static void start(boolean installed, String needed, Callable<DatabaseServer> starts)
            throws Exception {
        assumeTrue(installed, needed);
        server = starts.call();
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
            server = null;
        }
    }

    @Override
    DataSource database() {
        return new Pool(() -> DriverManager.getConnection(server.url()));
    }

    @Test
    void sagasOutliveAServerThatIsStoppedForManyLeases() throws Exception {
        surviving(() -> {
            server.stop();
            Thread.sleep(10 * options.node().lease().toMillis());
            server.boot();
        });
    }
}
