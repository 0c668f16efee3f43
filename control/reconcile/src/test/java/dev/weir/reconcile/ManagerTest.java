package dev.weir.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.resource.Condition;
import dev.weir.resource.Kind;
import dev.weir.resource.Metadata;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import dev.weir.store.Store;
import dev.weir.store.StoreOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ManagerTest {
    @Kind(group = "test.example.com")
    record Shop(Metadata metadata, Spec spec, @Nullable State status) implements Resource {
        static final ResourceType<Shop> TYPE = ResourceType.of(Shop.class);

        record Spec(int tills) {}

        record State(List<Condition> conditions) {}
    }

    @Kind(group = "test.example.com")
    record Till(Metadata metadata, Spec spec) implements Resource {
        static final ResourceType<Till> TYPE = ResourceType.of(Till.class);

        record Spec(int number) {}
    }

    private static final Finalizer CLEANED = new Finalizer("test.example.com/cleaned");

    private final Store store = Store.inMemory(StoreOptions.DEFAULT);
    private final StoreClient client = new StoreClient(store);
    private final Manager manager = Manager.of(client);

    @AfterEach
    void close() {
        manager.close();
        store.close();
    }

    @Test
    void makesWhatIsAskedForAndReportsIt() {
        manager.controller(Shop.TYPE).owns(Till.TYPE).maxConcurrent(4).reconcile(ManagerTest::open);
        client.create(Shop.TYPE, shop("early", 2));
        manager.start();
        client.create(Shop.TYPE, shop("late", 3));
        await(() -> store.count(Till.TYPE + "/") == 5);
        await(() -> ready("early") && ready("late"));
        client.delete(Till.TYPE, "n", "late-1", dev.weir.resource.DeleteOptions.DEFAULT);
        await(() -> store.count(Till.TYPE + "/") == 5);
        var late = client.get(Shop.TYPE, "n", "late");
        client.update(Shop.TYPE, new Shop(late.metadata(), new Shop.Spec(4), null));
        await(() -> store.count(Till.TYPE + "/") == 6);
        await(() ->
                Condition.find(conditions("late"), "Ready").orElseThrow().observedGeneration()
                        == 2);
    }

    private static Result open(Shop shop, Context context) {
        for (int i = 0; i < shop.spec().tills(); i++) {
            var name = shop.metadata().name() + "-" + i;
            if (context.client().find(Till.TYPE, "n", name).isEmpty()) {
                var till = new Till(Metadata.of("n", name), new Till.Spec(i));
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
        if (!conditions(shop).contains(ready)) {
            context.client()
                    .updateStatus(
                            Shop.TYPE,
                            new Shop(
                                    shop.metadata(),
                                    shop.spec(),
                                    new Shop.State(ready.in(conditions(shop)))));
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
                    if (context.client().find(Till.TYPE, "n", name).isEmpty()) {
                        context.client()
                                .create(
                                        Till.TYPE,
                                        new Till(Metadata.of("n", name), new Till.Spec(1)));
                        if (context.client().find(Till.TYPE, "n", name).isEmpty()) {
                            stale.incrementAndGet();
                        }
                        done.countDown();
                    }
                    return Result.done();
                });
        manager.start();
        for (int i = 0; i < 200; i++) {
            client.create(Shop.TYPE, shop("s" + i, 1));
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
            client.create(Shop.TYPE, shop("s" + i, 1));
        }
        for (int i = 0; i < 50; i++) {
            var name = "s" + i;
            await(() -> CLEANED.on(client.get(Shop.TYPE, "n", name)));
            client.delete(Shop.TYPE, "n", name, dev.weir.resource.DeleteOptions.DEFAULT);
        }
        await(() -> store.count(Shop.TYPE + "/") == 0);
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
        client.create(Shop.TYPE, shop("bad", 1));
        client.create(Shop.TYPE, shop("good", 1));
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
        client.create(Shop.TYPE, shop("slow", 1));
        await(() -> interrupted.get() == 1);
        client.create(Shop.TYPE, shop("next", 1));
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
        client.create(Shop.TYPE, shop("a", 1));
        await(() -> calls.get() == 3);
    }

    private static Shop shop(String name, int tills) {
        return new Shop(Metadata.of("n", name), new Shop.Spec(tills), null);
    }

    private boolean ready(String name) {
        return Condition.isTrue(conditions(name), "Ready");
    }

    private List<Condition> conditions(String name) {
        return conditions(client.get(Shop.TYPE, "n", name));
    }

    private static List<Condition> conditions(Shop shop) {
        return shop.status() == null ? List.of() : shop.status().conditions();
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
            Thread.onSpinWait();
        }
    }
}
