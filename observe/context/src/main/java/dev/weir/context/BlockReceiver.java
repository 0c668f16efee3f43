package dev.weir.context;

import dev.weir.context.BlockWindow.Block;
import dev.weir.context.ContextException.Code;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// The receiving side of a connection's dictionary, for what a [BlockSender] wrote.
///
/// It keeps no more than its [BlockLimits] allow. Not thread-safe: whoever reads from the
/// connection owns it.
public final class BlockReceiver {
    private static final Block NONE = new Block("", "");

    private final BlockWindow window;
    private Block current = NONE;

    /// A dictionary with nothing in it.
    public BlockReceiver(BlockLimits limits) {
        this(new BlockWindow(limits));
    }

    BlockReceiver(BlockWindow window) {
        this.window = window;
    }

    /// Reads a context and what follows it. [#state] and [#baggage] tell the rest.
    ///
    /// @param from moves behind what was read; stays where it was when this throws
    /// @param to gets the 32 bytes, with the id of the block where it is kept
    /// @throws ContextException where the input is not what a sender writes
    public void read(ByteBuffer from, byte[] to, int at) {
        int start = from.position();
        if (from.remaining() < TraceBytes.SIZE) {
            throw new ContextException(
                    Code.TRUNCATED, "expected 32 bytes of context, found " + from.remaining());
        }
        if (TraceBytes.version(from, start) != TraceBytes.VERSION) {
            throw new ContextException(
                    Code.VERSION,
                    "expected layout version 1, found " + TraceBytes.version(from, start));
        }
        if (!TraceBytes.isValid(from, start)) {
            throw new ContextException(
                    Code.MALFORMED, "expected ids that are not 0, and known flags");
        }
        int word = TraceBytes.dictionaryId(from, start);
        int id = word & ~BlockWindow.FOLLOWS;
        int end = start + TraceBytes.SIZE;
        if (word >= 0) {
            current = id == 0 ? NONE : known(id);
        } else {
            end = readBlock(from, end, id);
        }
        TraceBytes.copy(from, start, to, at);
        TraceBytes.setDictionaryId(to, at, id);
        from.position(end);
    }

    private Block known(int id) {
        var block = window.get(id);
        if (block == null) {
            throw new ContextException(Code.UNKNOWN_ID, "block " + id + " is not kept");
        }
        return block;
    }

    private int readBlock(ByteBuffer from, int start, int id) {
        int stateEnd = textEnd(from, start);
        int end = textEnd(from, stateEnd);
        int size = end - start - 4;
        if (id != 0 && id != window.nextId()) {
            throw new ContextException(
                    Code.OUT_OF_ORDER,
                    "expected block " + window.nextId() + " as the next new one, found " + id);
        }
        if (id != 0 && !window.admits(size)) {
            throw new ContextException(
                    Code.TOO_LARGE, "block " + id + " of " + size + " bytes cannot be kept");
        }
        var block = new Block(text(from, start, stateEnd), text(from, stateEnd, end));
        if (id != 0) {
            window.add(block, size, dropped -> {});
        }
        current = block;
        return end;
    }

    private static int textEnd(ByteBuffer from, int start) {
        int left = from.limit() - start;
        if (left >= 2) {
            int length = (from.get(start) & 0xff) << 8 | from.get(start + 1) & 0xff;
            if (length <= left - 2) {
                return start + 2 + length;
            }
        }
        throw new ContextException(
                Code.TRUNCATED, "a block goes beyond the " + left + " bytes that are left");
    }

    private static String text(ByteBuffer from, int start, int end) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(from.slice(start + 2, end - start - 2))
                    .toString();
        } catch (CharacterCodingException _) {
            throw new ContextException(Code.MALFORMED, "a block is no UTF-8");
        }
    }

    /// The `tracestate` of the context that was read last, empty for none; for
    /// [TraceStateHeader#of(String)].
    public String state() {
        return current.state();
    }

    /// The `baggage` of the context that was read last, empty for none; for
    /// [BaggageHeader#of(String)].
    public String baggage() {
        return current.baggage();
    }
}
