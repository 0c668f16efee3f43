package dev.weir.payments;

import dev.weir.kubernetes.Kubeconfig;
import dev.weir.kubernetes.KubernetesClient;
import dev.weir.resource.Condition;
import dev.weir.resource.ConfigMap;
import dev.weir.resource.DeleteOptions;
import dev.weir.resource.Metadata;
import dev.weir.resource.Query;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import dev.weir.resource.StatusException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// What the demo shows, step by step, by nothing but real requests: the objects over the API, the
/// decisions by payments.
final class Story implements AutoCloseable {
    private static final List<String> NAMES = List.of("terminal-1", "terminal-2", "terminal-3");
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(10);
    private static final String POLICY = "shops";

    private final Path directory;
    private final Children children;
    private final Narrator narrator;
    private final int port;
    private final long start = System.nanoTime();
    private final Map<String, URI> addresses = new ConcurrentHashMap<>();
    private @Nullable KubernetesClient client;
    private @Nullable Traffic traffic;

    Story(Path directory, Children children, Narrator narrator) throws IOException {
        this.directory = directory;
        this.children = children;
        this.narrator = narrator;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
    }

    void tell(@Nullable Duration time) throws InterruptedException {
        narrator.title("weir demo: a payments fleet on this machine");
        boolean begun =
                narrator.step("server starts", this::startServer)
                        && narrator.step("terminals join", this::startTerminals)
                        && narrator.step("policy applied", () -> apply(policy(10_000)));
        if (!begun) {
            return;
        }
        traffic = new Traffic(addresses, Duration.ofMillis(10));
        traffic.expect(POLICY + "@1", policy(10_000).spec().limits());
        traffic.expect(POLICY + "@2", policy(5_000).spec().limits());
        narrator.step("customers pay", this::customersPay);
        narrator.step("policy changed", () -> apply(policy(5_000)));
        narrator.step("new policy enforced", this::enforced);
        narrator.step("terminal killed", this::killTerminal);
        narrator.step("terminal back", this::restartTerminal);
        narrator.step("server killed, back", this::killServer);
        narrator.step("payments meanwhile", this::paidMeanwhile);
        shop(time);
        narrator.step("policy deleted", this::deletePolicy);
        narrator.step("every answer right", this::allRight);
    }

    private void shop(@Nullable Duration time) throws InterruptedException {
        if (time == null) {
            narrator.say("customers go on paying; Ctrl-C ends the demo");
        }
        long every = Duration.ofSeconds(10).toNanos();
        long next = System.nanoTime() + every;
        while (time == null || System.nanoTime() - start < time.toNanos()) {
            Thread.sleep(50);
            if (System.nanoTime() >= next) {
                narrator.say(figures());
                next += every;
            }
        }
    }

    private String startServer() throws Exception {
        children.start(
                "server",
                "128m",
                "server",
                "--data",
                directory.resolve("plane").toString(),
                "--listen",
                "127.0.0.1:" + port);
        var kubeconfig = directory.resolve("plane").resolve("kubeconfig");
        await("server", () -> Files.exists(kubeconfig));
        client = KubernetesClient.connect(Kubeconfig.load(List.of(kubeconfig)).connection());
        await("server", () -> answers(client()));
        return "https://127.0.0.1:" + port + "/, " + "export KUBECONFIG=" + kubeconfig;
    }

    private static boolean answers(KubernetesClient client) {
        client.list(RiskPolicy.TYPE, Query.in("default"));
        return true;
    }

    private String startTerminals() throws Exception {
        for (var name : NAMES) {
            startTerminal(name);
        }
        for (var name : NAMES) {
            awaitTerminal(name, Instant.EPOCH);
        }
        return NAMES.size() + " JVMs with a heap of 48 MB each";
    }

