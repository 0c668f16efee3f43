package dev.weir.reconcile;

import static dev.weir.reconcile.World.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.reconcile.World.Shop;
import dev.weir.reconcile.World.Till;
import dev.weir.resource.Client;
import dev.weir.resource.Condition;
import dev.weir.resource.DeleteOptions;
import dev.weir.resource.Event;
import dev.weir.resource.Lease;
import dev.weir.resource.Metadata;
import dev.weir.resource.Query;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import dev.weir.resource.WriteOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// What a manager does, over each transport.
@ParameterizedClass
@EnumSource
class ManagerIT {
    private static final Finalizer CLEANED = new Finalizer("test.example.com/cleaned");

    private final World world;
    private final Client client;
    private final Manager manager;

    ManagerIT(World.Transport transport) {
        world = new World(transport);
        client = world.client();
        manager = Manager.of(client);
    }

    @AfterEach
    void close() {
        manager.close();
        world.close();
    }

    @Test
    void makesWhatIsAskedForAndReportsIt() {
        manager.controller(Shop.TYPE).owns(Till.TYPE).maxConcurrent(4).reconcile(ManagerIT::open);
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
        var ready = ready(shop);
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

    private static Condition ready(Shop shop) {
        long generation = shop.metadata().generation();
        var status = Condition.Status.True;
        return new Condition("Ready", status, generation, Instant.EPOCH, "Open", "");
    }

    @Test
    void readsItsOwnWritesBeforeTheInformerSeesThem() throws InterruptedException {
        var stale = new ConcurrentLinkedQueue<String>();
        var done = new CountDownLatch(100);
        manager.controller(Shop.TYPE)
                .owns(Till.TYPE)
                .maxConcurrent(8)
                .reconcile((shop, context) -> {
                    if (Condition.isTrue(shop.conditions(), "Ready")) {
                        return Result.done();
                    }
                    writeAndRead(shop, context.client(), stale);
                    done.countDown();
                    return Result.done();
                });
        manager.start();
        for (int i = 0; i < 100; i++) {
            client.create(Shop.TYPE, Shop.of("s" + i, 1));
        }
        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(stale).isEmpty();
    }

    /// Each kind of write, and what the next read says.
    private static void writeAndRead(Shop shop, CachedClient client, Queue<String> stale) {
        var name = shop.metadata().name();
        if (!CLEANED.on(CLEANED.add(client, Shop.TYPE, shop))
                || !CLEANED.on(client.get(Shop.TYPE, "default", name))) {
            stale.add("patch " + name);
        }
        var till = client.create(Till.TYPE, Till.of(name, 1));
        if (client.find(Till.TYPE, "default", name).isEmpty()) {
            stale.add("create " + name);
        }
        client.update(Till.TYPE, new Till(till.metadata(), new Till.Spec(2)));
        if (client.get(Till.TYPE, "default", name).spec().number() != 2) {
            stale.add("update " + name);
        }
        client.delete(Till.TYPE, "default", name, DeleteOptions.DEFAULT);
        if (client.find(Till.TYPE, "default", name).isPresent()
                || client.list(Till.TYPE, Query.in("default")).items().stream()
                        .anyMatch(other -> other.metadata().name().equals(name))) {
            stale.add("delete " + name);
        }
        var now = client.get(Shop.TYPE, "default", name);
        var status = new Shop.State(List.of(ready(now)));
        client.updateStatus(Shop.TYPE, new Shop(now.metadata(), now.spec(), status));
        if (!Condition.isTrue(client.get(Shop.TYPE, "default", name).conditions(), "Ready")) {
            stale.add("status " + name);
        }
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

    @Test
    void aWriteThatARuleRefusesIsRefusedInTheSameWords() {
        assumeTrue(world.isWeir(), "rules are our server's");
        var refusals = new ConcurrentLinkedQueue<String>();
        manager.controller(Shop.TYPE)
                .reconcile((_, context) -> {
                    try {
                        context.client().create(Till.TYPE, Till.of("cellar", -1));
                    } catch (StatusException e) {
                        refusals.add(e.reason() + ": " + e.getMessage());
                    }
                    return Result.done();
                });
        manager.start();
        client.create(Shop.TYPE, Shop.of("a", 1));
        await(() -> !refusals.isEmpty());
        assertThat(refusals.peek())
                .isEqualTo(
                        "Invalid: Till.test.example.com \"cellar\" is invalid: spec.number: "
                                + "no till is below ground");
    }

    @Test
    void anOldLeadersWriteIsRefused() {
        assumeTrue(world.isWeir(), "fences are our store's");
        var held = client.create(Lease.TYPE, new Lease(Metadata.of("default", "shops"), by("a")));
        var epoch = held.metadata().resourceVersion();
        var fenced = WriteOptions.fenced(new WriteOptions.Fence("default", "shops", epoch));
        client.create(Shop.TYPE, Shop.of("before", 1), fenced);
        client.update(Lease.TYPE, new Lease(held.metadata(), by("b")));
        assertThatThrownBy(() -> client.create(Shop.TYPE, Shop.of("after", 1), fenced))
                .asInstanceOf(type(StatusException.class))
                .extracting(StatusException::reason)
                .isEqualTo(Status.Reason.Conflict);
        assertThat(world.count(Shop.TYPE)).isEqualTo(1);
    }

    private static Lease.Spec by(String holder) {
        return new Lease.Spec(holder, 15, null, null, null);
    }

    @Test
    void electsALeaderAndTellsEvents() {
        manager.leaderElection(LeaderElection.on("default", "shops"));
        manager.controller(Shop.TYPE)
                .reconcile((shop, context) -> {
                    context.events().normal(Shop.TYPE, shop, "Opened", "all tills are open");
                    return Result.again(Duration.ofMillis(10));
                });
        manager.start();
        client.create(Shop.TYPE, Shop.of("corner", 1));
        await(() -> events("Opened").stream().anyMatch(event -> event.count() >= 3));
        var event = events("Opened").getFirst();
        assertThat(event.reportingComponent()).isEqualTo("shop");
        assertThat(event.involvedObject().uid()).isEqualTo(world.shop("corner").metadata().uid());
        assertThat(manager.leading()).isTrue();
        manager.close();
        assertThat(events("LeaderElection"))
                .extracting(Event::message)
                .anyMatch(text -> text.endsWith(" became leader"))
                .anyMatch(text -> text.endsWith(" stopped being leader"));
    }

    private List<Event> events(String reason) {
        return client.list(Event.TYPE, Query.in("default")).items().stream()
                .filter(event -> event.reason().equals(reason))
                .toList();
    }

    private boolean ready(String name) {
        return Condition.isTrue(world.shop(name).conditions(), "Ready");
    }
}
