package dev.weir.context;

import dev.weir.context.BlockWindow.Block;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import org.jspecify.annotations.Nullable;

/// The sending side of a connection's dictionary: tracestate and baggage travel as text once, and
/// as 4 bytes of the context from then on.
///
/// Ids are never used twice in a connection. What is kept is bounded by [BlockLimits]: the oldest
/// blocks go, and are sent again under a new id when they come again; a block larger than all that
/// may be kept is sent whole each time, as is every new one after 2,147,483,647 ids.
///
/// One for each direction of a connection, whose bytes arrive in order. Not thread-safe: whoever
/// writes to the connection owns it. A known block costs no allocation.
public final class BlockSender {
    private static final class Probe {
        String state = "";
        String baggage = "";
        int id;

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Probe probe
                    && state.equals(probe.state)
                    && baggage.equals(probe.baggage);
        }

        @Override
        public int hashCode() {
            return state.hashCode() * 31 + baggage.hashCode();
        }
    }

    private final BlockWindow window;
    private final HashMap<Probe, Probe> known = new HashMap<>();
    private final Probe probe = new Probe();

    /// A dictionary with nothing in it.
    public BlockSender(BlockLimits limits) {
        this(new BlockWindow(limits));
    }

    BlockSender(BlockWindow window) {
        this.window = window;
    }

    /// Writes a context, and its block where the receiver does not know it.
    ///
    /// @param context a valid context; its own dictionary id does not matter
    /// @param state what goes into the header `tracestate`, or empty; up to 65,535 bytes of UTF-8
    /// @param baggage what goes into the header `baggage`, or empty; up to 65,535 bytes of UTF-8
    /// @param to moves behind what was written: 32 bytes, and for a block 4 more and its text
    /// @throws BufferOverflowException where there is too little room; nothing is written or kept
    /// @throws IllegalArgumentException where a text is too long; nothing is written or kept
    public void write(byte[] context, int at, String state, String baggage, ByteBuffer to) {
        if (state.isEmpty() && baggage.isEmpty()) {
            writeContext(context, at, 0, to);
            return;
        }
        probe.state = state;
        probe.baggage = baggage;
        var found = known.get(probe);
        if (found != null) {
            writeContext(context, at, found.id, to);
        } else {
            writeBlock(context, at, new Block(state, baggage), to);
        }
    }

    private void writeBlock(byte[] context, int at, Block block, ByteBuffer to) {
        byte[] state = text("state", block.state());
        byte[] baggage = text("baggage", block.baggage());
        int size = state.length + baggage.length;
        if (to.remaining() < TraceBytes.SIZE + 4 + size) {
            throw new BufferOverflowException();
        }
        int id = 0;
        if (window.admits(size)) {
            id = window.nextId();
            window.add(block, size, this::forget);
            var kept = new Probe();
            kept.state = block.state();
            kept.baggage = block.baggage();
            kept.id = id;
            known.put(kept, kept);
        }
        writeContext(context, at, BlockWindow.FOLLOWS | id, to);
        writeText(state, to);
        writeText(baggage, to);
    }

    private void forget(Block block) {
        probe.state = block.state();
        probe.baggage = block.baggage();
        known.remove(probe);
    }

    private static byte[] text(String name, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > BlockWindow.LONGEST) {
            throw new IllegalArgumentException(
                    name + ": expected at most 65535 bytes, found " + bytes.length);
        }
        return bytes;
    }

    private static void writeContext(byte[] context, int at, int id, ByteBuffer to) {
        int start = to.position();
        to.put(context, at, TraceBytes.SIZE);
        TraceBytes.setDictionaryId(to, start, id);
    }

    private static void writeText(byte[] text, ByteBuffer to) {
        to.put((byte) (text.length >>> 8)).put((byte) text.length).put(text);
    }
}
