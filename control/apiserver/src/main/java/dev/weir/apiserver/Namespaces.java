package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import dev.weir.store.Entry;
import dev.weir.store.Store;
import dev.weir.store.Write;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Whether a namespace takes new objects, and the namespaces that are always there.
final class Namespaces {
    /// Made when the server starts; the first three may not be deleted.
    static final List<String> INITIAL =
            List.of("default", "kube-system", "kube-public", "kube-node-lease");

    private final Store store;
    private final Served kind;
    private final ConcurrentHashMap<String, Seen> seen = new ConcurrentHashMap<>();

    private record Seen(long revision, boolean terminating) {}

    Namespaces(Store store, Kinds kinds) {
        this.store = store;
        this.kind = kinds.require("", "v1", "namespaces");
    }

    Served kind() {
        return kind;
    }

    /// Refuses a new object in a namespace that is absent or going away.
    ///
    /// @return what the new object depends on; null where it is in no namespace
    Write.@Nullable Fence require(Served of, String namespace, String name) {
        if (!of.names().namespaced()) {
            return null;
        }
        var entry =
                store.get(kind.key("", namespace))
                        .orElseThrow(() -> Refusals.notFound(kind, namespace));
        if (terminating(namespace, entry)) {
            throw Refusals.forbidden(
                    of,
                    name,
                    "unable to create new content in namespace "
                            + namespace
                            + " because it is being terminated",
                    new Status.Cause(
                            "NamespaceTerminating",
                            "namespace " + namespace + " is being terminated",
                            "metadata.namespace"));
        }
        return new Write.Fence(entry.key(), entry.epoch());
    }

    private boolean terminating(String namespace, Entry entry) {
        var known = seen.get(namespace);
        if (known == null || known.revision() != entry.revision()) {
            var metadata = Json.parse(entry.value()).asObject().object("metadata");
            known = new Seen(entry.revision(), metadata.has("deletionTimestamp"));
            seen.put(namespace, known);
        }
        return known.terminating();
    }

    void create(Objects objects) {
        for (var name : INITIAL) {
            if (store.get(kind.key("", name)).isEmpty()) {
                create(objects, name);
            }
        }
    }

    private void create(Objects objects, String name) {
        try {
            var body = Json.Obj.of("metadata", Json.Obj.of("name", Json.of(name)));
            objects.create(kind, "", body, Edit.own());
        } catch (StatusException e) {
            if (e.reason() != Status.Reason.AlreadyExists) {
                throw e;
            }
        }
    }
}
