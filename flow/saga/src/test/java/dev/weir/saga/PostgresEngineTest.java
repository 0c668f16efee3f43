package dev.weir.saga;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.databases.PostgresServer;
import java.sql.DriverManager;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PostgresEngineTest extends EngineContract {
    private static PostgresServer server;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(PostgresServer.isInstalled(), PostgresServer.NEEDED);
        server = PostgresServer.start();
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

    @Test
    void sagasOutliveAServerThatIsReadOnly() throws Exception {
        surviving(() -> {
            operate(
                    "ALTER SYSTEM SET default_transaction_read_only = on",
                    "SELECT pg_reload_conf()");
            Thread.sleep(3 * options.lease().toMillis());
            operate("ALTER SYSTEM RESET default_transaction_read_only", "SELECT pg_reload_conf()");
        });
    }

    private static void operate(String... statements) throws Exception {
        try (var connection = DriverManager.getConnection(server.url());
                var statement = connection.createStatement()) {
            for (var text : statements) {
                statement.execute(text);
            }
        }
    }
}
