package dev.weir.payments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.reconcile.Change;
import dev.weir.reconcile.Context;
import dev.weir.reconcile.Manager;
import dev.weir.reconcile.Result;
import dev.weir.resource.Client;
import dev.weir.resource.Condition;
import dev.weir.resource.DeleteOptions;
import dev.weir.resource.Metadata;
import dev.weir.simulate.Fault;
import dev.weir.simulate.Simulation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The controller of policies in a thousand orders of events, with crashes, lost answers and old
/// caches, and terminals that come, go, move and fall silent.
class PolicySimulationTest {
    private static final Duration SILENCE = Duration.ofHours(1);

    @Test
    void bringsAboutWhatIsWishedWhateverHappens() {
        var summary =
                Simulation.of(PolicySimulationTest::control)
                        .extension(new Payments())
                        .step("terminal t1", client -> terminal(client, "t1", "north"))
                        .step("policy p", client -> policy(client, "p", Map.of(), 100))
                        .step("terminal t2", client -> terminal(client, "t2", "south"))
                        .step("policy q", client -> policy(client, "q", region("north"), 50))
                        .step("p changes", client -> policy(client, "p", Map.of(), 200))
                        .step("t2 moves", client -> terminal(client, "t2", "north"))
                        .step("a config of nobody", PolicySimulationTest::foreign)
                        .step("q goes", client -> delete(client, "q"))
                        .step("t1 moves", client -> terminal(client, "t1", "south"))
                        .step("t2 goes", PolicySimulationTest::remove)
                        .step("p goes", client -> delete(client, "p"))
                        .step("policy r", client -> policy(client, "r", region("south"), 7))
                        .step("terminal t3", client -> terminal(client, "t3", "south"))
                        .settled(
                                "what is wished",
                                client -> assertThat(Wishes.unmet(client)).isEmpty())
                        .settled(
                                "no policy is left that was deleted",
                                client ->
                                        assertThat(Wishes.all(client, RiskPolicy.TYPE))
                                                .extracting(policy -> policy.metadata().name())
                                                .containsExactly("r"))
                        .heartbeats(Terminal.TYPE)
                        .rest(SILENCE.multipliedBy(2))
                        .run(1_000);
        assertThat(summary.faults()).containsOnlyKeys(Fault.values());
    }

    private static void control(Manager manager) {
        Payments.control(manager, SILENCE);
        manager.controller(Terminal.TYPE)
                .filter(Change::isWish)
                .reconcile(PolicySimulationTest::report);
        manager.controller(TerminalConfig.TYPE)
                .maxConcurrent(2)
                .reconcile(PolicySimulationTest::acknowledge);
    }

    /// Terminals tell that they are there, but t2 only once.
    private static Result report(Terminal terminal, Context context) {
        boolean powered = !terminal.metadata().name().equals("t2");
        if (powered || terminal.status() == null) {
            var status = new Terminal.Status(List.of(), 0, 0, context.time().now());
            context.client()
                    .updateStatus(
                            Terminal.TYPE,
                            new Terminal(terminal.metadata(), terminal.spec(), status));
        }
        return powered ? Result.again(SILENCE.dividedBy(3)) : Result.done();
    }

    /// What a terminal does with its config, but that t2 has lost its power.
    private static Result acknowledge(TerminalConfig config, Context context) {
        if (!config.applied() && !config.spec().terminal().equals("t2")) {
            var done =
                    new Condition(
                            TerminalConfig.APPLIED,
                            Condition.Status.True,
                            config.metadata().generation(),
                            context.time().now(),
                            "Enforced",
                            "");
            var status = new TerminalConfig.Status(List.of(done));
            context.client()
                    .updateStatus(
                            TerminalConfig.TYPE,
                            new TerminalConfig(config.metadata(), config.spec(), status));
        }
        return Result.done();
    }

    private static Map<String, String> region(String name) {
        return Map.of("region", name);
    }

    private static void terminal(Client client, String name, String region) {
        var old = client.find(Terminal.TYPE, "default", name);
        var metadata = old.map(Terminal::metadata).orElse(Metadata.of("default", name));
        var terminal =
                new Terminal(
                        metadata.withLabel("region", region),
                        new Terminal.Spec("http://127.0.0.1:1"),
                        null);
        if (old.isPresent()) {
            client.update(Terminal.TYPE, terminal);
        } else {
            client.create(Terminal.TYPE, terminal);
        }
    }

    private static void remove(Client client) {
        client.delete(Terminal.TYPE, "default", "t2", DeleteOptions.DEFAULT);
    }

    private static RiskPolicy.Spec spec(Map<String, String> labels, long limit) {
        return new RiskPolicy.Spec(
                new RiskPolicy.Match(labels),
                "EUR",
                limit,
                1000,
                List.of(),
                new RiskPolicy.Velocity(1, 1));
    }

    private static void policy(Client client, String name, Map<String, String> labels, long limit) {
        var old = client.find(RiskPolicy.TYPE, "default", name);
        if (old.isPresent()) {
            var metadata = old.get().metadata();
            client.update(RiskPolicy.TYPE, new RiskPolicy(metadata, spec(labels, limit), null));
        } else {
            var metadata = Metadata.of("default", name);
            client.create(RiskPolicy.TYPE, new RiskPolicy(metadata, spec(labels, limit), null));
        }
    }

    private static void delete(Client client, String name) {
        client.delete(RiskPolicy.TYPE, "default", name, DeleteOptions.DEFAULT);
    }

    private static void foreign(Client client) {
        var name = TerminalConfig.name("r", "t3");
        var spec = new TerminalConfig.Spec("t3", "r", 1, spec(Map.of(), 9), false);
        client.create(
                TerminalConfig.TYPE, new TerminalConfig(Metadata.of("default", name), spec, null));
    }
}
