package dev.weir.clients;

import dev.weir.apiserver.ApiServer;
import dev.weir.store.Store;
import dev.weir.store.StoreOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A server of ours in this process, which can be started again on the same port and data.
final class Server implements AutoCloseable {
    private final Path directory;
    private Store store;
    private ApiServer server;

    private Server(Path directory, int port) {
        this.directory = directory;
        open(port);
    }

    /// Starts a server on a free port of the loopback address.
    static Server start(Path directory) {
        return new Server(directory, 0);
    }

    private void open(int port) {
        store = Store.open(directory.resolve("store"), StoreOptions.DEFAULT);
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        server = ApiServer.start(store, ApiServer.Options.on(address, credentials(), List.of()));
    }

    /// Ends the server and its connections, and starts it again.
    void restart() {
        int port = uri().getPort();
        close();
        open(port);
    }

    URI uri() {
        return server.uri();
    }

    String kubeconfig() {
        return server.kubeconfig();
    }

    private Path credentials() {
        return directory.resolve("credentials");
    }

    /// A file of the server's certificates, keys and tokens.
    Path credential(String file) {
        return credentials().resolve(file);
    }

    Path authority() {
        return credential("ca.crt");
    }

    /// The token of `weir:admin` or `weir:reader`.
    String token(String user) throws IOException {
        return Files.readAllLines(credentials().resolve("tokens")).stream()
                .filter(line -> line.contains(" " + user + " "))
                .map(line -> line.substring(0, line.indexOf(' ')))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        server.close();
        store.close();
    }
}
