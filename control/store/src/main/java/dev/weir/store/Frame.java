package dev.weir.store;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// One batch as it stands in the log, big-endian:
///
/// ```
/// int magic, int length of the body, int CRC-32C of store id and body, int 0
/// body: long first revision, long compacted revision, int count, then for each change
///     byte deletion, long create revision, long epoch, 2 longs uid, int + key, int + value
/// zeros up to the next multiple of 8
/// ```
///
/// The checksum covers the whole batch: a batch is there, or it is not. It starts with the id of
/// the store, which nobody outside knows, so that no value can pass for a batch.
record Frame(long first, long compacted, List<Change> changes) {
    static final int HEADER = 16;
    private static final int MAGIC = 0x57454952;
    private static final int FIXED = 8 + 8 + 4;
    private static final int CHANGE = 1 + 8 + 8 + 16 + 4 + 4;

    /// A change without what the state before it tells.
    record Change(Entry entry, boolean deletion) {}

    long last() {
        return first + changes.size() - 1;
    }

    static Change change(Version version) {
        return new Change(version.entry(), version.deletion());
    }

    /// The bytes of this batch, ready to be written.
    ByteBuffer encode(UUID store) {
        int length = FIXED;
        var keys = new ArrayList<byte[]>(changes.size());
        for (var change : changes) {
            var key = KeyOrder.bytes(change.entry().key());
            keys.add(key);
            length += CHANGE + key.length + (change.deletion() ? 0 : change.entry().value().length);
        }
        var buffer = ByteBuffer.allocate(padded(HEADER + length));
        buffer.position(HEADER).putLong(first).putLong(compacted).putInt(changes.size());
        for (int i = 0; i < keys.size(); i++) {
            put(buffer, changes.get(i), keys.get(i));
        }
        int checksum = checksum(store, buffer.duplicate().flip().position(HEADER));
        return buffer.putInt(0, MAGIC).putInt(4, length).putInt(8, checksum).clear();
    }

    private static void put(ByteBuffer buffer, Change change, byte[] key) {
        var entry = change.entry();
        buffer.put((byte) (change.deletion() ? 1 : 0))
                .putLong(entry.createRevision())
                .putLong(entry.epoch())
                .putLong(entry.uid().getMostSignificantBits())
                .putLong(entry.uid().getLeastSignificantBits())
                .putInt(key.length)
                .put(key);
        if (change.deletion()) {
            buffer.putInt(0);
        } else {
            buffer.putInt(entry.value().length).put(entry.value());
        }
    }

    /// The bytes that a frame with this length takes.
    static int padded(int length) {
        return (length + 7) & ~7;
    }

    /// The batch at the buffer's position, moving behind it; null, and no move, where there is
    /// none.
    static @Nullable Frame decode(ByteBuffer buffer, UUID store) {
        int start = buffer.position();
        if (buffer.remaining() < HEADER + FIXED
                || buffer.getInt(start) != MAGIC
                || buffer.getInt(start + 12) != 0) {
            return null;
        }
        int length = buffer.getInt(start + 4);
        if (length < FIXED || length > buffer.remaining() - HEADER) {
            return null;
        }
        var body = buffer.slice(start + HEADER, length);
        if (checksum(store, body.duplicate()) != buffer.getInt(start + 8)) {
            return null;
        }
        try {
            var frame = body(body);
            buffer.position(Math.min(buffer.limit(), start + padded(HEADER + length)));
            return frame;
        } catch (BufferUnderflowException | IllegalArgumentException _) {
            return null;
        }
    }

    private static Frame body(ByteBuffer body) {
        long first = body.getLong();
        long compacted = body.getLong();
        int count = body.getInt();
        var changes = new ArrayList<Change>();
        for (int i = 0; i < count; i++) {
            changes.add(change(body, first + i));
        }
        return new Frame(first, compacted, changes);
    }

    private static Change change(ByteBuffer body, long revision) {
        boolean deletion = body.get() == 1;
        long created = body.getLong();
        long epoch = body.getLong();
        var uid = new UUID(body.getLong(), body.getLong());
        var key = new String(bytes(body), StandardCharsets.UTF_8);
        return new Change(new Entry(key, bytes(body), uid, created, revision, epoch), deletion);
    }

    private static byte[] bytes(ByteBuffer body) {
        int length = body.getInt();
        if (length < 0 || length > body.remaining()) {
            throw new BufferUnderflowException();
        }
        var bytes = new byte[length];
        body.get(bytes);
        return bytes;
    }

    private static int checksum(UUID store, ByteBuffer body) {
        var crc = new CRC32C();
        crc.update(
                ByteBuffer.allocate(16)
                        .putLong(store.getMostSignificantBits())
                        .putLong(store.getLeastSignificantBits())
                        .flip());
        crc.update(body);
        return (int) crc.getValue();
    }
}
