package dev.weir.reconcile;

import static dev.weir.reconcile.World.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.reconcile.World.Shop;
import dev.weir.reconcile.World.Till;
import dev.weir.resource.Client;
import dev.weir.resource.Condition;
import dev.weir.resource.DeleteOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ManagerTest {
    private static final Finalizer CLEANED = new Finalizer("test.example.com/cleaned");

    private final World world = new World();
    private final Client client = world.client();
    private final Manager manager = Manager.of(client);

    @AfterEach
    void close() {
        manager.close();
        world.close();
    }

    @Test
    void makesWhatIsAskedForAndReportsIt() {
        manager.controller(Shop.TYPE).owns(Till.TYPE).maxConcurrent(4).reconcile(ManagerTest::open);
        client.create(Shop.TYPE, Shop.of("early", 2));
        manager.start();
        client.create(Shop.TYPE, Shop.of("late", 3));
        await(() -> world.count(Till.TYPE) == 5);
        await(() -> ready("early") && ready("late"));
        client.delete(Till.TYPE, "default", "late-1", DeleteOptions.DEFAULT);
        await(() -> world.count(Till.TYPE) == 5);
        var late = world.shop("late");
        client.update(Shop.TYPE, new Shop(late.metadata(), new Shop.Spec(4), null));
        await(() -> world.count(Till.TYPE) == 6);
        await(() ->
                Condition.find(world.shop("late").conditions(), "Ready")
                                .orElseThrow()
                                .observedGeneration()
                        == 2);
    }

    private static Result open(Shop shop, Context context) {
        for (int i = 0; i < shop.spec().tills(); i++) {
            var name = shop.metadata().name() + "-" + i;
            if (context.client().find(Till.TYPE, "default", name).isEmpty()) {
                var till = Till.of(name, i);
                context.client()
                        .create(Till.TYPE, Owners.control(Shop.TYPE, shop, Till.TYPE, till));
            }
        }
        var ready =
                new Condition(
                        "Ready",
                        Condition.Status.True,
                        shop.metadata().generation(),
                        Instant.EPOCH,
                        "Open",
                        "");
        if (!shop.conditions().contains(ready)) {
            context.client()
                    .updateStatus(
                            Shop.TYPE,
                            new Shop(
                                    shop.metadata(),
                                    shop.spec(),
                                    new Shop.State(ready.in(shop.conditions()))));
        }
        return Result.done();
    }

    @Test
    void readsItsOwnWritesBeforeTheInformerSeesThem() throws InterruptedException {
        var stale = new AtomicInteger();
        var done = new CountDownLatch(200);
        manager.controller(Shop.TYPE)
                .owns(Till.TYPE)
                .maxConcurrent(8)
                .reconcile((shop, context) -> {
                    var name = shop.metadata().name();
                    if (context.client().find(Till.TYPE, "default", name).isEmpty()) {
                        context.client().create(Till.TYPE, Till.of(name, 1));
                        if (context.client().find(Till.TYPE, "default", name).isEmpty()) {
                            stale.incrementAndGet();
                        }
                        done.countDown();
                    }
                    return Result.done();
                });
        manager.start();
        for (int i = 0; i < 200; i++) {
            client.create(Shop.TYPE, Shop.of("s" + i, 1));
        }
        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(stale).hasValue(0);
    }

    @Test
    void cleansUpBehindAFinalizer() {
        var cleaned = new AtomicInteger();
        manager.controller(Shop.TYPE)
                .reconcile((shop, context) -> {
                    if (shop.metadata().deleting()) {
                        cleaned.incrementAndGet();
                        CLEANED.remove(context.client(), Shop.TYPE, shop);
                    } else {
                        CLEANED.add(context.client(), Shop.TYPE, shop);
                    }
                    return Result.done();
                });
        manager.start();
        for (int i = 0; i < 50; i++) {
            client.create(Shop.TYPE, Shop.of("s" + i, 1));
        }
        for (int i = 0; i < 50; i++) {
            var name = "s" + i;
            await(() -> CLEANED.on(world.shop(name)));
            client.delete(Shop.TYPE, "default", name, DeleteOptions.DEFAULT);
        }
        await(() -> world.count(Shop.TYPE) == 0);
        assertThat(cleaned).hasValueGreaterThanOrEqualTo(50);
    }

    @Test
    void containsAReconcilerThatThrows() {
        var failures = new AtomicInteger();
        var served = new AtomicInteger();
        manager.controller(Shop.TYPE)
                .retry(Duration.ofMillis(1), Duration.ofMillis(20))
                .reconcile((shop, _) -> {
                    if (shop.metadata().name().equals("bad") && failures.getAndIncrement() < 3) {
                        throw new IllegalStateException("on purpose");
                    }
                    served.incrementAndGet();
                    return Result.done();
                });
        manager.start();
        client.create(Shop.TYPE, Shop.of("bad", 1));
        client.create(Shop.TYPE, Shop.of("good", 1));
        await(() -> failures.get() == 4 && served.get() == 2);
    }

    @Test
    void interruptsACallAtItsDeadlineAndGoesOn() {
        var interrupted = new AtomicInteger();
        var served = new AtomicInteger();
        manager.controller(Shop.TYPE)
                .deadline(Duration.ofMillis(50))
                .retry(Duration.ofSeconds(30), Duration.ofSeconds(30))
                .reconcile((shop, _) -> {
                    if (shop.metadata().name().equals("slow")) {
                        try {
                            Thread.sleep(60_000);
                        } catch (InterruptedException e) {
                            interrupted.incrementAndGet();
                            throw e;
                        }
                    }
                    served.incrementAndGet();
                    return Result.done();
                });
        manager.start();
        client.create(Shop.TYPE, Shop.of("slow", 1));
        await(() -> interrupted.get() == 1);
        client.create(Shop.TYPE, Shop.of("next", 1));
        await(() -> served.get() == 1);
    }

    @Test
    void callsAgainAfterTheTimeItWasAsked() {
        var calls = new AtomicInteger();
        manager.controller(Shop.TYPE)
                .reconcile((_, _) ->
                        calls.incrementAndGet() < 3
                                ? Result.again(Duration.ofMillis(5))
                                : Result.done());
        manager.start();
        client.create(Shop.TYPE, Shop.of("a", 1));
        await(() -> calls.get() == 3);
    }

    private boolean ready(String name) {
        return Condition.isTrue(world.shop(name).conditions(), "Ready");
    }
}
