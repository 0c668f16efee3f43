package dev.weir.reconcile;

import static dev.weir.reconcile.World.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.reconcile.World.Shop;
import dev.weir.resource.Client;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// One bad object does not spoil the others, over each transport.
@ParameterizedClass
@EnumSource
class ContainmentIT {
    private final World world;
    private final Client client;
    private final Manager manager;

    ContainmentIT(World.Transport transport) {
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
    void aReconcilerThatAlwaysThrowsIsCalledEverLessAndHoldsUpNobody() {
        var calls = new ConcurrentHashMap<String, List<Long>>();
        manager.controller(Shop.TYPE)
                .retry(Duration.ofMillis(20), Duration.ofSeconds(10))
                .reconcile((shop, _) -> {
                    var name = shop.metadata().name();
                    calls.computeIfAbsent(name, _ -> new CopyOnWriteArrayList<>())
                            .add(System.nanoTime());
                    return switch (name) {
                        case "bad" -> throw new IllegalStateException("on purpose");
                        case "mad" -> throw new AssertionError("on purpose");
                        default -> Result.done();
                    };
                });
        manager.start();
        client.create(Shop.TYPE, Shop.of("bad", 1));
        client.create(Shop.TYPE, Shop.of("mad", 1));
        for (int i = 0; i < 20; i++) {
            client.create(Shop.TYPE, Shop.of("good" + i, 1));
        }
        await(() -> calls.size() == 22);
        await(() -> calls.get("bad").size() >= 5 && calls.get("mad").size() >= 5);
        for (var name : List.of("bad", "mad")) {
            var times = calls.get(name);
            for (int i = 1; i < 5; i++) {
                assertThat(times.get(i) - times.get(i - 1))
                        .as("the delay before call " + i + " of " + name)
                        .isGreaterThanOrEqualTo(Duration.ofMillis(20L << (i - 1)).toNanos());
            }
        }
        assertThat(
                        figure(
                                "controller_runtime_reconcile_total{controller=\"shop\",result=\"success\"}"))
                .isEqualTo(20);
        assertThat(figure("controller_runtime_reconcile_errors_total{controller=\"shop\"}"))
                .isGreaterThanOrEqualTo(10);
        assertThat(figure("controller_runtime_reconcile_panics_total{controller=\"shop\"}"))
                .isGreaterThanOrEqualTo(5);
        assertThat(figure("workqueue_retries_total{name=\"shop\",controller=\"shop\"}"))
                .isGreaterThanOrEqualTo(8);
    }

    @Test
    void aSuccessEndsARowOfFailures() {
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
    void aCallThatHangsIsInterruptedAtItsDeadline() {
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
        assertThat(figure("controller_runtime_reconcile_timeouts_total{controller=\"shop\"}"))
                .isEqualTo(1);
    }

    /// The interrupt must reach a call that waits for the server, and leave the client usable.
    @Test
    void aCallThatWaitsInTheClientIsInterruptedToo() {
        var served = new AtomicInteger();
        var turns = new AtomicInteger();
        manager.controller(Shop.TYPE)
                .deadline(Duration.ofMillis(100))
                .retry(Duration.ofMillis(1), Duration.ofMillis(1))
                .reconcile((shop, context) -> {
                    boolean first = turns.getAndIncrement() == 0;
                    do {
                        context.client().live().get(Shop.TYPE, "default", shop.metadata().name());
                    } while (first && !Thread.currentThread().isInterrupted());
                    served.incrementAndGet();
                    return Result.done();
                });
        manager.start();
        client.create(Shop.TYPE, Shop.of("slow", 1));
        client.create(Shop.TYPE, Shop.of("next", 1));
        await(() -> served.get() >= 2);
    }

    @Test
    void aTerminalErrorIsNotTriedAgainUntilTheObjectChanges() {
        var calls = new AtomicInteger();
        var rounds = new Semaphore(0);
        manager.controller(Shop.TYPE)
                .retry(Duration.ofMillis(1), Duration.ofMillis(1))
                .reconcile((shop, _) -> {
                    if (shop.metadata().name().equals("hopeless")) {
                        calls.incrementAndGet();
                        return Result.failed("on purpose");
                    }
                    rounds.release();
                    return Result.again(Duration.ofMillis(10));
                });
        manager.start();
        var hopeless = client.create(Shop.TYPE, Shop.of("hopeless", 1));
        client.create(Shop.TYPE, Shop.of("clock", 1));
        rounds.acquireUninterruptibly(10);
        assertThat(calls).hasValue(1);
        assertThat(
                        figure(
                                "controller_runtime_terminal_reconcile_errors_total{controller=\"shop\"}"))
                .isEqualTo(1);
        client.update(Shop.TYPE, new Shop(hopeless.metadata(), new Shop.Spec(2), null));
        await(() -> calls.get() == 2);
    }

    private double figure(String series) {
        return manager.metrics()
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .sum();
    }
}
