package dev.weir.clients;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import java.util.Objects;

/// An operator of the Java Operator SDK on a server of ours.
final class Operators {
    private final Server server;

    Operators(Server server) {
        this.server = server;
    }

    void check(ForeignClients.Ledger ledger) throws Exception {
        try (var client = Fabric8.admin(server)) {
            Shop.define(client);
            var reconciler = new ShopReconciler();
            var operator =
                    new Operator(overrider ->
                            overrider
                                    .withKubernetesClient(client)
                                    .withCloseClientOnStop(false)
                                    // Its usual way is server-side apply.
                                    .withUseSSAToPatchPrimaryResource(false)
                                    .withSSABasedCreateUpdateMatchForDependentResources(false));
            operator.register(reconciler);
            operator.start();
            try {
                check(ledger, client, reconciler);
            } finally {
                operator.stop();
            }
        }
    }

    private void check(
            ForeignClients.Ledger ledger, KubernetesClient client, ShopReconciler reconciler)
            throws InterruptedException {
        var shops = client.resources(Shop.class).inNamespace("default");
        ledger.check(
                "josdk: the operator makes what a resource needs, and its status",
                () -> {
                    shops.resource(Shop.named("corner", 4)).create();
                    Expect.soon("its map", () -> "4".equals(seats(map(client))));
                    Expect.soon("its status", () -> open(shops.withName("corner").get()) == 4);
                    var held = shops.withName("corner").get().getMetadata().getFinalizers();
                    Expect.that(!held.isEmpty(), "a finalizer");
                });
        ledger.check(
                "josdk: the operator follows a change",
                () -> {
                    shops.withName("corner")
                            .edit(shop -> {
                                shop.setSpec(new Shop.Spec(7, "ann"));
                                return shop;
                            });
                    Expect.soon("its map", () -> "7".equals(seats(map(client))));
                    Expect.soon("its status", () -> open(shops.withName("corner").get()) == 7);
                });
        ledger.check(
                "josdk: the operator mends what others broke",
                () -> {
                    client.resource(Objects.requireNonNull(map(client))).delete();
                    Expect.soon("its map", () -> "7".equals(seats(map(client))));
                });
        ledger.check(
                "josdk: the operator goes on after a restart of the server",
                () -> {
                    server.restart();
                    shops.withName("corner")
                            .edit(shop -> {
                                shop.setSpec(new Shop.Spec(9, "ann"));
                                return shop;
                            });
                    Expect.soon("its map", () -> "9".equals(seats(map(client))));
                });
        ledger.check(
                "josdk: the operator cleans up before a resource goes",
                () -> {
                    shops.withName("corner").delete();
                    Expect.soon("the end", () -> shops.withName("corner").get() == null);
                    Expect.same(1, reconciler.cleaned());
                    Expect.soon("its map collected", () -> map(client) == null);
                });
    }

    private static ConfigMap map(KubernetesClient client) {
        return client.configMaps().inNamespace("default").withName("corner").get();
    }

    private static String seats(ConfigMap map) {
        return map == null ? null : map.getData().get("seats");
    }

    private static int open(Shop shop) {
        return shop.getStatus() == null ? -1 : shop.getStatus().open();
    }
}
