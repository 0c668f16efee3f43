package dev.weir.reconcile;

import dev.weir.resource.Resource;

/// What to reconcile: an object's namespace (empty for cluster-scoped kinds) and name.
public record Request(String namespace, String name) {
    /// The request for an object.
    public static Request of(Resource object) {
        return new Request(object.metadata().namespace(), object.metadata().name());
    }

    @Override
    public String toString() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }
}
