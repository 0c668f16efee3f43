package dev.weir.apiserver;

import dev.weir.resource.Client;
import dev.weir.resource.Extension;
import dev.weir.store.Store;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

/// A Kubernetes API server in this process, on a [Store].
///
/// ```java
/// try (var store = Store.inMemory(StoreOptions.DEFAULT);
///         var server = ApiServer.start(store, ApiServer.Options.inProcess(List.of()))) {
///     server.client().create(type, resource);
/// }
/// ```
///
/// Thread-safe. Closing ends all connections; the store stays open: who opened it closes it.
public final class ApiServer implements AutoCloseable {
    private ApiServer() {}

    /// Starts a server; with an address, it listens when this returns.
    public static ApiServer start(Store store, Options options) {
        throw new UnsupportedOperationException("apiserver: start " + store + options);
    }

    /// A client that skips HTTP and nothing else.
    public Client client() {
        throw new UnsupportedOperationException();
    }

    /// Where it listens.
    ///
    /// @throws IllegalStateException when it serves this process only
    public URI uri() {
        throw new UnsupportedOperationException();
    }

    /// The kubeconfig (YAML) of the administrator: the address, the CA and a client certificate.
    public String kubeconfig() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}

    /// How a server is started.
    ///
    /// @param listen addresses to serve HTTPS on; none serves this process only
    /// @param credentials directory of the CA, the certificates and tokens; made where missing,
    ///   mode 0700
    /// @param extensions whose kinds and admission rules are served
    /// @param pages what is served under `/console/`: from a path below it to its content
    public record Options(
            List<InetSocketAddress> listen,
            Path credentials,
            Collection<? extends Extension> extensions,
            Supplier<? extends Object> pages) {}
}
