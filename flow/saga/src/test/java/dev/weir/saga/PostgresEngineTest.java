package dev.weir.saga;

import dev.weir.databases.PostgresServer;
import java.sql.DriverManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PostgresEngineTest extends ServerEngineContract {
    @BeforeAll
    static void start() throws Exception {
        start(PostgresServer.isInstalled(), PostgresServer.NEEDED, PostgresServer::start);
    }

    @Test
    void sagasOutliveAServerThatIsReadOnly() throws Exception {
        surviving(() -> {
            operate(
                    "ALTER SYSTEM SET default_transaction_read_only = on",
                    "SELECT pg_reload_conf()");
            Thread.sleep(3 * options.node().lease().toMillis());
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
