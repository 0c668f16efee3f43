package dev.weir.lra;

import dev.weir.databases.MariaDbServer;
import java.sql.SQLException;
import javax.sql.ConnectionPoolDataSource;
import org.junit.jupiter.api.BeforeAll;
import org.mariadb.jdbc.MariaDbDataSource;

class MariaDbCoordinatorTest extends ServerCoordinatorContract {
    @BeforeAll
    static void start() throws Exception {
        start(MariaDbServer.isInstalled(), MariaDbServer.NEEDED, MariaDbServer::start);
    }

    @Override
    ConnectionPoolDataSource connections() throws SQLException {
        return new MariaDbDataSource(server.url());
    }
}
