package dev.weir.reconcile;

import dev.weir.resource.Client;
import dev.weir.resource.Json;
import dev.weir.resource.Metadata;
import dev.weir.resource.Patch;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import dev.weir.resource.WriteOptions;

/// A promise that an object stays until its controller has cleaned up after it.
///
/// ```java
/// if (policy.metadata().deleting()) {
///     revoke(policy);
///     REVOKED.remove(context.client(), type, policy);
///     return Result.done();
/// }
/// policy = REVOKED.add(context.client(), type, policy);
/// ```
///
/// @param name a qualified name such as `payments.weir.dev/revoked`
public record Finalizer(String name) {
    /// Refuses names that Kubernetes refuses.
    public Finalizer {
        int slash = name.indexOf('/');
        if (slash <= 0 || slash == name.length() - 1) {
            throw new IllegalArgumentException("a name as domain/word, found " + name);
        }
    }

    /// Whether the object has it.
    public boolean on(Resource object) {
        return object.metadata().finalizers().contains(name);
    }

    /// Puts it on the object, where it is not yet, before anything that needs cleaning up is made.
    /// An object that is being deleted takes no more finalizers and is returned as it is.
    ///
    /// @return the object as stored
    public <R extends Resource> R add(Client client, ResourceType<R> type, R object) {
        if (on(object) || object.metadata().deleting()) {
            return object;
        }
        return write(client, type, object, object.metadata().withFinalizer(name));
    }

    /// Takes it off the object, where it still is, once everything is cleaned up. The object may be
    /// gone afterwards.
    public <R extends Resource> void remove(Client client, ResourceType<R> type, R object) {
        if (on(object)) {
            write(client, type, object, object.metadata().withoutFinalizer(name));
        }
    }

    /// Patches the list alone: an update would also write the rest anew, in this program's words
    /// and without what it does not know.
    private static <R extends Resource> R write(
            Client client, ResourceType<R> type, R object, Metadata metadata) {
        var body =
                Json.Obj.EMPTY.with(
                        "metadata",
                        Json.Obj.EMPTY
                                .with("resourceVersion", Json.of(metadata.resourceVersion()))
                                .with("finalizers", Json.strings(metadata.finalizers())));
        return client.patch(
                type,
                metadata.namespace(),
                metadata.name(),
                Patch.merge(body),
                WriteOptions.DEFAULT);
    }
}
