package dev.weir.server;

import dev.weir.apiserver.ApiServer;
import dev.weir.resource.Client;
import dev.weir.resource.Program;
import dev.weir.resource.StatusException;
import dev.weir.store.Store;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.URI;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/// A running control plane: a store, the API server on it, and the controllers of all extensions.
///
/// ```java
/// try (var plane = ControlPlane.start(ServerOptions.in(Path.of("data")))) {
///     System.out.println("export KUBECONFIG=" + plane.kubeconfig());
///     Thread.sleep(Duration.ofHours(1));
/// }
/// ```
///
/// Thread-safe. Closing takes 15 s at most: controllers end first, the last started before the
/// others, then connections, then the store.
public final class ControlPlane implements AutoCloseable {
    private static final Duration PROGRAM_END = Duration.ofSeconds(5);
    private static final Duration ALL_PROGRAMS_END = Duration.ofSeconds(8);
    private static final Duration STORE_END = Duration.ofSeconds(2);

    private final DataDirectory directory;
    private final Store store;
    private final ApiServer server;
    private final Programs programs;
    private final AtomicBoolean closed = new AtomicBoolean();

    private ControlPlane(
            DataDirectory directory, Store store, ApiServer server, Programs programs) {
        this.directory = directory;
        this.store = store;
        this.server = server;
        this.programs = programs;
    }

    /// Starts everything; it listens, its controllers are started and the kubeconfig is written
    /// when this returns.
    ///
    /// @throws ServerException when a part cannot start; those that were started are closed
    public static ControlPlane start(ServerOptions options) {
        var directory = DataDirectory.open(options.data());
        var store = directory.openStore();
        var programs = new Programs();
        ControlPlane plane;
        try {
            var server = serve(store, directory, options, programs);
            plane = new ControlPlane(directory, store, server, programs);
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
        try {
            directory.write(plane.server.kubeconfig());
            programs.start(
                    options.extensions(),
                    name ->
                            new Program.Host(
                                    plane.server.client(),
                                    "server",
                                    directory.program(name),
                                    options.settings()));
            return plane;
        } catch (RuntimeException e) {
            plane.close();
            throw e;
        }
    }

    private static ApiServer serve(
            Store store, DataDirectory directory, ServerOptions options, Programs programs) {
        try {
            return ApiServer.start(
                    store,
                    new ApiServer.Options(
                            options.listen(),
                            directory.credentials(),
                            options.extensions(),
                            options.console()::page,
                            programs::metrics,
                            programs::checks,
                            programs::view));
        } catch (StatusException e) {
            throw new ServerException(
                    ServerException.Code.EXTENSION,
                    "the kind of an extension is refused: " + e.getMessage(),
                    e);
        } catch (UncheckedIOException e) {
            var code =
                    aboutAddress(e) ? ServerException.Code.ADDRESS : ServerException.Code.DIRECTORY;
            throw new ServerException(code, String.valueOf(e.getMessage()), e);
        }
    }

    private static boolean aboutAddress(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketException || cause instanceof UnresolvedAddressException) {
                return true;
            }
        }
        return false;
    }

    /// Where it listens; of several addresses, the first.
    public URI uri() {
        return server.uri();
    }

    /// The administrator's kubeconfig, a file in the data directory that its owner alone can read.
    public Path kubeconfig() {
        return directory.kubeconfig();
    }

    /// A client in this process, as the administrator.
    public Client client() {
        return server.client();
    }

    /// Whether all controllers do their work: what `/readyz` answers.
    public boolean ready() {
        return !closed.get() && programs.ready();
    }

    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        long deadline = System.nanoTime() + ALL_PROGRAMS_END.toNanos();
        for (var closing : programs.closings()) {
            var left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
            closing.within(left.compareTo(PROGRAM_END) < 0 ? left : PROGRAM_END);
        }
        new Closing("the API server", server::close).within(PROGRAM_END);
        new Closing("the store", store::close).within(STORE_END);
    }
}
