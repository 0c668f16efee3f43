package dev.weir.clients;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;

/// fabric8: deletion with finalizers, owners and namespaces.
final class Fabric8Deletions {
    private final KubernetesClient client;

    Fabric8Deletions(KubernetesClient client) {
        this.client = client;
    }

    void check(ForeignClients.Ledger ledger) throws InterruptedException {
        ledger.check("fabric8: a finalizer holds an object until it is removed", this::finalizer);
        ledger.check("fabric8: background deletion collects what was owned", this::background);
        ledger.check("fabric8: foreground deletion ends with the owner", this::foreground);
        ledger.check("fabric8: orphans lose their owner", this::orphan);
        ledger.check("fabric8: deletion of a version that is gone is 409", this::precondition);
        ledger.check("fabric8: all of a label are deleted", this::collection);
        ledger.check("fabric8: a namespace ends with all in it", this::namespace);
    }

    private void finalizer() {
        var maps = client.configMaps().inNamespace("default");
        var held =
                new ConfigMapBuilder(Fabric8.map("held", "a", "1"))
                        .editMetadata()
                        .withFinalizers("clients.example/hold")
                        .endMetadata()
                        .build();
        maps.resource(held).create();
        maps.withName("held").delete();
        var ending = maps.withName("held").get();
        Expect.that(ending != null, "the object still there");
        Expect.that(ending.getMetadata().getDeletionTimestamp() != null, "a deletion timestamp");
        maps.withName("held")
                .edit(map ->
                        new ConfigMapBuilder(map)
                                .editMetadata()
                                .withFinalizers(List.of())
                                .endMetadata()
                                .build());
        Expect.same(null, maps.withName("held").get());
    }

    private void background() throws Exception {
        family("background");
        delete("background", DeletionPropagation.BACKGROUND);
        Expect.soon("the owned is gone", () -> find("background-child") == null);
    }

    private void foreground() throws Exception {
        family("foreground");
        delete("foreground", DeletionPropagation.FOREGROUND);
        Expect.soon("the owner is gone", () -> find("foreground") == null);
        Expect.same(null, find("foreground-child"));
    }

    private void orphan() throws Exception {
        family("orphan");
        delete("orphan", DeletionPropagation.ORPHAN);
        Expect.soon("the owner is gone", () -> find("orphan") == null);
        Expect.same(
                List.of(), List.copyOf(find("orphan-child").getMetadata().getOwnerReferences()));
    }

    private void delete(String name, DeletionPropagation propagation) {
        client.configMaps()
                .inNamespace("default")
                .withName(name)
                .withPropagationPolicy(propagation)
                .delete();
    }

    private ConfigMap find(String name) {
        return client.configMaps().inNamespace("default").withName(name).get();
    }

    private void family(String name) {
        var maps = client.configMaps().inNamespace("default");
        var owner = maps.resource(Fabric8.map(name, "a", "1")).create();
        var child =
                new ConfigMapBuilder(Fabric8.map(name + "-child", "a", "1"))
                        .editMetadata()
                        .addNewOwnerReference()
                        .withApiVersion("v1")
                        .withKind("ConfigMap")
                        .withName(name)
                        .withUid(owner.getMetadata().getUid())
                        .withBlockOwnerDeletion(true)
                        .endOwnerReference()
                        .endMetadata()
                        .build();
        maps.resource(child).create();
    }

    private void precondition() {
        var maps = client.configMaps().inNamespace("default");
        var old = maps.resource(Fabric8.map("condition", "a", "1")).create();
        maps.withName("condition").edit(m -> new ConfigMapBuilder(m).addToData("b", "2").build());
        var version = old.getMetadata().getResourceVersion();
        Fabric8.refused(
                409, "Conflict", () -> maps.resource(old).lockResourceVersion(version).delete());
    }

    private void collection() {
        var maps = client.configMaps().inNamespace("default");
        maps.resource(Fabric8.map("swept-1", "sweep", "yes")).create();
        maps.resource(Fabric8.map("swept-2", "sweep", "yes")).create();
        maps.withLabel("sweep", "yes").delete();
        Expect.same(0, maps.withLabel("sweep").list().getItems().size());
    }

    private void namespace() throws Exception {
        Fabric8.namespace(client, "ending");
        var maps = client.configMaps().inNamespace("ending");
        maps.resource(Fabric8.map("inside", "a", "1")).create();
        client.namespaces().withName("ending").delete();
        Expect.soon("it is gone", () -> client.namespaces().withName("ending").get() == null);
        Expect.same(0, maps.list().getItems().size());
    }
}
