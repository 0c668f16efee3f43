package dev.weir.reconcile;

import dev.weir.resource.Client;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;

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
        var metadata = object.metadata().withFinalizer(name);
        return client.update(type, type.withMetadata(object, metadata));
    }

    /// Takes it off the object, where it still is, once everything is cleaned up. The object may be
    /// gone afterwards.
    public <R extends Resource> void remove(Client client, ResourceType<R> type, R object) {
        if (on(object)) {
            var metadata = object.metadata().withoutFinalizer(name);
            client.update(type, type.withMetadata(object, metadata));
        }
    }
}
