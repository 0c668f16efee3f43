package dev.weir.payments;

import dev.weir.kubernetes.Kubeconfig;
import dev.weir.kubernetes.KubernetesClient;
import dev.weir.resource.Json;
import dev.weir.resource.JsonException;
import dev.weir.resource.Query;
import dev.weir.resource.Selector;
import dev.weir.resource.StatusException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A control plane and its terminals, as processes of this machine.
///
/// One thread uses it, any closes it.
final class Fleet implements AutoCloseable {
    static final List<String> NAMES = List.of("terminal-1", "terminal-2", "terminal-3");
    static final String NAMESPACE = "default";
    static final String LABEL = "region";
    static final String REGION = "north";
    static final String TERMINAL_HEAP = "48m";

    private static final List<String> MERCHANTS =
            Stream.concat(Buyer.MERCHANTS.stream(), Stream.of(Takeover.MERCHANT)).toList();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(5);
    private static final String SERVER_HEAP = "256m";
    private static final String BANK_HEAP = "32m";

    private final Children children;
    private final Path home;
    private final String ledgerUrl;
    private final Otlp receiver = Otlp.onFreePorts();
    private String address = "127.0.0.1:0";
    private final HttpClient http = HttpClient.newHttpClient();
    private @Nullable KubernetesClient client;
    private volatile @Nullable LedgerServer server;
    private boolean closed;
    private String bank = "";

    /// @param home a directory for all that its processes keep
    /// @param ledgerUrl of a PostgreSQL for the ledger; empty for an H2 of its own
    Fleet(Children children, Path home, String ledgerUrl) {
        this.children = children;
        this.home = home;
        this.ledgerUrl = ledgerUrl;
    }

    Path kubeconfig() {
        return home.resolve("server").resolve("kubeconfig");
    }

    /// A client of the control plane.
    ///
    /// @throws IllegalStateException before it was started
    KubernetesClient client() {
        if (client == null) {
            throw new IllegalStateException("no control plane yet");
        }
        return client;
    }

    /// Where the control plane listens.
    URI address() {
        return URI.create("https://" + address);
    }

    /// A view of the control plane: what it shows of its work.
    Json.Obj view(String path) {
        try {
            return client().raw("GET", "/views/" + path, Map.of(), null).json();
        } catch (JsonException e) {
            throw new IllegalStateException("the view " + path + " is no JSON: " + e, e);
        }
    }

    /// Starts the control plane and waits until it answers.
    void startServer() throws IOException, InterruptedException {
        runServer();
        await("the control plane writes its kubeconfig", () -> Files.exists(kubeconfig()));
        var connection = Kubeconfig.load(List.of(kubeconfig())).connection();
        address = connection.server().getAuthority();
        client = KubernetesClient.connect(connection);
        awaitServer();
    }

    /// Starts the control plane again where it was, and waits until it answers.
    void restartServer() throws IOException, InterruptedException {
        runServer();
        awaitServer();
    }

    private void runServer() throws IOException {
        var data = home.resolve("server").toString();
        children.start(
                "server",
                SERVER_HEAP,
                receiver.environment("weir-server"),
                "server",
                "--data",
                data,
                "--listen",
                address,
                "--set",
                "otlp=" + receiver.setting());
    }

    private void awaitServer() throws InterruptedException {
        await(
                "the control plane answers",
                () -> {
                    client().list(RiskPolicy.TYPE, Query.in(NAMESPACE));
                    return true;
                });
    }

    /// Makes the ledger and starts the bank.
    ///
    /// @return the ledger's database, for people
    String openLedger() throws IOException, InterruptedException {
        var made = makeLedger();
        try {
            made.ledger().open(MERCHANTS);
        } catch (SQLException e) {
            throw new IOException("no tables in the ledger: " + e.getMessage(), e);
        }
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        var accounts = Files.createDirectories(home.resolve("bank")).toString();
        children.start("bank", BANK_HEAP, Bank.class, accounts, Integer.toString(port));
        bank = "http://127.0.0.1:" + port;
        await("the bank answers", () -> money().isPresent());
        return made.name();
    }

    /// Makes it unless all is over: who closes this, from another thread, closes that too.
    private synchronized LedgerServer makeLedger() throws IOException {
        if (closed) {
            throw new IOException("the demo is ending");
        }
        var folder = Files.createDirectories(home.resolve("ledger"));
        var made = ledgerUrl.isEmpty() ? LedgerServer.ofH2(folder) : LedgerServer.at(ledgerUrl);
        server = made;
        return made;
    }

    private LedgerServer server() {
        var made = server;
        if (made == null) {
            throw new IllegalStateException("no ledger yet");
        }
        return made;
    }

    /// The ledger.
    ///
    /// @throws IllegalStateException before it was opened
    Ledger ledger() {
        return server().ledger();
    }

    /// Where the money is now; empty where the bank or the ledger does not answer.
    Optional<Balance.Status> money() {
        try {
            return Optional.of(new Audit(ledger(), http, bank).count());
        } catch (IOException _) {
            return Optional.empty();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /// @param port 0 for any that is free
    void startTerminal(String name, int port) throws IOException {
        var directory = home.resolve(name).toString();
        children.start(
                name,
                TERMINAL_HEAP,
                receiver.environment(name),
                "node",
                "--join",
                kubeconfig().toString(),
                "--name",
                name,
                "--directory",
                directory,
                "--set",
                "labels=" + LABEL + "=" + REGION,
                "--set",
                "ledger=" + server().url(),
                "--set",
                "bank=" + bank,
                "--set",
                "port=" + port);
    }

    /// @throws IllegalStateException when a process has ended by itself
    void requireRunning() {
        children.requireAlive();
    }

    /// Ends a process as `kill -9` does.
    void kill(String name) throws InterruptedException {
        children.kill(name);
    }

    /// Waits until all terminals have reported since a time, and answers with them.
    List<Terminal> awaitReports(Instant since) throws InterruptedException {
        await(
                "all terminals report",
                () -> {
                    var reported = terminals().stream().filter(t -> t.seenAfter(since));
                    return reported.count() == NAMES.size();
                });
        return terminals();
    }

    private List<Terminal> terminals() {
        var query = Query.in(NAMESPACE).select(Selector.of(Map.of(LABEL, REGION)));
        return client().list(Terminal.TYPE, query).items();
    }

    /// Waits until something holds, while all processes that should run do.
    ///
    /// @throws IllegalStateException when it does not in time, or a process ended
    void await(String what, BooleanSupplier holds) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!answers(holds)) {
            requireRunning();
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "waited " + PATIENCE.toSeconds() + " s in vain until " + what);
            }
            Thread.sleep(LOOK);
        }
    }

    private static boolean answers(BooleanSupplier holds) {
        try {
            return holds.getAsBoolean();
        } catch (StatusException _) {
            return false;
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (client != null) {
            client.close();
        }
        http.shutdownNow();
        var made = server;
        if (made != null) {
            made.close();
        }
    }
}
