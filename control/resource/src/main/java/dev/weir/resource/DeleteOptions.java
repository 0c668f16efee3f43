package dev.weir.resource;

/// How an object is deleted.
///
/// @param uid the uid that the object must have; empty for any
/// @param resourceVersion the version that the object must have; empty for any
public record DeleteOptions(
        Propagation propagation, String uid, String resourceVersion, WriteOptions write) {
    /// Deletes at once; what the object owns follows in the background.
    public static final DeleteOptions DEFAULT =
            new DeleteOptions(Propagation.Background, "", "", WriteOptions.DEFAULT);

    /// What happens to the objects that the object owns; the names are Kubernetes'.
    public enum Propagation {
        /// The object goes first.
        Background,
        /// The object goes last.
        Foreground,
        /// They stay and lose the owner.
        Orphan
    }
}
