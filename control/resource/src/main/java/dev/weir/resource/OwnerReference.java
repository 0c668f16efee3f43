package dev.weir.resource;

/// A pointer from an object to one that it belongs to: when its last owner is gone, so is the
/// object. The owner is in the same namespace, or cluster-scoped.
///
/// @param controller whether this owner is the one that manages the object; at most one is
/// @param blockOwnerDeletion whether a foreground deletion of the owner waits for this object
public record OwnerReference(
        String apiVersion,
        String kind,
        String name,
        String uid,
        boolean controller,
        boolean blockOwnerDeletion) {

    /// A reference to the resource as the controller of others, blocking its foreground deletion.
    public static <R extends Resource> OwnerReference controller(ResourceType<R> type, R owner) {
        return new OwnerReference(
                type.apiVersion(),
                type.kind(),
                owner.metadata().name(),
                owner.metadata().uid(),
                true,
                true);
    }
}