    private void startTerminal(String name) throws IOException {
        children.start(
                name,
                "48m",
                "node",
                "--join",
                directory.resolve("plane").resolve("kubeconfig").toString(),
                "--name",
                name,
                "--directory",
                directory.resolve(name).toString(),
                "--set",
                "labels=country=de");
    }

    private void awaitTerminal(String name, Instant after) throws Exception {
        await(
                name,
                () -> {
                    var terminal = client().find(Terminal.TYPE, "default", name);
                    terminal.filter(t -> t.seenAfter(after))
                            .ifPresent(t -> addresses.put(name, URI.create(t.spec().address())));
                    return terminal.filter(t -> t.seenAfter(after)).isPresent();
                });
    }

    private static RiskPolicy policy(long limit) {
        return new RiskPolicy(
                Metadata.of("default", POLICY),
                new RiskPolicy.Spec(
                        new RiskPolicy.Match(Map.of("country", "de")),
                        "EUR",
                        limit,
                        1_000_000_000,
                        List.of("casino"),
                        new RiskPolicy.Velocity(60, 1)),
                null);
    }

    private String apply(RiskPolicy policy) throws Exception {
        var found = client().find(RiskPolicy.TYPE, "default", POLICY);
        var stored =
                found.isEmpty()
                        ? client().create(RiskPolicy.TYPE, policy)
                        : client().update(
                                        RiskPolicy.TYPE,
                                        new RiskPolicy(
                                                found.get().metadata(), policy.spec(), null));
        long generation = stored.metadata().generation();
        await("server", () -> converged(generation));
        return "limit "
                + policy.spec().perPayment() / 100
                + " EUR, generation "
                + generation
                + ", enforced by "
                + NAMES.size()
                + " terminals";
    }

    private boolean converged(long generation) {
        var policy = client().get(RiskPolicy.TYPE, "default", POLICY);
        var ready = Condition.find(policy.conditions(), "Ready");
        return policy.status() != null
                && policy.status().converged() == NAMES.size()
                && ready.isPresent()
                && ready.get().status() == Condition.Status.True
                && ready.get().observedGeneration() == generation;
    }

    private String customersPay() throws Exception {
        await("server", () -> traffic().accepted() >= 200);
        return figures();
    }

    private String figures() {
        return String.format(
                Locale.ROOT,
                "%,d payments, %,d accepted, p50 %.1f ms, p99 %.1f ms",
                traffic().total(),
                traffic().accepted(),
                traffic().percentile(0.5),
                traffic().percentile(0.99));
    }

    private String enforced() throws Exception {
        long before = traffic().count(Decision.OverPaymentLimit);
        await("server", () -> traffic().count(Decision.OverPaymentLimit) > before + 20);
        return traffic().count(Decision.OverPaymentLimit) + " payments above a limit declined";
    }

    private String killTerminal() throws Exception {
        long before = traffic().unreachable();
        addresses.remove("terminal-2");
        children.kill("terminal-2");
        await("terminal-1", () -> traffic().unreachable() > before);
        return "terminal-2, with -9";
    }

    private String restartTerminal() throws Exception {
        var since = Instant.now();
        startTerminal("terminal-2");
        awaitTerminal("terminal-2", since);
        var policies = List.of(POLICY + "@2");
        await(
                "terminal-2",
                () -> {
                    var status = client().get(Terminal.TYPE, "default", "terminal-2").status();
                    return status != null && status.policies().equals(policies);
                });
        return "terminal-2 enforces " + policies.getFirst() + " again";
    }

    private String killServer() throws Exception {
        var before = inventory();
        var ledger = new Ledger(client());
        var writer = Thread.ofVirtual().start(ledger);
        await("server", () -> ledger.acknowledged() > 50);
        children.kill("server");
        writer.join();
        children.start(
                "server",
                "128m",
                "server",
                "--data",
                directory.resolve("plane").toString(),
                "--listen",
                "127.0.0.1:" + port);
        await("server", () -> answers(client()));
        var lost = ledger.lost();
        if (!lost.isEmpty()) {
            throw new IllegalStateException("lost acknowledged writes: " + lost);
        }
        if (!inventory().equals(before)) {
            throw new IllegalStateException("had " + before + ", found " + inventory());
        }
        await("server", () -> converged(2));
        return "nothing lost of "
                + ledger.acknowledged()
                + " writes acknowledged up to the kill and "
                + before.size()
                + " objects of the fleet";
    }

