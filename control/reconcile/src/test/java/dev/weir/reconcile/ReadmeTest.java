package dev.weir.reconcile;

import dev.weir.apiserver.ApiServer;
import dev.weir.resource.ConfigMap;
import dev.weir.resource.Event;
import dev.weir.resource.Extension;
import dev.weir.resource.Metadata;
import dev.weir.resource.Query;
import dev.weir.resource.ResourceType;
import dev.weir.store.Store;
import dev.weir.store.StoreOptions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The example of the README; a till is a ConfigMap here.
class ReadmeTest {
    private static final ResourceType<World.Shop> SHOP = World.Shop.TYPE;
    private static final ResourceType<ConfigMap> TILL = ConfigMap.TYPE;

    @Test
    void theExampleOpensATillAndTellsSo() {
        try (var store = Store.inMemory(StoreOptions.DEFAULT);
                var server =
                        ApiServer.start(store, ApiServer.Options.inProcess(List.of(new Shops())))) {
            var client = server.client();
            client.create(SHOP, World.Shop.of("corner", 1));

            try (var manager = Manager.of(client)) {
                manager.controller(SHOP)
                        .owns(TILL)
                        .maxConcurrent(4)
                        .reconcile((shop, context) -> {
                            var till = ConfigMap.of(Metadata.of("default", "till"), Map.of());
                            context.client().create(TILL, Owners.control(SHOP, shop, TILL, till));
                            context.events().normal(SHOP, shop, "Opened", "a till is open");
                            return Result.done();
                        });
                manager.start();
                World.await(() -> client.find(TILL, "default", "till").isPresent());
                World.await(() -> !client.list(Event.TYPE, Query.in("default")).items().isEmpty());
            }
        }
    }

    private static final class Shops implements Extension {
        @Override
        public String name() {
            return "shops";
        }

        @Override
        public List<ResourceType<?>> kinds() {
            return List.of(SHOP);
        }
    }
}
