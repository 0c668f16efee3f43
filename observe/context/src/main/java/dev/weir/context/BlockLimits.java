package dev.weir.context;

/// How much of a connection's blocks both sides keep. The receiver's are at least the sender's: the
/// protocol that carries the blocks agrees on them, or both sides use [#DEFAULT].
///
/// @param blocks how many blocks are kept, 1 to 65,536
/// @param bytes of text that are kept, as UTF-8, up to 16 MiB
public record BlockLimits(int blocks, int bytes) {
    /// 256 blocks, 64 KiB.
    public static final BlockLimits DEFAULT = new BlockLimits(256, 1 << 16);

    private static final int MOST_BLOCKS = 1 << 16;
    private static final int MOST_BYTES = 1 << 24;

    /// Checks both ranges.
    public BlockLimits {
        if (blocks < 1 || blocks > MOST_BLOCKS) {
            throw new IllegalArgumentException("blocks: expected 1 to 65536, found " + blocks);
        }
        if (bytes < 0 || bytes > MOST_BYTES) {
            throw new IllegalArgumentException("bytes: expected 0 to 16777216, found " + bytes);
        }
    }
}
