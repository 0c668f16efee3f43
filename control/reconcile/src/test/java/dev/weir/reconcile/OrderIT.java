package dev.weir.reconcile;

import static dev.weir.reconcile.World.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.reconcile.World.Shop;
import dev.weir.resource.Client;
import dev.weir.resource.Metadata;
import dev.weir.resource.Namespace;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Who is served first when more is asked for than one worker can do, over each transport.
@ParameterizedClass
@EnumSource
class OrderIT {
    private static final int MANY = 60;

    private final World world;
    private final Client client;
    private final Manager manager;
    private final List<String> order = new CopyOnWriteArrayList<>();
    private final CountDownLatch busy = new CountDownLatch(1);
    private final CountDownLatch free = new CountDownLatch(1);

    OrderIT(World.Transport transport) {
        world = new World(transport);
        client = world.client();
        manager = Manager.of(client);
        manager.controller(Shop.TYPE)
                .reconcile((_, context) -> {
                    order.add(context.request().toString());
                    busy.countDown();
                    free.await();
                    return Result.done();
                });
    }

    @AfterEach
    void close() {
        free.countDown();
        manager.close();
        world.close();
    }

    @Test
    void newObjectsAreServedBeforeThoseThatWereThere() throws InterruptedException {
        for (int i = 0; i < MANY; i++) {
            client.create(Shop.TYPE, Shop.of("old" + i, 1));
        }
        manager.start();
        busy.await();
        client.create(Shop.TYPE, Shop.of("new", 1));
        await(() -> waiting(Priority.Low) == MANY - 1 && waiting(Priority.Normal) == 1);
        free.countDown();
        await(() -> order.size() == MANY + 1);
        assertThat(order.indexOf("default/new")).isEqualTo(1);
    }

    @Test
    void aNamespaceThatAsksForMuchHoldsUpNoOther() throws InterruptedException {
        for (var namespace : List.of("loud", "quiet")) {
            if (client.find(Namespace.TYPE, "", namespace).isEmpty()) {
                client.create(Namespace.TYPE, Namespace.of(namespace));
            }
        }
        manager.start();
        await(manager::ready);
        create("loud", "first");
        busy.await();
        for (int i = 0; i < MANY; i++) {
            create("loud", "s" + i);
        }
        create("quiet", "only");
        await(() -> waiting(Priority.Normal) == MANY + 1);
        free.countDown();
        await(() -> order.size() == MANY + 2);
        assertThat(order.indexOf("quiet/only")).isBetween(1, 3);
    }

    private void create(String namespace, String name) {
        var shop = new Shop(Metadata.of(namespace, name), new Shop.Spec(1), null);
        client.create(Shop.TYPE, shop);
    }

    private int waiting(Priority priority) {
        var head =
                "workqueue_depth{name=\"shop\",controller=\"shop\",priority=\""
                        + priority.number()
                        + "\"} ";
        return manager.metrics()
                .lines()
                .filter(line -> line.startsWith(head))
                .mapToInt(line -> Integer.parseInt(line.substring(head.length())))
                .sum();
    }
}
