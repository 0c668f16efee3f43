package dev.weir.payments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.apiserver.ApiServer;
import dev.weir.kubernetes.Kubeconfig;
import dev.weir.kubernetes.KubernetesClient;
import dev.weir.resource.Client;
import dev.weir.resource.Condition;
import dev.weir.resource.DeleteOptions;
import dev.weir.resource.Event;
import dev.weir.resource.Json;
import dev.weir.resource.Metadata;
import dev.weir.resource.Patch;
import dev.weir.resource.Program;
import dev.weir.resource.Query;
import dev.weir.resource.WriteOptions;
import dev.weir.store.Store;
import dev.weir.store.StoreOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// The fleet in one process: a real server and controller, and terminals that take payments; first
/// without HTTP, then all over HTTPS.
@ParameterizedClass
@ValueSource(booleans = {false, true})
class FleetIT {
    @TempDir Path directory;
    @Parameter boolean overHttps;

    private final Payments payments = new Payments();
    private final List<Program.Running> running = new ArrayList<>();
    private Store store;
    private ApiServer server;
    private Client client;
    private KubernetesClient remote;

    @BeforeEach
    void start() throws Exception {
        store = Store.inMemory(StoreOptions.DEFAULT);
        if (overHttps) {
            var address = new InetSocketAddress("127.0.0.1", 0);
            var options = ApiServer.Options.on(address, directory, List.of(payments));
            server = ApiServer.start(store, options);
            var kubeconfig = Kubeconfig.parse(server.kubeconfig(), directory);
            remote = KubernetesClient.connect(kubeconfig.connection());
            client = remote;
        } else {
            server = ApiServer.start(store, ApiServer.Options.inProcess(List.of(payments)));
            client = server.client();
        }
        for (var program : payments.controllers()) {
            running.add(
                    program.start(
                            new Program.Host(
                                    client,
                                    "server",
                                    directory,
                                    Map.of("silence", "4", "receipts", "3"))));
        }
    }

    @AfterEach
    void stop() {
        running.reversed().forEach(Program.Running::close);
        if (remote != null) {
            remote.close();
        }
        server.close();
        store.close();
    }

    private void terminal(String name, String region) throws Exception {
        terminal(name, region, 0);
    }

    private void terminal(String name, String region, int port) throws Exception {
        var home = Files.createDirectories(directory.resolve(name));
        var options = Map.of("labels", "region=" + region, "port", Integer.toString(port));
        var host = new Program.Host(client, name, home, options);
        running.add(payments.workloads().getFirst().start(host));
    }

    private static RiskPolicy policy(String name, String region, String currency, long limit) {
        var match = new RiskPolicy.Match(region.isEmpty() ? Map.of() : Map.of("region", region));
        var spec =
                new RiskPolicy.Spec(
                        match,
                        currency,
                        limit,
                        limit * 1000,
                        List.of("casino"),
                        new RiskPolicy.Velocity(60, 60));
        return new RiskPolicy(Metadata.of("default", name), spec, null);
    }

    @Test
    void booksAcceptedPaymentsAndKeepsTheNewest() throws Exception {
        terminal("t1", "north");
        client.create(RiskPolicy.TYPE, policy("p", "north", "EUR", 100));
        eventually(() -> ready("p", 1));
        for (int amount = 1; amount <= 5; amount++) {
            assertThat(pay("t1", amount)).isEqualTo("Approved [p@1]");
            assertThat(pay("t1", 101)).startsWith("OverPaymentLimit");
        }
        eventually(() -> booked().equals(List.of(3L, 4L, 5L)));
        assertThat(running.getLast().metrics())
                .contains("payments_receipts_total{state=\"booked\"} 5")
                .contains("payments_receipts_total{state=\"lost\"} 0");
    }

    private List<Long> booked() {
        return client.list(Receipt.TYPE, Query.ALL).items().stream()
                .map(receipt -> receipt.spec().amount())
                .sorted()
                .toList();
    }

    @Test
    void enforcesAPolicyOnTheTerminalsThatItSelects() throws Exception {
        terminal("t1", "north");
        terminal("t2", "south");
        client.create(RiskPolicy.TYPE, policy("p", "north", "EUR", 100));
        eventually(() -> ready("p", 1));
        assertThat(pay("t1", 100)).isEqualTo("Approved [p@1]");
        assertThat(pay("t1", 101)).isEqualTo("OverPaymentLimit [p@1]");
        assertThat(pay("t2", 1)).isEqualTo("NoPolicy []");
        eventually(() -> terminal("t1").status().policies().equals(List.of("p@1")));
    }

