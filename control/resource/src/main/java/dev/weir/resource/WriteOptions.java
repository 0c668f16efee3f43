package dev.weir.resource;

import org.jspecify.annotations.Nullable;

/// How a write is carried out.
///
/// @param dryRun whether to do everything but store
/// @param fieldManager who writes; empty for the client's name
/// @param fence the leadership that this write depends on, or null for none
public record WriteOptions(boolean dryRun, String fieldManager, @Nullable Fence fence) {
    /// A plain write.
    public static final WriteOptions DEFAULT = new WriteOptions(false, "", null);

    /// A plain write that only the holder of a leadership may do.
    public static WriteOptions fenced(Fence fence) {
        return new WriteOptions(false, "", fence);
    }

    /// A fencing token: a write that carries it is refused with `Conflict` once anybody else has
    /// taken the lease, or the lease is gone. Weir's own server checks it inside the store's
    /// writer; other servers ignore it. (M. Kleppmann, "How to do distributed locking", 2016.)
    ///
    /// @param epoch the `resourceVersion` of the write by which the holder took the lease
    public record Fence(String leaseNamespace, String leaseName, String epoch) {
        /// The HTTP header that carries a fence, as `namespace/name@epoch`.
        public static final String HEADER = "Weir-Fence";
    }
}
