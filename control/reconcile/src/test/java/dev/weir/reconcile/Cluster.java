package dev.weir.reconcile;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.weir.kubernetes.Kubeconfig;
import dev.weir.kubernetes.KubernetesClient;
import dev.weir.resource.Client;
import dev.weir.resource.DeleteOptions;
import dev.weir.resource.Dynamic;
import dev.weir.resource.Event;
import dev.weir.resource.Json;
import dev.weir.resource.Lease;
import dev.weir.resource.Patch;
import dev.weir.resource.Query;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import dev.weir.resource.WriteOptions;
import java.nio.file.Path;
import java.util.List;

/// A Kubernetes to test against, with kinds installed and nothing left of earlier tests.
final class Cluster {
    private static final String VARIABLE = "WEIR_TEST_KUBECONFIG";
    private static final ResourceType<Dynamic> DEFINITIONS =
            ResourceType.dynamic(
                    ResourceType.Names.of(
                            "apiextensions.k8s.io",
                            "v1",
                            "CustomResourceDefinition",
                            "customresourcedefinitions",
                            false));

    private Cluster() {}

    static Client client(List<ResourceType<?>> kinds) {
        var file = System.getenv(VARIABLE);
        if (file == null || file.isEmpty()) {
            abort("set " + VARIABLE + " to the kubeconfig of a Kubernetes to test against");
        }
        var client = KubernetesClient.connect(Kubeconfig.load(List.of(Path.of(file))).connection());
        for (var kind : kinds) {
            install(client, kind);
            clear(client, kind);
        }
        clear(client, Event.TYPE);
        leave(() -> client.delete(Lease.TYPE, "default", "shops", DeleteOptions.DEFAULT));
        return client;
    }

    private static void install(Client client, ResourceType<?> kind) {
        if (client.find(DEFINITIONS, "", kind.plural() + "." + kind.group()).isEmpty()) {
            client.create(DEFINITIONS, DEFINITIONS.decode(kind.customResourceDefinition()));
        }
        World.await(() -> {
            try {
                client.list(kind, Query.ALL);
                return true;
            } catch (StatusException _) {
                return false;
            }
        });
    }

    private static <R extends Resource> void clear(Client client, ResourceType<R> kind) {
        var free = Json.Obj.EMPTY.with("finalizers", Json.NULL);
        var patch = Patch.merge(Json.Obj.EMPTY.with("metadata", free));
        for (var object : client.list(kind, Query.ALL).items()) {
            var namespace = object.metadata().namespace();
            var name = object.metadata().name();
            leave(() -> client.patch(kind, namespace, name, patch, WriteOptions.DEFAULT));
            leave(() -> client.delete(kind, namespace, name, DeleteOptions.DEFAULT));
        }
        World.await(() -> client.list(kind, Query.ALL).items().isEmpty());
    }

    private static void leave(Runnable write) {
        try {
            write.run();
        } catch (StatusException e) {
            if (e.reason() != Status.Reason.NotFound) {
                throw e;
            }
        }
    }
}
