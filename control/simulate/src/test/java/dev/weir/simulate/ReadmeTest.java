package dev.weir.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.resource.Client;
import dev.weir.resource.Query;
import dev.weir.resource.ResourceType;
import org.junit.jupiter.api.Test;

/// The example of the README.
class ReadmeTest {
    private static final ResourceType<Shop> SHOP = Shop.TYPE;
    private static final ResourceType<Shop.Till> TILL = Shop.Till.TYPE;

    @Test
    void theExamplePasses() {
        Simulation.of(manager ->
                        manager.controller(SHOP).owns(TILL).reconcile(new ShopReconciler()))
                .kinds(SHOP, TILL)
                .step("open a shop", client -> client.create(SHOP, Shop.of("corner", 2)))
                .step("a third till", ReadmeTest::third)
                .settled(
                        "three tills",
                        client -> assertThat(client.list(TILL, Query.ALL).items()).hasSize(3))
                .run(20);
    }

    private static void third(Client client) {
        var shop = client.get(SHOP, "default", "corner");
        client.update(SHOP, new Shop(shop.metadata(), new Shop.Spec(3), shop.status()));
    }
}
