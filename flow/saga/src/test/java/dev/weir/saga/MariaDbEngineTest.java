package dev.weir.saga;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.databases.MariaDbServer;
import java.sql.DriverManager;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MariaDbEngineTest extends EngineContract {
    private static MariaDbServer server;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(MariaDbServer.isInstalled(), MariaDbServer.NEEDED);
        server = MariaDbServer.start();
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
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
            Thread.sleep(10 * options.lease().toMillis());
            server.boot();
        });
    }
}
