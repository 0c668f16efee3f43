package dev.weir.lra;

import dev.weir.databases.PostgresServer;
import javax.sql.ConnectionPoolDataSource;
import org.junit.jupiter.api.BeforeAll;
import org.postgresql.ds.PGConnectionPoolDataSource;

class PostgresCoordinatorTest extends ServerCoordinatorContract {
    @BeforeAll
    static void start() throws Exception {
        start(PostgresServer.isInstalled(), PostgresServer.NEEDED, PostgresServer::start);
    }

    @Override
    ConnectionPoolDataSource connections() {
        var source = new PGConnectionPoolDataSource();
        source.setUrl(server.url());
        return source;
    }
}
