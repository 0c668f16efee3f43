package dev.weir.lra;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.databases.PostgresServer;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.postgresql.ds.PGConnectionPoolDataSource;

class PostgresCoordinatorTest extends CoordinatorContract {
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
    DataSource source() {
        var source = new PGConnectionPoolDataSource();
        source.setUrl(server.url());
        var pool = JdbcConnectionPool.create(source);
        pool.setMaxConnections(40);
        return pool;
    }
}
