package dev.weir.wasm.wasi;

/// What a guest may use of the host besides its store's limits.
///
/// @param descriptors open at the same time, streams and pre-opened directories included
/// @param pathBytes of a path, and of what a symbolic link says
/// @param vectors buffers of one read or write, and subscriptions of one poll
public record WasiLimits(int descriptors, int pathBytes, int vectors) {
    /// 1,024 descriptors, 4,096 bytes, 1,024 buffers.
    public static final WasiLimits DEFAULT = new WasiLimits(1024, 4096, 1024);

    /// Each is at least 1; `vectors` at most a million.
    public WasiLimits {
        if (descriptors < 1 || pathBytes < 1 || vectors < 1 || vectors > 1_000_000) {
            throw new IllegalArgumentException(
                    "limits: expected at least 1 of each and at most a million vectors, found "
                            + descriptors
                            + " descriptors, "
                            + pathBytes
                            + " bytes, "
                            + vectors
                            + " vectors");
        }
    }
}
