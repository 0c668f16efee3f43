package dev.weir.clients;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;

/// fabric8: lists in pages and by selector.
final class Fabric8Lists {
    private final KubernetesClient client;

    Fabric8Lists(KubernetesClient client) {
        this.client = client;
    }

    void check(ForeignClients.Ledger ledger) throws InterruptedException {
        ledger.check("fabric8: pages are of one revision", this::pages);
        ledger.check("fabric8: label selectors", this::labels);
        ledger.check("fabric8: field selectors", this::fields);
        ledger.check("fabric8: lists of all namespaces", this::everywhere);
        ledger.check("fabric8: discovery lists groups and resources", this::discovery);
    }

    private void pages() {
        Fabric8.namespace(client, "pages");
        var maps = client.configMaps().inNamespace("pages");
        for (int i = 0; i < 5; i++) {
            maps.resource(Fabric8.map("m" + i, "n", i % 2 == 0 ? "even" : "odd")).create();
        }
        var first = maps.list(new ListOptionsBuilder().withLimit(2L).build());
        maps.resource(Fabric8.map("m00", "n", "late")).create();
        Expect.same(List.of("m0", "m1"), names(first));
        Expect.same(3L, first.getMetadata().getRemainingItemCount());
        var token = first.getMetadata().getContinue();
        var second = maps.list(new ListOptionsBuilder().withLimit(9L).withContinue(token).build());
        Expect.same(List.of("m2", "m3", "m4"), names(second));
        Expect.same(
                first.getMetadata().getResourceVersion(),
                second.getMetadata().getResourceVersion());
        maps.withName("m00").delete();
    }

    private void labels() {
        var maps = client.configMaps().inNamespace("pages");
        Expect.same(List.of("m1", "m3"), names(maps.withLabel("n", "odd").list()));
        Expect.same(List.of("m0", "m2", "m4"), names(maps.withLabelIn("n", "even", "x").list()));
        Expect.same(List.of("m1", "m3"), names(maps.withLabelNotIn("n", "even", "x").list()));
        Expect.same(List.of(), names(maps.withoutLabel("n").list()));
    }

    private void fields() {
        var maps = client.configMaps();
        Expect.same(
                List.of("m3"),
                names(maps.inNamespace("pages").withField("metadata.name", "m3").list()));
        Expect.same(
                4,
                maps.inNamespace("pages")
                        .withoutField("metadata.name", "m3")
                        .list()
                        .getItems()
                        .size());
        Fabric8.refused(
                400,
                "BadRequest",
                () -> maps.inNamespace("pages").withField("data.n", "odd").list());
    }

    private void everywhere() {
        var all = client.configMaps().inAnyNamespace().withLabel("n").list();
        Expect.same(5, all.getItems().size());
    }

    private void discovery() {
        Expect.that(client.hasApiGroup("clients.example", true), "the group of the shops");
        Expect.that(
                client.getApiResources("v1").getResources().stream()
                        .anyMatch(resource -> resource.getName().equals("configmaps")),
                "config maps among the resources");
        Expect.that(client.supports(Shop.class), "shops");
        Expect.same("1", client.getKubernetesVersion().getMajor());
    }

    private static <T extends HasMetadata> List<String> names(KubernetesResourceList<T> list) {
        return list.getItems().stream().map(item -> item.getMetadata().getName()).toList();
    }
}
