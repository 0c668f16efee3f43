package dev.weir.payments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.apiserver.ApiServer;
import dev.weir.resource.Client;
import dev.weir.resource.Condition;
import dev.weir.resource.DeleteOptions;
import dev.weir.resource.Metadata;
import dev.weir.resource.Program;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import dev.weir.resource.StatusException;
import dev.weir.store.Store;
import dev.weir.store.StoreOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// Random changes of policies and terminals, with a real controller and terminals that answer late
/// or not at all: once nothing changes any more, every terminal has what its policies say.
class PolicyProperties {
    private static final int CHANGES = 40;
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    @Property(tries = 30)
    void whatIsWishedBecomesTrueAfterAnyChanges(@ForAll long seed) throws Exception {
        var payments = new Payments();
        try (var store = Store.inMemory(StoreOptions.DEFAULT);
                var server =
                        ApiServer.start(store, ApiServer.Options.inProcess(List.of(payments)));
                var _ = control(payments, server.client())) {
            var random = new Random(seed);
            var client = server.client();
            for (int i = 0; i < CHANGES; i++) {
                attempt(() -> change(client, random));
            }
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!Wishes.unmet(client).isEmpty() && System.nanoTime() < deadline) {
                attempt(() -> report(client));
                attempt(() -> acknowledge(client, new Random(), 1));
                Thread.sleep(2);
            }
            assertThat(Wishes.unmet(client)).isEmpty();
        }
    }

    private static Program.Running control(Payments payments, Client client) throws Exception {
        var options = Map.of("silence", "1");
        var host = new Program.Host(client, "server", Path.of("unused"), options);
        return payments.controllers().getFirst().start(host);
    }

    /// Refusals are part of the game: what is to be changed may be gone, or changed by another.
    private static void attempt(Runnable change) {
        try {
            change.run();
        } catch (StatusException _) {
            // The next change meets another state.
        }
    }

    private static void change(Client client, Random random) {
        var policy = "p" + random.nextInt(3);
        var terminal = "t" + random.nextInt(4);
        switch (random.nextInt(8)) {
            case 0, 1 -> put(client, RiskPolicy.TYPE, policy(policy, random));
            case 2 -> client.delete(RiskPolicy.TYPE, "default", policy, DeleteOptions.DEFAULT);
            case 3, 4 -> put(client, Terminal.TYPE, terminal(terminal, random));
            case 5 -> client.delete(Terminal.TYPE, "default", terminal, DeleteOptions.DEFAULT);
            case 6 -> acknowledge(client, random, 3);
            default -> client.create(TerminalConfig.TYPE, foreign(policy, terminal, random));
        }
    }

    private static <R extends Resource> void put(Client client, ResourceType<R> type, R object) {
        var metadata = object.metadata();
        var stored = client.find(type, "default", metadata.name()).map(Resource::metadata);
        if (stored.isEmpty()) {
            client.create(type, object);
            return;
        }
        var next = metadata.withResourceVersion(stored.get().resourceVersion());
        client.update(type, type.withMetadata(object, next));
    }

    private static String region(Random random) {
        return random.nextBoolean() ? "north" : "south";
    }

    private static RiskPolicy policy(String name, Random random) {
        var labels =
                random.nextInt(3) == 0
                        ? Map.<String, String>of()
                        : Map.of("region", region(random));
        var metadata = Metadata.of("default", name).withFinalizer(PolicyReconciler.REVOKED.name());
        var spec =
                new RiskPolicy.Spec(
                        new RiskPolicy.Match(labels),
                        "EUR",
                        1 + random.nextInt(1000),
                        1000,
                        List.of(),
                        new RiskPolicy.Velocity(1, 1));
        return new RiskPolicy(metadata, spec, null);
    }

    private static Terminal terminal(String name, Random random) {
        return new Terminal(
                Metadata.of("default", name).withLabel("region", region(random)),
                new Terminal.Spec("http://127.0.0.1:1"),
                null);
    }

    private static TerminalConfig foreign(String policy, String terminal, Random random) {
        return new TerminalConfig(
                Metadata.of("default", TerminalConfig.name(policy, terminal)),
                new TerminalConfig.Spec(terminal, policy, 1, policy(policy, random).spec(), false),
                null);
    }

    private static void report(Client client) {
        for (var terminal : Wishes.all(client, Terminal.TYPE)) {
            var status = new Terminal.Status(List.of(), 0, 0, Instant.now());
            client.updateStatus(
                    Terminal.TYPE, new Terminal(terminal.metadata(), terminal.spec(), status));
        }
    }

    /// Terminals say that they did what their configs say; one in so many.
    private static void acknowledge(Client client, Random random, int oneIn) {
        for (var config : Wishes.all(client, TerminalConfig.TYPE)) {
            if (config.applied() || random.nextInt(oneIn) != 0) {
                continue;
            }
            var done =
                    new Condition(
                            TerminalConfig.APPLIED,
                            Condition.Status.True,
                            config.metadata().generation(),
                            Instant.now(),
                            "Enforced",
                            "");
            var status = new TerminalConfig.Status(List.of(done));
            client.updateStatus(
                    TerminalConfig.TYPE,
                    new TerminalConfig(config.metadata(), config.spec(), status));
        }
    }
}
