package dev.weir.clients;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// fabric8: single objects, of built-in kinds and of a kind that was just defined.
final class Fabric8Objects {
    private final KubernetesClient client;

    Fabric8Objects(KubernetesClient client) {
        this.client = client;
    }

    void check(ForeignClients.Ledger ledger) throws InterruptedException {
        ledger.check("fabric8: a config map is made, read, replaced and deleted", this::built);
        ledger.check("fabric8: a secret keeps its bytes", this::secret);
        ledger.check("fabric8: a service account is made and found", this::account);
        ledger.check("fabric8: edit sends a JSON patch", this::edit);
        ledger.check("fabric8: JSON patch", this::jsonPatch);
        ledger.check("fabric8: merge patch", this::mergePatch);
        ledger.check("fabric8: strategic merge patch", this::strategicPatch);
        ledger.check("fabric8: a failed test in a JSON patch is 422", this::failedTest);
        ledger.check("fabric8: a kind is defined and established", () -> Shop.define(client));
        ledger.check("fabric8: a custom resource by its class", this::typed);
        ledger.check("fabric8: a custom resource by its names", this::generic);
        ledger.check("fabric8: status is written apart from spec", this::status);
        ledger.check("fabric8: an invalid custom resource is 422 with its fields", this::invalid);
        ledger.check("fabric8: a stale update is 409 Conflict", this::conflict);
        ledger.check("fabric8: a second create is 409 AlreadyExists", this::exists);
        ledger.check("fabric8: what is not there is null, its update is 404", this::absent);
        ledger.check("fabric8: create-or-replace by unlock", this::replace);
        ledger.check("fabric8: dry run changes nothing", this::dryRun);
        ledger.check("fabric8: waits until a condition holds", this::waits);
        ledger.check("fabric8: server-side apply is refused with a reason", this::apply);
    }

    private void built() {
        var maps = client.configMaps().inNamespace("default");
        var made = maps.resource(Fabric8.map("first", "a", "1")).create();
        Expect.same(made, maps.withName("first").get());
        made.getData().put("b", "2");
        var updated = maps.resource(made).update();
        Expect.same(Map.of("a", "1", "b", "2"), updated.getData());
        Expect.that(
                !updated.getMetadata()
                        .getResourceVersion()
                        .equals(made.getMetadata().getResourceVersion()),
                "another resource version");
        Expect.same(1, maps.withName("first").delete().size());
        Expect.same(null, maps.withName("first").get());
    }

    private void secret() {
        var secrets = client.secrets().inNamespace("default");
        var secret =
                new SecretBuilder()
                        .withNewMetadata()
                        .withName("key")
                        .endMetadata()
                        .addToStringData("password", "grün")
                        .build();
        var made = secrets.resource(secret).create();
        Expect.same("Z3LDvG4=", made.getData().get("password"));
        Expect.same("Opaque", made.getType());
    }

    private void account() {
        var accounts = client.serviceAccounts().inNamespace("default");
        accounts.resource(
                        new ServiceAccountBuilder()
                                .withNewMetadata()
                                .withName("robot")
                                .endMetadata()
                                .build())
                .create();
        Expect.that(
                accounts.list().getItems().stream()
                        .anyMatch(found -> found.getMetadata().getName().equals("robot")),
                "the account in the list");
    }

    private void edit() {
        var maps = client.configMaps().inNamespace("default");
        maps.resource(Fabric8.map("edited", "a", "1")).create();
        var edited =
                maps.withName("edited")
                        .edit(map -> new ConfigMapBuilder(map).addToData("c", "3").build());
        Expect.same(Map.of("a", "1", "c", "3"), edited.getData());
    }

    private void jsonPatch() {
        Expect.same(
                Map.of("b", "2"),
                patched(
                        PatchType.JSON,
                        "[{\"op\":\"remove\",\"path\":\"/data/a\"},"
                                + "{\"op\":\"add\",\"path\":\"/data/b\",\"value\":\"2\"}]"));
    }

    private void mergePatch() {
        Expect.same(
                Map.of("b", "2"),
                patched(PatchType.JSON_MERGE, "{\"data\":{\"a\":null,\"b\":\"2\"}}"));
    }

    private void strategicPatch() {
        Expect.same(
                Map.of("b", "2"),
                patched(
                        PatchType.STRATEGIC_MERGE,
                        "{\"data\":{\"$patch\":\"replace\",\"b\":\"2\"}}"));
    }

    private Map<String, String> patched(PatchType type, String patch) {
        var maps = client.configMaps().inNamespace("default");
        var name = "patched-" + type.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        maps.resource(Fabric8.map(name, "a", "1")).create();
        return maps.withName(name).patch(PatchContext.of(type), patch).getData();
    }

    private void failedTest() {
        var map = client.configMaps().inNamespace("default").withName("edited");
        Fabric8.refused(
                422,
                "Invalid",
                () ->
                        map.patch(
                                PatchContext.of(PatchType.JSON),
                                "[{\"op\":\"test\",\"path\":\"/data/a\",\"value\":\"9\"}]"));
    }

