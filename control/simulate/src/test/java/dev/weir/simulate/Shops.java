package dev.weir.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.reconcile.Reconciler;
import dev.weir.resource.Client;
import dev.weir.resource.ConfigMap;
import dev.weir.resource.DeleteOptions;
import dev.weir.resource.Query;
import java.util.function.Supplier;

/// Shops that open, change and close, and what must be so in the end.
final class Shops {
    private Shops() {}

    static Simulation with(Supplier<Reconciler<Shop>> reconciler) {
        return Simulation.of(manager ->
                        manager.controller(Shop.TYPE)
                                .owns(Shop.Till.TYPE)
                                .watches(ConfigMap.TYPE, account -> java.util.List.of())
                                .maxConcurrent(2)
                                .reconcile(reconciler.get()))
                .kinds(Shop.TYPE, Shop.Till.TYPE)
                .step("open a", client -> client.create(Shop.TYPE, Shop.of("a", 2)))
                .step("open b", client -> client.create(Shop.TYPE, Shop.of("b", 1)))
                .step("a grows", client -> resize(client, "a", 3))
                .step("close b", client -> close(client, "b"))
                .step("a shrinks", client -> resize(client, "a", 1))
                .step("a till of a breaks", Shops::breakTill)
                .step("a grows again", client -> resize(client, "a", 2))
                .step("open c", client -> client.create(Shop.TYPE, Shop.of("c", 1)))
                .step("close c", client -> close(client, "c"))
                .settled("every shop has its tills", Shops::tills)
                .settled("every shop tells how many", Shops::statuses)
                .settled("every shop has an account, and nobody else", Shops::accounts);
    }

    private static void resize(Client client, String name, int tills) {
        var shop = client.get(Shop.TYPE, "default", name);
        client.update(Shop.TYPE, new Shop(shop.metadata(), new Shop.Spec(tills), shop.status()));
    }

    private static void close(Client client, String name) {
        client.delete(Shop.TYPE, "default", name, DeleteOptions.DEFAULT);
    }

    private static void breakTill(Client client) {
        if (client.find(Shop.Till.TYPE, "default", "a-0").isPresent()) {
            client.delete(Shop.Till.TYPE, "default", "a-0", DeleteOptions.DEFAULT);
        }
    }

    private static void tills(Client client) {
        var all = client.list(Shop.Till.TYPE, Query.ALL).items();
        for (var shop : client.list(Shop.TYPE, Query.ALL).items()) {
            assertThat(all)
                    .filteredOn(till -> till.spec().shop().equals(shop.metadata().name()))
                    .as(shop.metadata().name())
                    .hasSize(shop.spec().tills());
        }
        assertThat(all).hasSize(2);
    }

    private static void statuses(Client client) {
        assertThat(client.list(Shop.TYPE, Query.ALL).items())
                .allMatch(shop -> new Shop.Status(shop.spec().tills()).equals(shop.status()));
    }

    private static void accounts(Client client) {
        var shops =
                client.list(Shop.TYPE, Query.ALL).items().stream()
                        .map(ShopReconciler::account)
                        .toList();
        assertThat(client.list(ConfigMap.TYPE, Query.in("default")).items())
                .extracting(account -> account.metadata().name())
                .containsExactlyElementsOf(shops);
    }
}
