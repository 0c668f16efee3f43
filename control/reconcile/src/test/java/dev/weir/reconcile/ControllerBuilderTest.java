package dev.weir.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.weir.apiserver.ApiServer;
import dev.weir.resource.Client;
import dev.weir.resource.ConfigMap;
import dev.weir.resource.Metadata;
import dev.weir.resource.Namespace;
import dev.weir.store.Store;
import dev.weir.store.StoreOptions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ControllerBuilderTest {
    private final Store store = Store.inMemory(StoreOptions.DEFAULT);
    private final ApiServer server = ApiServer.start(store, ApiServer.Options.inProcess(List.of()));
    private final Client client = server.client();

    @AfterEach
    void stop() {
        server.close();
        store.close();
    }

    private static ConfigMap map(String name, String colour) {
        return ConfigMap.of(
                Metadata.of("default", name).withLabel("colour", colour), Map.of("name", name));
    }

    @Test
    void findsObjectsByTheKeysOfAnIndexItsOwnWritesIncluded() {
        try (var manager = Manager.of(client)) {
            manager.index(ConfigMap.TYPE, "colour", map -> map.metadata().labels().values())
                    .start();
            client.create(ConfigMap.TYPE, map("a", "red"));
            client.create(ConfigMap.TYPE, map("b", "blue"));
            var cached = manager.client();
            World.await(() -> cached.indexed(ConfigMap.TYPE, "colour", "blue").size() == 1);
            cached.create(ConfigMap.TYPE, map("c", "red"));
            assertThat(cached.indexed(ConfigMap.TYPE, "colour", "red"))
                    .extracting(found -> found.metadata().name())
                    .contains("c");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> cached.indexed(ConfigMap.TYPE, "size", "1"))
                    .withMessage("no index named size");
            assertThatIllegalStateException()
                    .isThrownBy(() -> manager.index(Namespace.TYPE, "x", _ -> List.of()));
        }
    }

    @Test
    void ignoresChangesOfWatchedKindsThatDoNotPass() {
        var seen = new ConcurrentSkipListSet<String>();
        try (var manager = Manager.of(client)) {
            manager.controller(Namespace.TYPE)
                    .filter(_ -> false)
                    .watches(
                            ConfigMap.TYPE,
                            change -> change.object().metadata().labels().containsValue("red"),
                            map -> {
                                seen.add(map.metadata().name());
                                return List.of(new Request("", "default"));
                            })
                    .reconcile((_, _) -> {
                        seen.add("reconciled");
                        return Result.done();
                    });
            manager.start();
            client.create(ConfigMap.TYPE, map("blue", "blue"));
            client.create(ConfigMap.TYPE, map("red", "red"));
            World.await(() -> seen.contains("reconciled"));
            assertThat(seen).containsExactly("reconciled", "red");
        }
    }

    @Test
    void beginsRetriesAtTheRateThatIsSet() {
        var clock = new Clock();
        var queue =
                new WorkQueue(
                        clock,
                        new Backoff(java.time.Duration.ofNanos(1), java.time.Duration.ofNanos(1)),
                        new TokenBucket(2, 1, clock.nanos()));
        for (int i = 0; i < 3; i++) {
            var request = new Request("", "r" + i);
            queue.add(request, Priority.Normal);
            assertThat(queue.poll()).isEqualTo(request);
            queue.retry(request);
            queue.done(request);
        }
        clock.pass(java.time.Duration.ofMillis(400));
        assertThat(queue.poll()).isEqualTo(new Request("", "r0"));
        assertThat(queue.poll()).isNull();
        clock.pass(java.time.Duration.ofMillis(200));
        assertThat(queue.poll()).isEqualTo(new Request("", "r1"));
        assertThat(queue.poll()).isNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Manager.of(client).controller(Namespace.TYPE).retryRate(0, 1));
    }
}
