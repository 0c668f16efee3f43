package dev.weir.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weir.apiserver.ApiServer;
import dev.weir.resource.Client;
import dev.weir.resource.Condition;
import dev.weir.resource.DeleteOptions;
import dev.weir.resource.Metadata;
import dev.weir.resource.StatusException;
import dev.weir.store.Store;
import dev.weir.store.StoreOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An engine that does what the policies of a control plane say.
class PolicyFollowerTest {
    private static final String NAMESPACE = "default";

    @TempDir private Path folder;
    private Store store;
    private ApiServer server;
    private Client client;

    @BeforeEach
    void open() throws Exception {
        store = Store.open(folder, StoreOptions.DEFAULT);
        var options = ApiServer.Options.inProcess(List.of(new TelemetryExtension()));
        server = ApiServer.start(store, options);
        client = server.client();
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        server.close();
        store.close();
    }

    private static TelemetryPolicy policy(String name, Double ratio, String... services) {
        return new TelemetryPolicy(
                Metadata.of(NAMESPACE, name),
                new TelemetryPolicy.Spec(List.of(services), ratio),
                null);
    }

    private PolicyFollower follow(String node, Fixture fixture) {
        return PolicyFollower.start(client, node, () -> Optional.of(fixture.telemetry));
    }

    @Test
    void appliesTheLastPolicyThatNamesTheServiceAndSaysSo() throws InterruptedException {
        client.create(TelemetryPolicy.TYPE, policy("a", 0.25));
        try (var fixture = new Fixture(o -> o.serviceName("shop"));
                var _ = follow("till-1", fixture)) {
            await("a", said(Condition.Status.True, "Followed"));
            assertThat(get("a").engine("till-1"))
                    .isEqualTo(new TelemetryPolicy.Engine("shop", 1, 0.25, ""));
            client.create(TelemetryPolicy.TYPE, policy("c", 0.75, "other"));
            client.create(TelemetryPolicy.TYPE, policy("b", 0.5, "shop"));
            await("b", said(Condition.Status.True, "Followed"));
            await("a", said(Condition.Status.False, "Overruled"));
            assertThat(fixture.telemetry.sampling())
                    .isEqualTo(new Sampling.ParentBased(new Sampling.TraceIdRatio(0.5)));
            assertThat(get("a").engine("till-1"))
                    .isEqualTo(new TelemetryPolicy.Engine("shop", 1, 0.5, "default/b"));
            assertThat(get("c").status()).isNull();
            client.delete(TelemetryPolicy.TYPE, NAMESPACE, "b", DeleteOptions.DEFAULT);
            await("a", said(Condition.Status.True, "Followed"));
            var changed = get("a");
            var spec = new TelemetryPolicy.Spec(List.of(), null);
            client.update(
                    TelemetryPolicy.TYPE, new TelemetryPolicy(changed.metadata(), spec, null));
            await("a", policy -> observed(policy, 2, 1));
            assertThat(fixture.telemetry.sampling()).isEqualTo(Sampling.DEFAULT);
            var other = get("a");
            spec = new TelemetryPolicy.Spec(List.of("other"), 0.1);
            client.update(TelemetryPolicy.TYPE, new TelemetryPolicy(other.metadata(), spec, null));
            await("a", said(Condition.Status.Unknown, "NoEngine"));
            assertThat(get("a").status().engines()).isEmpty();
        }
    }

    @Test
    void severalEnginesSpeakForThemselves() throws InterruptedException {
        client.create(TelemetryPolicy.TYPE, policy("a", 0.25));
        try (var shop = new Fixture(o -> o.serviceName("shop"));
                var bank = new Fixture(o -> o.serviceName("bank"));
                var _ = follow("till-1", shop);
                var _ = follow("till-2", bank)) {
            await("a", policy -> policy.status() != null && policy.status().engines().size() == 2);
            assertThat(get("a").status().engines())
                    .isEqualTo(
                            Map.of(
                                    "till-1", new TelemetryPolicy.Engine("shop", 1, 0.25, ""),
                                    "till-2", new TelemetryPolicy.Engine("bank", 1, 0.25, "")));
            client.create(TelemetryPolicy.TYPE, policy("b", 0.5, "bank"));
            await("a", said(Condition.Status.False, "Overruled"));
            var condition = get("a").status().conditions().getFirst();
            assertThat(condition.message()).contains("default/b");
            assertThat(get("a").engine("till-1").overruledBy()).isEmpty();
        }
    }

    @Test
    void refusesWhatIsNoShare() {
        assertThatExceptionOfType(StatusException.class)
                .isThrownBy(() -> client.create(TelemetryPolicy.TYPE, policy("a", 1.5)))
                .satisfies(e -> assertThat(e.status().code()).isEqualTo(422));
    }

    private TelemetryPolicy get(String name) {
        return client.get(TelemetryPolicy.TYPE, NAMESPACE, name);
    }

    private static Predicate<TelemetryPolicy> said(Condition.Status status, String reason) {
        return policy ->
                policy.status() != null
                        && Condition.find(policy.status().conditions(), TelemetryPolicy.APPLIED)
                                .filter(c -> c.status() == status && c.reason().equals(reason))
                                .isPresent();
    }

    private static boolean observed(TelemetryPolicy policy, long generation, double share) {
        var engine = policy.engine("till-1");
        return engine != null
                && engine.observedGeneration() == generation
                && engine.samplingRatio() == share;
    }

    private void await(String name, Predicate<TelemetryPolicy> wanted) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!wanted.test(get(name)) && System.nanoTime() < deadline) {
            Thread.sleep(5);
        }
        assertThat(get(name)).matches(wanted);
    }

    @Test
    void extensionBringsTheKindAndWhatFollowsIt() {
        var extension = new TelemetryExtension();
        assertThat(extension.kinds()).containsExactly(TelemetryPolicy.TYPE);
        assertThat(extension.workloads()).hasSize(1);
    }
}
