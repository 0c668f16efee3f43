package dev.weir.reconcile;

import static dev.weir.reconcile.World.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.reconcile.World.Shop;
import dev.weir.resource.Lease;
import dev.weir.resource.Program;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HealthTest {
    private final World world = new World();
    private final AtomicBoolean down = new AtomicBoolean();
    private final Manager manager = Manager.of(world.client(down::get));

    @AfterEach
    void close() {
        manager.close();
        world.close();
    }

    @Test
    void aKindThatWasNeverListedIsNamedWithTheReason() {
        down.set(true);
        manager.controller(Shop.TYPE).reconcile((_, _) -> Result.done());
        assertThat(problem("informer-sync/shops.test.example.com")).isEqualTo("not listed yet");
        manager.start();
        await(() ->
                problem("informer-sync/shops.test.example.com")
                        .equals("not listed yet: down on purpose"));
        assertThat(manager.ready()).isFalse();
        down.set(false);
        await(manager::ready);
        assertThat(manager.checks()).allMatch(Program.Check::passed);
    }

    @Test
    void aReconcileThatIgnoresItsInterruptIsNamed() {
        var release = new CountDownLatch(1);
        manager.controller(Shop.TYPE)
                .deadline(Duration.ofMillis(50))
                .retry(Duration.ofMinutes(1), Duration.ofMinutes(1))
                .reconcile((_, _) -> {
                    while (release.getCount() > 0) {
                        Thread.onSpinWait();
                    }
                    return Result.done();
                });
        manager.start();
        world.client().create(Shop.TYPE, Shop.of("stuck", 1));
        await(() -> !problem("reconcile/shop").isEmpty());
        assertThat(problem("reconcile/shop"))
                .matches("default/stuck has run for \\d+ s and ignores .* its deadline of 0.05 s");
        assertThat(check("reconcile/shop").vital()).isTrue();
        assertThat(manager.ready()).isFalse();
        release.countDown();
        await(() -> problem("reconcile/shop").isEmpty());
    }

    @Test
    void aLostLeaseIsAProblemUntilSomebodyIsKnownToHoldIt() {
        manager.leaderElection(
                LeaderElection.on("default", "shops")
                        .identity("a")
                        .times(
                                Duration.ofSeconds(1),
                                Duration.ofMillis(600),
                                Duration.ofMillis(100)));
        manager.start();
        await(() -> manager.leading() && problem("leader-election").isEmpty());
        down.set(true);
        await(() -> !manager.leading());
        await(() -> !problem("leader-election").isEmpty());
        assertThat(problem("leader-election"))
                .isEqualTo("the lease shops was lost: the lease was not renewed in time");
        var lease = world.client().get(Lease.TYPE, "default", "shops");
        var spec = new Lease.Spec("another", 30, null, null, 2);
        world.client().update(Lease.TYPE, new Lease(lease.metadata(), spec));
        down.set(false);
        await(() -> problem("leader-election").isEmpty());
        assertThat(manager.leading()).isFalse();
    }

    private String problem(String name) {
        return check(name).problem();
    }

    private Program.Check check(String name) {
        return manager.checks().stream()
                .filter(check -> check.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
