package dev.weir.kubernetes;

import dev.weir.apiserver.ApiServer;
import dev.weir.store.Store;
import dev.weir.store.StoreOptions;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// The contract on Weir's own server.
class WeirIT extends ClientContract {
    @TempDir static Path directory;

    private static Store store;
    private static ApiServer server;

    @BeforeAll
    static void start() {
        store = Store.inMemory(StoreOptions.DEFAULT);
        var address = new InetSocketAddress("127.0.0.1", 0);
        server = ApiServer.start(store, ApiServer.Options.on(address, directory, List.of()));
    }

    @AfterAll
    static void stop() {
        server.close();
        store.close();
    }

    @Override
    Connection connection() {
        return Kubeconfig.parse(server.kubeconfig(), directory).connection();
    }
}
