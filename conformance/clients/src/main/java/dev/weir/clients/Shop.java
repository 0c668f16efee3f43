package dev.weir.clients;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.Objects;

/// A custom kind as fabric8's users write it; `shops.yaml` defines it.
@Group("clients.example")
@Version("v1")
public class Shop extends CustomResource<Shop.Spec, Shop.Status> implements Namespaced {
    private static final long serialVersionUID = 1;

    /// A shop in the default namespace.
    static Shop named(String name, int seats) {
        var shop = new Shop();
        shop.getMetadata().setName(name);
        shop.getMetadata().setNamespace("default");
        shop.setSpec(new Spec(seats, null));
        return shop;
    }

    /// Creates the kind, and waits until it is served.
    static void define(KubernetesClient client) throws Exception {
        try (var yaml = Objects.requireNonNull(Shop.class.getResourceAsStream("shops.yaml"))) {
            client.load(yaml).create();
        }
        var kinds = client.apiextensions().v1().customResourceDefinitions();
        Expect.soon(
                "the kind is established",
                () ->
                        kinds
                                .withName("shops.clients.example")
                                .get()
                                .getStatus()
                                .getConditions()
                                .stream()
                                .anyMatch(c ->
                                        c.getType().equals("Established")
                                                && c.getStatus().equals("True")));
    }

    /// What is wished for.
    public record Spec(int seats, String owner) {}

    /// What is.
    public record Status(int open, String map) {}
}
