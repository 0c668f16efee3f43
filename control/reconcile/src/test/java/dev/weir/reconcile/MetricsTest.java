package dev.weir.reconcile;

import static dev.weir.reconcile.World.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.reconcile.World.Shop;
import dev.weir.reconcile.World.Till;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private final World world = new World();
    private final Manager manager = Manager.of(world.client());

    @AfterEach
    void close() {
        manager.close();
        world.close();
    }

    @Test
    void everySeriesIsThereBeforeAnythingHappened() {
        manager.controller(Shop.TYPE).maxConcurrent(3).reconcile((_, _) -> Result.done());
        var text = manager.metrics();
        for (var result : new String[] {"success", "error", "requeue", "requeue_after"}) {
            assertThat(text)
                    .contains(
                            "controller_runtime_reconcile_total{controller=\"shop\",result=\""
                                    + result
                                    + "\"} 0\n");
        }
        assertThat(text)
                .contains("controller_runtime_max_concurrent_reconciles{controller=\"shop\"} 3\n")
                .contains(
                        "workqueue_depth{name=\"shop\",controller=\"shop\",priority=\"-100\"} 0\n")
                .contains("workqueue_depth{name=\"shop\",controller=\"shop\",priority=\"0\"} 0\n");
    }

    @Test
    void countsReconcilesByWhatTheyCameTo() {
        manager.controller(Shop.TYPE)
                .retry(Duration.ofMinutes(1), Duration.ofMinutes(1))
                .reconcile((shop, _) ->
                        switch (shop.metadata().name()) {
                            case "fine" -> Result.done();
                            case "again" -> Result.again(Duration.ofMinutes(1));
                            case "hopeless" -> Result.failed("on purpose");
                            case "broken" -> throw new IllegalStateException("on purpose");
                            default -> throw new StackOverflowError("on purpose");
                        });
        manager.start();
        for (var name : new String[] {"fine", "again", "hopeless", "broken", "mad"}) {
            world.client().create(Shop.TYPE, Shop.of(name, 1));
        }
        await(() -> has("time_seconds_count{controller=\"shop\"}", 5));
        assertThat(has("total{controller=\"shop\",result=\"success\"}", 1)).isTrue();
        assertThat(has("total{controller=\"shop\",result=\"requeue_after\"}", 1)).isTrue();
        assertThat(has("total{controller=\"shop\",result=\"error\"}", 3)).isTrue();
        assertThat(has("errors_total{controller=\"shop\"}", 3)).isTrue();
        assertThat(has("panics_total{controller=\"shop\"}", 1)).isTrue();
        assertThat(manager.metrics())
                .contains("terminal_reconcile_errors_total{controller=\"shop\"} 1\n")
                .contains("workqueue_retries_total{name=\"shop\",controller=\"shop\"} 2\n");
    }

    @Test
    void tellsWhatRunsAndWhatWasInterrupted() {
        var inside = new AtomicReference<String>();
        manager.controller(Shop.TYPE)
                .deadline(Duration.ofMillis(100))
                .retry(Duration.ofMinutes(1), Duration.ofMinutes(1))
                .reconcile((_, _) -> {
                    inside.set(manager.metrics());
                    Thread.sleep(60_000);
                    return Result.done();
                });
        manager.start();
        world.client().create(Shop.TYPE, Shop.of("slow", 1));
        await(() -> has("timeouts_total{controller=\"shop\"}", 1));
        await(() -> manager.metrics().contains("active_workers{controller=\"shop\"} 0\n"));
        assertThat(inside.get()).contains("active_workers{controller=\"shop\"} 1\n");
    }

    @Test
    void noTwoControllersShareAName() {
        manager.controller(Shop.TYPE).reconcile((_, _) -> Result.done());
        var second = manager.controller(Shop.TYPE);
        assertThatThrownBy(() -> second.reconcile((_, _) -> Result.done()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("shop");
        manager.controller(Shop.TYPE).named("audit").reconcile((_, _) -> Result.done());
        manager.controller(Till.TYPE).reconcile((_, _) -> Result.done());
        assertThat(manager.metrics()).contains("{controller=\"audit\"}", "{controller=\"till\"}");
    }

    @Test
    void tellsWhoLeads() {
        manager.leaderElection(LeaderElection.on("default", "shops"));
        assertThat(manager.metrics()).contains("leader_election_master_status{name=\"shops\"} 0\n");
        manager.start();
        await(manager::leading);
        assertThat(manager.metrics()).contains("leader_election_master_status{name=\"shops\"} 1\n");
    }

    private boolean has(String series, int value) {
        return manager.metrics()
                .contains("controller_runtime_reconcile_" + series + " " + value + "\n");
    }
}
