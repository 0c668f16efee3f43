package dev.weir.clients;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/// fabric8: leader election on a Lease.
final class Fabric8Elections {
    private final KubernetesClient client;
    private final Set<String> leaders = ConcurrentHashMap.newKeySet();

    Fabric8Elections(KubernetesClient client) {
        this.client = client;
    }

    void check(ForeignClients.Ledger ledger) throws InterruptedException {
        ledger.check("fabric8: of two candidates one leads, then the other", this::handOver);
    }

    private void handOver() throws Exception {
        var first = candidate("first");
        Expect.soon("the first leads", () -> leaders.contains("first"));
        var second = candidate("second");
        Thread.sleep(600);
        Expect.same(Set.of("first"), leaders);
        first.cancel(true);
        Expect.soon("the second leads", () -> leaders.equals(Set.of("second")));
        var lease = client.leases().inNamespace("default").withName("elected").get();
        Expect.same("second", lease.getSpec().getHolderIdentity());
        Expect.that(lease.getSpec().getLeaseTransitions() >= 1, "a transition");
        second.cancel(true);
        Expect.soon("nobody leads", leaders::isEmpty);
    }

    private CompletableFuture<?> candidate(String name) {
        var config =
                new LeaderElectionConfigBuilder()
                        .withName(name)
                        .withLock(new LeaseLock("default", "elected", name))
                        .withLeaseDuration(Duration.ofSeconds(2))
                        .withRenewDeadline(Duration.ofMillis(1500))
                        .withRetryPeriod(Duration.ofMillis(200))
                        .withReleaseOnCancel(true)
                        .withLeaderCallbacks(
                                new LeaderCallbacks(
                                        () -> leaders.add(name),
                                        () -> leaders.remove(name),
                                        _ -> {}))
                        .build();
        return client.leaderElector().withConfig(config).build().start();
    }
}
