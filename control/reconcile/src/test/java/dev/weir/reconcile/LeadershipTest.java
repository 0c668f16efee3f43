package dev.weir.reconcile;

import static dev.weir.reconcile.World.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.reconcile.World.Shop;
import dev.weir.reconcile.World.Till;
import dev.weir.resource.StatusException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LeadershipTest {
    private final World world = new World();
    private final AtomicBoolean down = new AtomicBoolean();
    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();

    private final List<Manager> managers = new ArrayList<>();

    @AfterEach
    void close() {
        managers.forEach(Manager::close);
        world.close();
    }

    @Test
    void onlyTheLeaderWorksAndAReleaseHandsOverAtOnce() {
        var a = manager("a");
        var b = manager("b");
        a.start();
        await(a::leading);
        b.start();
        world.client().create(Shop.TYPE, Shop.of("one", 1));
        await(() -> calls("a") == 1 && b.ready());
        assertThat(calls("b")).isZero();
        a.close();
        long start = System.nanoTime();
        await(() -> calls("b") == 1);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(1500));
        assertThat(a.leading()).isFalse();
    }

    @Test
    void aLeaderThatIsCutOffStopsBeforeAnotherWorksAndComesBackAsCandidate() {
        var a = manager("a");
        var b = manager("b");
        a.start();
        await(a::leading);
        b.start();
        world.client().create(Shop.TYPE, Shop.of("one", 1));
        await(() -> calls("a") == 1);
        down.set(true);
        await(() -> !a.leading());
        assertThat(b.leading()).isFalse();
        await(b::leading);
        await(() -> calls("b") == 1);
        down.set(false);
        b.close();
        await(a::leading);
        await(() -> calls("a") == 2);
    }

    @Test
    void aReconcileThatOutlivesItsTermWritesNothing() throws InterruptedException {
        var entered = new CountDownLatch(1);
        var resume = new CountDownLatch(1);
        var refused = new CountDownLatch(1);
        var a = candidate("a");
        var b = manager("b");
        a.controller(Shop.TYPE)
                .reconcile((_, context) -> {
                    entered.countDown();
                    awaitUninterrupted(resume);
                    try {
                        context.client().create(Till.TYPE, Till.of("late", 1));
                    } catch (StatusException e) {
                        refused.countDown();
                    }
                    return Result.done();
                });
        a.start();
        await(a::leading);
        b.start();
        world.client().create(Shop.TYPE, Shop.of("one", 1));
        entered.await();
        down.set(true);
        await(b::leading);
        down.set(false);
        resume.countDown();
        refused.await();
        assertThat(world.count(Till.TYPE)).isZero();
    }

    @Test
    void aManagerThatDoesNotLeadWritesNothing() {
        var a = manager("a");
        assertThatThrownBy(() -> a.client().create(Till.TYPE, Till.of("x", 1)))
                .isInstanceOf(StatusException.class)
                .hasMessageContaining("does not lead");
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException _) {
                // The reconciler of this test is one that takes no notice of interrupts.
            }
        }
    }

    private Manager manager(String identity) {
        calls.put(identity, new AtomicInteger());
        var manager = candidate(identity);
        manager.controller(Shop.TYPE)
                .reconcile((_, _) -> {
                    calls.get(identity).incrementAndGet();
                    return Result.done();
                });
        return manager;
    }

    private Manager candidate(String identity) {
        var client = identity.equals("a") ? world.client(down::get) : world.client();
        var manager = Manager.of(client).leaderElection(rules(identity));
        managers.add(manager);
        return manager;
    }

    private int calls(String identity) {
        return calls.get(identity).get();
    }

    private static LeaderElection rules(String identity) {
        return LeaderElection.on("default", "shops")
                .identity(identity)
                .times(Duration.ofSeconds(2), Duration.ofMillis(1200), Duration.ofMillis(200));
    }
}
