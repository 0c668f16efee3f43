package dev.weir.apiserver;

import dev.weir.resource.Client;
import dev.weir.resource.Extension;
import dev.weir.resource.Json;
import dev.weir.resource.Program;
import dev.weir.store.Store;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
    private final LocalClient client;
    private final Collector collector;
    private final EventExpiry expiry;
    private final @Nullable Listener listener;

    private ApiServer(
            LocalClient client,
            Collector collector,
            EventExpiry expiry,
            @Nullable Listener listener) {
        this.client = client;
        this.collector = collector;
        this.expiry = expiry;
        this.listener = listener;
    }

    /// Starts a server; with an address, it listens when this returns.
    ///
    /// @throws java.io.UncheckedIOException when an address cannot be listened on, or the
    ///   credentials cannot be read or made; the message names the address or file
    public static ApiServer start(Store store, Options options) {
        return start(store, options, Clock.systemUTC(), Limits.USUAL);
    }

    static ApiServer start(Store store, Options options, Clock clock, Limits limits) {
        var prepared = prepare(options, clock, limits);
        var kinds = new Kinds(store);
        var objects =
                new Objects(
                        store,
                        kinds,
                        new Admission(options.extensions()),
                        clock,
                        Chance.ofMachine());
        objects.namespaces().create(objects);
        new Installation(kinds, objects).install(options.extensions());
        var collector = new Collector(store, kinds, objects);
        var client = new LocalClient(store, kinds, objects);
        var expiry = new EventExpiry(store, kinds, objects, clock);
        collector.start();
        expiry.start();
        try {
            var api = new Api(store, kinds, objects, clock);
            var listener = prepared == null ? null : prepared.join().open(api);
            return new ApiServer(client, collector, expiry, listener);
        } catch (CompletionException e) {
            expiry.close();
            collector.close();
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        } catch (RuntimeException e) {
            expiry.close();
            collector.close();
            throw e;
        }
    }

    /// Makes the listener beside the rest of the start, which takes as long.
    private static @Nullable CompletableFuture<Listener> prepare(
            Options options, Clock clock, Limits limits) {
        if (options.listen().isEmpty()) {
            return null;
        }
        var thread = Thread.ofPlatform().name("weir-listener").daemon();
        return CompletableFuture.supplyAsync(
                () -> Listener.prepare(options, clock, limits), thread::start);
    }

    /// A client that skips HTTP and nothing else. It acts as the administrator.
    public Client client() {
        return client;
    }

    /// Where it listens; of several addresses, the first.
    ///
    /// @throws IllegalStateException when it serves this process only
    public URI uri() {
        return listener().uri();
    }

    /// The kubeconfig (YAML) of the administrator: the address, the CA and a client certificate.
    ///
    /// @throws IllegalStateException when it serves this process only
    public String kubeconfig() {
        return listener().kubeconfig();
    }

    private Listener listener() {
        if (listener == null) {
            throw new IllegalStateException("the server listens on no address");
        }
        return listener;
    }

    @Override
    public void close() {
        if (listener != null) {
            listener.close();
        }
        client.close();
        expiry.close();
        collector.close();
    }

    /// How a server is started.
    ///
    /// @param listen addresses to serve HTTPS on; none serves this process only
    /// @param credentials directory of the CA, the certificates and tokens; made where missing,
    ///   mode 0700
    /// @param extensions whose kinds and admission rules are served
    /// @param pages what is served under `/console/`: from a path below it (`index.html`) to its
    ///   content
    /// @param metrics more lines for `/metrics`, in Prometheus' text format; those of several
    ///   programs are put together by metric
    /// @param checks what `/readyz` and `/healthz` ask besides the store, and, where vital,
    ///   `/livez`
    /// @param views what is served below `/views/` to every known caller
    public record Options(
            List<InetSocketAddress> listen,
            Path credentials,
            Collection<? extends Extension> extensions,
            Function<String, Optional<Page>> pages,
            Supplier<String> metrics,
            Supplier<List<Program.Check>> checks,
            Views views) {

        /// Copies the collections.
        public Options {
            listen = List.copyOf(listen);
            extensions = List.copyOf(extensions);
        }

        /// A server that only this process can reach.
        public static Options inProcess(Collection<? extends Extension> extensions) {
            return new Options(
                    List.of(),
                    Path.of(""),
                    extensions,
                    _ -> Optional.empty(),
                    () -> "",
                    List::of,
                    Views.NONE);
        }

        /// A server on one address, without a console.
        public static Options on(
                InetSocketAddress address,
                Path credentials,
                Collection<? extends Extension> extensions) {
            return new Options(
                    List.of(address),
                    credentials,
                    extensions,
                    _ -> Optional.empty(),
                    () -> "",
                    List::of,
                    Views.NONE);
        }
    }

    /// What programs show of their work, as JSON that is made for each request.
    @FunctionalInterface
    public interface Views {
        /// No view of anything.
        Views NONE = (_, _) -> Optional.empty();

        /// The view at a path.
        ///
        /// @param path below `/views/`: `<extension>/...`
        /// @param query the parameters of the request, the first value of each
        /// @return empty where there is none
        /// @throws dev.weir.resource.StatusException when the query is refused
        Optional<Json> view(String path, Map<String, String> query);
    }

    /// A page of the console.
    ///
    /// @param mediaType the `Content-Type`
    /// @param content the bytes, which nobody changes
    public record Page(String mediaType, byte[] content) {}
}