    private void typed() {
        var shops = client.resources(Shop.class).inNamespace("default");
        var made = shops.resource(Shop.named("corner", 4)).create();
        Expect.same("nobody", made.getSpec().owner());
        Expect.same(1L, made.getMetadata().getGeneration());
        made.setSpec(new Shop.Spec(5, "ann"));
        var updated = shops.resource(made).update();
        Expect.same(2L, updated.getMetadata().getGeneration());
        Expect.same(new Shop.Spec(5, "ann"), shops.withName("corner").get().getSpec());
    }

    private void generic() {
        var shops =
                client.genericKubernetesResources("clients.example/v1", "Shop")
                        .inNamespace("default");
        GenericKubernetesResource found = shops.withName("corner").get();
        Expect.same(5, found.get("spec", "seats"));
        found.setAdditionalProperty("spec", Map.of("seats", 6));
        Expect.same(6, shops.resource(found).update().<Integer>get("spec", "seats"));
        Expect.same(1, shops.list().getItems().size());
    }

    private void status() {
        var shops = client.resources(Shop.class).inNamespace("default");
        var shop = shops.withName("corner").get();
        shop.setStatus(new Shop.Status(3, null));
        shop.setSpec(new Shop.Spec(99, "thief"));
        var updated = shops.resource(shop).updateStatus();
        Expect.same(6, updated.getSpec().seats());
        Expect.same(3, updated.getStatus().open());
        Expect.same(shop.getMetadata().getGeneration(), updated.getMetadata().getGeneration());
        var edited =
                shops.withName("corner")
                        .editStatus(found -> {
                            found.setStatus(new Shop.Status(4, null));
                            return found;
                        });
        Expect.same(4, edited.getStatus().open());
        edited.setStatus(new Shop.Status(5, null));
        Expect.same(5, shops.resource(edited).patchStatus().getStatus().open());
    }

    private void invalid() {
        var shops = client.resources(Shop.class).inNamespace("default");
        var refusal =
                Fabric8.refused(
                        422, "Invalid", () -> shops.resource(Shop.named("huge", 501)).create());
        Expect.same("spec.seats", refusal.getStatus().getDetails().getCauses().get(0).getField());
        Expect.contains("should be less than or equal to 500", refusal.getStatus().getMessage());
    }

    private void conflict() {
        var maps = client.configMaps().inNamespace("default");
        var stale = maps.resource(Fabric8.map("raced", "a", "1")).create();
        maps.withName("raced").edit(m -> new ConfigMapBuilder(m).addToData("b", "2").build());
        stale.getData().put("c", "3");
        var refusal = Fabric8.refused(409, "Conflict", () -> maps.resource(stale).update());
        Expect.contains("the object has been modified", refusal.getStatus().getMessage());
    }

    private void exists() {
        var maps = client.configMaps().inNamespace("default");
        Fabric8.refused(
                409, "AlreadyExists", () -> maps.resource(Fabric8.map("raced", "a", "1")).create());
    }

    private void absent() {
        var maps = client.configMaps().inNamespace("default");
        Expect.same(null, maps.withName("nothing").get());
        Fabric8.refused(
                404, "NotFound", () -> maps.resource(Fabric8.map("nothing", "a", "1")).update());
    }

    private void replace() {
        var maps = client.configMaps().inNamespace("default");
        var map = maps.resource(Fabric8.map("either", "a", "1"));
        map.createOr(found -> found.update());
        var again =
                maps.resource(Fabric8.map("either", "a", "2")).createOr(found -> found.update());
        Expect.same("2", again.getData().get("a"));
    }

    private void dryRun() {
        var maps = client.configMaps().inNamespace("default");
        maps.resource(Fabric8.map("dry", "a", "1")).dryRun().create();
        Expect.same(null, maps.withName("dry").get());
    }

    private void waits() throws Exception {
        var maps = client.configMaps().inNamespace("default");
        var waited =
                CompletableFuture.supplyAsync(() ->
                        maps.withName("awaited")
                                .waitUntilCondition(
                                        map -> map != null && "9".equals(map.getData().get("a")),
                                        20,
                                        TimeUnit.SECONDS));
        maps.resource(Fabric8.map("awaited", "a", "1")).create();
        maps.withName("awaited").edit(m -> new ConfigMapBuilder(m).addToData("a", "9").build());
        Expect.same("9", waited.get(20, TimeUnit.SECONDS).getData().get("a"));
    }

    private void apply() {
        var maps = client.configMaps().inNamespace("default");
        var refusal =
                Fabric8.refused(
                        415,
                        "UnsupportedMediaType",
                        () -> maps.resource(Fabric8.map("applied", "a", "1")).serverSideApply());
        Expect.contains("application/merge-patch+json", refusal.getStatus().getMessage());
    }
}
