package dev.weir.saga;

import dev.weir.databases.MariaDbServer;
import org.junit.jupiter.api.BeforeAll;

class MariaDbEngineTest extends ServerEngineContract {
    @BeforeAll
    static void start() throws Exception {
        start(MariaDbServer.isInstalled(), MariaDbServer.NEEDED, MariaDbServer::start);
    }
}
