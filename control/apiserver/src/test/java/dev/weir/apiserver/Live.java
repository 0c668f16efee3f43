package dev.weir.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.resource.Client;
import dev.weir.store.Store;
import dev.weir.store.StoreOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/// A server in memory that listens, and its administrator over HTTP/2.
record Live(Path directory, Store store, ApiServer server, Web admin) implements AutoCloseable {
    static Live in(Path directory) throws IOException {
        var store = Store.inMemory(StoreOptions.DEFAULT);
        var address = new InetSocketAddress("127.0.0.1", 0);
        var server = ApiServer.start(store, ApiServer.Options.on(address, directory, List.of()));
        return new Live(directory, store, server, administrator(server, directory));
    }

    private static Web administrator(ApiServer server, Path directory) throws IOException {
        var token = Web.token(directory, "weir:admin");
        return Web.of(server, directory, HttpClient.Version.HTTP_2, token);
    }

    /// The administrator on a connection of its own; the caller closes it.
    Web another() throws IOException {
        return administrator(server, directory);
    }

    /// The client that skips HTTP.
    Client client() {
        return server.client();
    }

    static void eventually(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(1);
        }
    }

    @Override
    public void close() {
        admin.close();
        server.close();
        store.close();
    }
}