    @Test
    void followsChangesOfPolicyAndOfLabels() throws Exception {
        terminal("t1", "north");
        client.create(RiskPolicy.TYPE, policy("p", "north", "EUR", 100));
        eventually(() -> ready("p", 1));
        change(
                "p",
                p -> new RiskPolicy(p.metadata(), policy("p", "north", "EUR", 50).spec(), null));
        eventually(() -> ready("p", 1) && generation("p") == 2);
        assertThat(pay("t1", 51)).isEqualTo("OverPaymentLimit [p@2]");

        terminal("t2", "north");
        eventually(() -> ready("p", 2));
        // A patch without a version: the terminal itself writes its status meanwhile.
        client.patch(
                Terminal.TYPE,
                "default",
                "t2",
                Patch.merge(
                        Json.Obj.of(
                                "metadata",
                                Json.Obj.of("labels", Json.Obj.of("region", Json.of("south"))))),
                WriteOptions.DEFAULT);
        eventually(() -> ready("p", 1) && configs() == 1);
        eventually(() -> pay("t2", 1).equals("NoPolicy []"));
    }

    @Test
    void combinesPoliciesAndSaysWhichCannotBeCombined() throws Exception {
        terminal("t1", "north");
        client.create(RiskPolicy.TYPE, policy("a", "north", "EUR", 100));
        eventually(() -> ready("a", 1));
        client.create(RiskPolicy.TYPE, policy("b", "", "EUR", 70));
        eventually(() -> ready("b", 1));
        assertThat(pay("t1", 71)).startsWith("OverPaymentLimit [a@1, b@1]");
        client.create(RiskPolicy.TYPE, policy("c", "", "USD", 70));
        eventually(() -> holds("c", "Degraded"));
        assertThat(holds("c", "Ready")).isFalse();
        eventually(() ->
                told("a").contains("Normal Converged 1 of 1 terminals enforce it, generation 1"));
        eventually(() -> told("c").stream().anyMatch(text -> text.startsWith("Warning Refused ")));
        assertThat(pay("t1", 70)).startsWith("Approved [a@1, b@1]");
    }

    @Test
    void revokesADeletedPolicyBeforeItGoes() throws Exception {
        terminal("t1", "north");
        client.create(RiskPolicy.TYPE, policy("p", "", "EUR", 100));
        eventually(() -> ready("p", 1));
        client.delete(RiskPolicy.TYPE, "default", "p", DeleteOptions.DEFAULT);
        eventually(() -> client.find(RiskPolicy.TYPE, "default", "p").isEmpty());
        assertThat(configs()).isZero();
        assertThat(pay("t1", 1)).isEqualTo("NoPolicy []");
        eventually(() -> told("p").contains("Normal Revoked no terminal enforces it any more"));
    }

    @Test
    void aTerminalThatStartsAloneEnforcesWhatItLastKnew() throws Exception {
        terminal("t1", "north");
        client.create(RiskPolicy.TYPE, policy("p", "", "EUR", 100));
        eventually(() -> ready("p", 1));
        var port = URI.create(terminal("t1").spec().address()).getPort();
        running.removeLast().close();
        running.removeLast().close();
        store.close();
        terminal("t1", "north", port);
        assertThat(pay(URI.create("http://127.0.0.1:" + port), 101))
                .isEqualTo("OverPaymentLimit [p@1]");
    }

    @Test
    void aDeadTerminalIsToldOfAndHoldsUpNoDeletion() throws Exception {
        terminal("t1", "north");
        client.create(RiskPolicy.TYPE, policy("p", "", "EUR", 100));
        eventually(() -> ready("p", 1));
        running.removeLast().close();
        eventually(() -> holds("p", "Degraded"));
        assertThat(holds("p", "Ready")).isFalse();
        client.delete(RiskPolicy.TYPE, "default", "p", DeleteOptions.DEFAULT);
        eventually(() -> client.find(RiskPolicy.TYPE, "default", "p").isEmpty());
    }

    @Test
    void aTerminalWhoseObjectWasDeletedRegistersAgain() throws Exception {
        terminal("t1", "north");
        client.create(RiskPolicy.TYPE, policy("p", "north", "EUR", 100));
        eventually(() -> ready("p", 1));
        var uid = terminal("t1").metadata().uid();
        client.delete(Terminal.TYPE, "default", "t1", DeleteOptions.DEFAULT);
        eventually(() ->
                client.find(Terminal.TYPE, "default", "t1")
                        .filter(t -> !t.metadata().uid().equals(uid))
                        .isPresent());
        eventually(() -> ready("p", 1));
    }

