package dev.weir.reconcile;

import dev.weir.resource.OwnerReference;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import java.util.List;
import java.util.Optional;

/// Who owns what: the owner references between objects.
public final class Owners {
    private Owners() {}

    /// The child with the owner as its controller.
    ///
    /// @throws IllegalStateException when another object controls the child, or the owner lives in
    ///   another namespace: the server would collect such a child as garbage
    public static <O extends Resource, C extends Resource> C control(
            ResourceType<O> ownerType, O owner, ResourceType<C> type, C child) {
        var home = owner.metadata().namespace();
        if (!home.isEmpty() && !home.equals(child.metadata().namespace())) {
            throw new IllegalStateException(
                    "an owner in namespace "
                            + home
                            + " for an object in namespace "
                            + child.metadata().namespace());
        }
        var uid = owner.metadata().uid();
        controller(child)
                .filter(other -> !other.uid().equals(uid))
                .ifPresent(other -> {
                    throw new IllegalStateException(
                            Request.of(child) + " is controlled by " + other.name());
                });
        var reference = OwnerReference.controller(ownerType, owner);
        return type.withMetadata(child, child.metadata().withOwner(reference));
    }

    /// The owner that manages the object.
    public static Optional<OwnerReference> controller(Resource object) {
        return object.metadata().ownerReferences().stream()
                .filter(OwnerReference::controller)
                .findFirst();
    }

    /// The owner of that kind to reconcile when the object changes: the one that controls it.
    static List<Request> requests(ResourceType<?> ownerType, Resource object) {
        return controller(object)
                .filter(owner -> owner.kind().equals(ownerType.kind()))
                .filter(owner -> group(owner.apiVersion()).equals(ownerType.group()))
                .map(owner ->
                        new Request(
                                ownerType.namespaced() ? object.metadata().namespace() : "",
                                owner.name()))
                .stream()
                .toList();
    }

    static List<String> uids(Resource object) {
        return object.metadata().ownerReferences().stream().map(OwnerReference::uid).toList();
    }

    private static String group(String apiVersion) {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }
}
