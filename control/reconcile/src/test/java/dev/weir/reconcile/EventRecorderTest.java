package dev.weir.reconcile;

import static dev.weir.reconcile.World.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.reconcile.World.Shop;
import dev.weir.resource.DeleteOptions;
import dev.weir.resource.Event;
import dev.weir.resource.Query;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventRecorderTest {
    private final World world = new World();
    private final AtomicBoolean down = new AtomicBoolean();
    private final AtomicInteger asked = new AtomicInteger();
    private final Manager manager = Manager.of(world.client(this::isDown));

    @AfterEach
    void close() {
        manager.close();
        world.close();
    }

    @Test
    void whatAReconcilerTellsIsAnEventOfItsObject() {
        manager.controller(Shop.TYPE)
                .reconcile((shop, context) -> {
                    context.events().normal(Shop.TYPE, shop, "Opened", "all tills are open");
                    return Result.done();
                });
        manager.start();
        var shop = world.client().create(Shop.TYPE, Shop.of("corner", 1));
        await(() -> !events().isEmpty());
        var event = events().getFirst();
        assertThat(event.involvedObject().uid()).isEqualTo(shop.metadata().uid());
        assertThat(event.involvedObject().kind()).isEqualTo("Shop");
        assertThat(event.metadata().namespace()).isEqualTo("default");
        assertThat(event.metadata().name()).startsWith("corner.");
        assertThat(event.type()).isEqualTo("Normal");
        assertThat(event.reason()).isEqualTo("Opened");
        assertThat(event.message()).isEqualTo("all tills are open");
        assertThat(event.reportingComponent()).isEqualTo("shop");
        assertThat(event.count()).isEqualTo(1);
    }

    @Test
    void repetitionsCountTheStoredEventUp() {
        manager.start();
        var shop = world.client().create(Shop.TYPE, Shop.of("corner", 1));
        var recorder = manager.events("test");
        for (int i = 0; i < 5; i++) {
            recorder.warning(Shop.TYPE, shop, "Robbed", "again");
        }
        await(() -> written() == 5);
        assertThat(events()).hasSize(1);
        assertThat(events().getFirst().count()).isEqualTo(5);
        assertThat(events().getFirst().type()).isEqualTo("Warning");
    }

    @Test
    void anEventThatTheServerForgotIsMadeAgain() {
        manager.start();
        var shop = world.client().create(Shop.TYPE, Shop.of("corner", 1));
        manager.events("test").normal(Shop.TYPE, shop, "Opened", "x");
        await(() -> written() == 1);
        var name = events().getFirst().metadata().name();
        world.client().delete(Event.TYPE, "default", name, DeleteOptions.DEFAULT);
        manager.events("test").normal(Shop.TYPE, shop, "Opened", "x");
        await(() -> written() == 2);
        assertThat(events().getFirst().count()).isEqualTo(2);
    }

    @Test
    void closingWritesWhatWasTold() {
        manager.start();
        var shop = world.client().create(Shop.TYPE, Shop.of("corner", 1));
        for (int i = 0; i < 20; i++) {
            manager.events("test" + i).normal(Shop.TYPE, shop, "Opened", "x");
        }
        manager.close();
        assertThat(events()).hasSize(20);
    }

    @Test
    void aServerThatIsAwayNeitherBlocksNorFailsAReconcile() throws InterruptedException {
        var served = new CountDownLatch(1);
        manager.controller(Shop.TYPE)
                .reconcile((shop, context) -> {
                    down.set(true);
                    for (int i = 0; i < 3_000; i++) {
                        context.events().normal(Shop.TYPE, shop, "R" + i, "x");
                    }
                    served.countDown();
                    return Result.done();
                });
        manager.start();
        world.client().create(Shop.TYPE, Shop.of("corner", 1));
        assertThat(served.await(5, TimeUnit.SECONDS)).isTrue();
        await(() -> manager.metrics().contains("result=\"success\"} 1\n"));
        assertThat(count("dropped")).isBetween(1_990, 2_000);
        long start = System.nanoTime();
        manager.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        var rest = count("written") + count("suppressed") + count("failed");
        assertThat(count("dropped") + rest).isEqualTo(3_000);
    }

    @Test
    void anEventThatWaitedForItsServerIsWrittenOnce() {
        manager.start();
        var shop = world.client().create(Shop.TYPE, Shop.of("corner", 1));
        down.set(true);
        int before = asked.get();
        manager.events("test").normal(Shop.TYPE, shop, "Opened", "x");
        await(() -> asked.get() > before);
        down.set(false);
        await(() -> written() == 1);
        assertThat(events()).hasSize(1);
    }

    @Test
    void anEventThatIsRefusedIsForgotten() {
        manager.start();
        var shop = new Shop(dev.weir.resource.Metadata.of("nowhere", "a"), new Shop.Spec(1), null);
        manager.events("test").normal(Shop.TYPE, shop, "Opened", "x");
        await(() -> count("failed") == 1);
        var real = world.client().create(Shop.TYPE, Shop.of("corner", 1));
        manager.events("test").normal(Shop.TYPE, real, "Opened", "x");
        await(() -> written() == 1);
    }

    private boolean isDown() {
        asked.incrementAndGet();
        return down.get();
    }

    private List<Event> events() {
        return world.client().list(Event.TYPE, Query.in("default")).items();
    }

    private int written() {
        return count("written");
    }

    private int count(String result) {
        var head = "weir_events_total{result=\"" + result + "\"} ";
        return manager.metrics()
                .lines()
                .filter(line -> line.startsWith(head))
                .mapToInt(line -> Integer.parseInt(line.substring(head.length())))
                .sum();
    }
}