    @Test
    void replacesAConfigThatIsNotThePolicys() throws Exception {
        terminal("t1", "north");
        var stale =
                new TerminalConfig(
                        Metadata.of("default", TerminalConfig.name("p", "t1"))
                                .withLabel(TerminalConfig.TERMINAL, "t1"),
                        new TerminalConfig.Spec(
                                "t1", "p", 7, policy("p", "", "EUR", 5).spec(), false),
                        null);
        client.create(TerminalConfig.TYPE, stale);
        eventually(() -> client.find(Terminal.TYPE, "default", "t1").isPresent());
        eventually(() -> pay("t1", 6).startsWith("OverPaymentLimit [p@7]"));
        client.create(RiskPolicy.TYPE, policy("p", "", "EUR", 100));
        eventually(() -> ready("p", 1));
        assertThat(pay("t1", 6)).isEqualTo("Approved [p@1]");
        client.delete(RiskPolicy.TYPE, "default", "p", DeleteOptions.DEFAULT);
        eventually(() -> client.find(RiskPolicy.TYPE, "default", "p").isEmpty());
        assertThat(configs()).isZero();
    }

    @Test
    void refusesContradictions() {
        var spec = policy("p", "", "EUR", 100).spec();
        var broken =
                new RiskPolicy.Spec(spec.selector(), "EUR", 100, 99, List.of(), spec.velocity());
        assertThatThrownBy(() ->
                        client.create(
                                RiskPolicy.TYPE,
                                new RiskPolicy(Metadata.of("default", "p"), broken, null)))
                .hasMessageContaining("spec.perDay")
                .hasMessageContaining("raise it, or lower perPayment");
        assertThatThrownBy(() -> client.create(RiskPolicy.TYPE, policy("p", "", "XYZ", 1)))
                .hasMessageContaining("no currency of ISO 4217: XYZ");
    }

    private Terminal terminal(String name) {
        return client.get(Terminal.TYPE, "default", name);
    }

    private int configs() {
        return client.list(TerminalConfig.TYPE, Query.in("default")).items().size();
    }

    private long generation(String name) {
        return client.get(RiskPolicy.TYPE, "default", name).metadata().generation();
    }

    /// Whether the policy says, of its newest generation, that so many terminals enforce it.
    private boolean ready(String name, int terminals) {
        var policy = client.get(RiskPolicy.TYPE, "default", name);
        var condition = Condition.find(policy.conditions(), "Ready");
        return policy.status() != null
                && policy.status().converged() == terminals
                && policy.status().terminals() == terminals
                && condition.isPresent()
                && condition.get().status() == Condition.Status.True
                && condition.get().observedGeneration() == policy.metadata().generation();
    }

    private boolean holds(String name, String condition) {
        return Condition.isTrue(
                client.get(RiskPolicy.TYPE, "default", name).conditions(), condition);
    }

    /// The events of the policy: type, reason, message.
    private List<String> told(String name) {
        return client.list(Event.TYPE, Query.in("default")).items().stream()
                .filter(event -> name.equals(event.involvedObject().name()))
                .map(event -> event.type() + " " + event.reason() + " " + event.message())
                .toList();
    }

    private void change(String name, UnaryOperator<RiskPolicy> change) {
        var policy = client.get(RiskPolicy.TYPE, "default", name);
        client.update(RiskPolicy.TYPE, change.apply(policy));
    }

    /// The decision, and the policies that it comes from.
    private String pay(String terminal, long amount) {
        return pay(URI.create(terminal(terminal).spec().address()), amount);
    }

    private static String pay(URI terminal, long amount) {
        var body =
                "{\"amount\":%d,\"currency\":\"EUR\",\"merchant\":\"bakery\",\"card\":\"c\"}"
                        .formatted(amount);
        try {
            var uri = terminal.resolve("/payments");
            var connection = (HttpURLConnection) uri.toURL().openConnection();
            connection.setDoOutput(true);
            try (OutputStream out = connection.getOutputStream()) {
                out.write(body.getBytes(StandardCharsets.UTF_8));
            }
            var answer = Json.parse(connection.getInputStream().readAllBytes()).asObject();
            return answer.string("decision") + " " + answer.array("policies").strings();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void eventually(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            Thread.sleep(10);
        }
    }
}