    private Map<String, String> inventory() {
        var result = new TreeMap<String, String>();
        for (var type : List.of(RiskPolicy.TYPE, Terminal.TYPE, TerminalConfig.TYPE)) {
            add(result, type);
        }
        return result;
    }

    private <R extends Resource> void add(Map<String, String> inventory, ResourceType<R> type) {
        for (var object : client().list(type, Query.in("default")).items()) {
            var metadata = object.metadata();
            inventory.put(
                    type.kind() + "/" + metadata.name(),
                    metadata.uid() + " generation " + metadata.generation());
        }
    }

    private String paidMeanwhile() throws Exception {
        long before = traffic().accepted();
        await("server", () -> traffic().accepted() > before + 50);
        return figures();
    }

    private String deletePolicy() throws Exception {
        client().delete(RiskPolicy.TYPE, "default", POLICY, DeleteOptions.DEFAULT);
        await("server", () -> client().find(RiskPolicy.TYPE, "default", POLICY).isEmpty());
        int left = client().list(TerminalConfig.TYPE, Query.in("default")).items().size();
        if (left > 0) {
            throw new IllegalStateException(left + " configs are left");
        }
        long before = traffic().count(Decision.NoPolicy);
        await("server", () -> traffic().count(Decision.NoPolicy) > before + 20);
        return "finalizer done, its configs are gone, terminals accept nothing";
    }

    private String allRight() {
        if (!traffic().wrong().isEmpty()) {
            throw new IllegalStateException(traffic().wrong());
        }
        return figures();
    }

    private void await(String child, BooleanSupplier condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        var last = "nothing happened";
        while (System.nanoTime() < deadline) {
            try {
                if (condition.getAsBoolean()) {
                    return;
                }
            } catch (StatusException e) {
                last = String.valueOf(e.getMessage());
            }
            var words = children.lastWords(child);
            if (!words.isEmpty()) {
                throw new IllegalStateException(words);
            }
            Thread.sleep(PAUSE);
        }
        throw new TimeoutException("not within " + PATIENCE.toSeconds() + " s: " + last);
    }

    private KubernetesClient client() {
        if (client == null) {
            throw new IllegalStateException("no server yet");
        }
        return client;
    }

    private Traffic traffic() {
        if (traffic == null) {
            throw new IllegalStateException("no traffic yet");
        }
        return traffic;
    }

    @Override
    public void close() {
        if (traffic != null) {
            traffic.close();
        }
        if (client != null) {
            client.close();
        }
    }

    /// Writes one object after another until the server is gone, and knows which were acknowledged.
    private static final class Ledger implements Runnable {
        private final KubernetesClient client;
        private volatile int acknowledged;

        Ledger(KubernetesClient client) {
            this.client = client;
        }

        int acknowledged() {
            return acknowledged;
        }

        @Override
        public void run() {
            try {
                while (true) {
                    var name = "ledger-" + acknowledged;
                    client.create(
                            ConfigMap.TYPE,
                            ConfigMap.of(Metadata.of("default", name), Map.of("k", name)));
                    acknowledged++;
                }
            } catch (StatusException _) {
                // The server is gone: what was written before is what must be there again.
            }
        }

        List<String> lost() {
            return java.util.stream.IntStream.range(0, acknowledged)
                    .mapToObj(i -> "ledger-" + i)
                    .filter(name -> client.find(ConfigMap.TYPE, "default", name).isEmpty())
                    .toList();
        }
    }
}
