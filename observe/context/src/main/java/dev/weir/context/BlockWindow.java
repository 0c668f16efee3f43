package dev.weir.context;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The newest blocks of a connection with their ids, which are 1, 2, 3 and so on. The oldest go
/// first: that depends on nothing but the order of new blocks, so both sides drop the same ones
/// without a word. Not thread-safe.
///
/// On the wire, a context of 32 bytes, whose dictionary id says what follows:
///
/// ```
/// 0               nothing, and there is no tracestate and no baggage
/// id              nothing; the block with this id is meant
/// FOLLOWS | id    a block, which gets this id: always the next one
/// FOLLOWS         a block that is not kept
///
/// block:          unsigned short length and UTF-8 of the tracestate, then of the baggage
/// ```
final class BlockWindow {
    static final int FOLLOWS = 1 << 31;
    static final int LAST_ID = Integer.MAX_VALUE;
    static final int LONGEST = 0xffff;

    /// A tracestate and a baggage, as they stand in their headers; empty for none.
    record Block(String state, String baggage) {}

    private record Kept(Block block, int size) {}

    private final BlockLimits limits;
    private final @Nullable Kept[] ring;
    private int first = 1;
    private int last;
    private int bytes;

    BlockWindow(BlockLimits limits) {
        this(limits, 0);
    }

    /// @param last the last id that is used up
    BlockWindow(BlockLimits limits, int last) {
        this.limits = limits;
        this.last = last;
        first = last + 1;
        ring = new Kept[limits.blocks()];
    }

    /// Whether a block of that many bytes of text can be kept at all.
    boolean admits(int size) {
        return size <= limits.bytes() && last != LAST_ID;
    }

    /// The id that the next block gets.
    int nextId() {
        return last + 1;
    }

    /// Keeps a block under the next id.
    ///
    /// @param dropped is told which blocks go for it
    void add(Block block, int size, Consumer<Block> dropped) {
        while (nextId() - first == ring.length || bytes > limits.bytes() - size) {
            var oldest = ring[first % ring.length];
            ring[first % ring.length] = null;
            first++;
            if (oldest != null) {
                bytes -= oldest.size;
                dropped.accept(oldest.block);
            }
        }
        last++;
        bytes += size;
        ring[last % ring.length] = new Kept(block, size);
    }

    /// The block of an id, or null where it is not kept.
    @Nullable Block get(int id) {
        if (id < first || id > last) {
            return null;
        }
        var kept = ring[id % ring.length];
        return kept == null ? null : kept.block;
    }
}
