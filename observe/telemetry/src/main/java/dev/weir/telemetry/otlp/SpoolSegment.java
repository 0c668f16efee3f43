package dev.weir.telemetry.otlp;

import dev.weir.telemetry.otlp.SpoolFolder.SpoolFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// One file of a [Spool]: requests of one signal behind each other. Big-endian:
///
/// ```
/// header: long magic, long offset of the first entry not delivered, int CRC-32C of both, int 0
/// entry:  int magic, int length, int items, int CRC-32C of length, items and body; body
/// ```
///
/// The name is the signal's word, a hyphen and the file's number in 16 hex digits. Numbers grow
/// with time over all signals.
final class SpoolSegment {
    static final int HEADER = 24;
    static final int ENTRY = 16;

    private static final long MAGIC = 0x57656972_53706c31L;
    private static final int ENTRY_MAGIC = 0x57656e74;
    private static final int CHECKED = 16;

    final Signal signal;
    final long number;
    final SpoolFile file;
    long start = HEADER;
    long end = HEADER;
    int items;

    private SpoolSegment(Signal signal, long number, SpoolFile file) {
        this.signal = signal;
        this.number = number;
        this.file = file;
    }

    static String name(Signal signal, long number) {
        return String.format("%s-%016x", signal.word(), number);
    }

    /// The signal that a file's name tells; null where it is none of ours.
    static @Nullable Signal signal(String name) {
        for (var signal : Signal.values()) {
            if (name.matches(signal.word() + "-[0-9a-f]{16}")) {
                return signal;
            }
        }
        return null;
    }

    static long number(String name) {
        return Long.parseUnsignedLong(name.substring(name.length() - 16), 16);
    }

    static SpoolSegment begin(SpoolFolder folder, Signal signal, long number) throws IOException {
        var segment = new SpoolSegment(signal, number, folder.open(name(signal, number)));
        try {
            segment.writeStart();
        } catch (IOException e) {
            segment.file.close();
            throw e;
        }
        return segment;
    }

    /// Reads a file that is there, and cuts off an entry at its end that is not whole.
    static SpoolSegment recover(SpoolFolder folder, Signal signal, long number) throws IOException {
        var segment = new SpoolSegment(signal, number, folder.open(name(signal, number)));
        try {
            segment.recover();
        } catch (IOException e) {
            segment.file.close();
            throw e;
        }
        return segment;
    }

    private void recover() throws IOException {
        var all = ByteBuffer.allocate(Math.toIntExact(file.size()));
        file.read(all, 0);
        all.flip();
        long delivered = all.remaining() < HEADER ? 0 : delivered(all);
        if (delivered == 0) {
            end = start; // not even a header: nothing of it was ever whole
            writeStart();
        }
        start = HEADER;
        end = HEADER;
        while (delivered > 0) {
            var entry = whole(all.position((int) end));
            if (entry == null) {
                break;
            }
            end += ENTRY + entry.limit();
            if (end <= delivered) {
                start = end;
            } else {
                items += all.getInt((int) (end - entry.limit()) - 8);
            }
        }
        if (end < all.limit()) {
            file.truncate(end);
        }
    }

    /// Where the header says that delivery goes on; 0 where it is no header. A broken offset, as a
    /// power cut may leave it, means from the start: what was delivered may be delivered twice.
    private static long delivered(ByteBuffer all) {
        if (all.getLong(0) != MAGIC) {
            return 0;
        }
        return checksum(all.slice(0, CHECKED)) == all.getInt(CHECKED) ? all.getLong(8) : HEADER;
    }

    /// The body of the entry at the position; null where there is none that is whole.
    private static @Nullable ByteBuffer whole(ByteBuffer from) {
        if (from.remaining() < ENTRY || from.getInt() != ENTRY_MAGIC) {
            return null;
        }
        int length = from.getInt();
        int at = from.position();
        if (length < 0 || length > from.remaining() - 8) {
            return null;
        }
        int checksum = from.getInt(at + 4);
        var body = from.slice(at + 8, length);
        return checksum(length, from.getInt(at), body) == checksum ? body : null;
    }

    /// Writes an entry behind the others; where that fails, nothing has changed.
    SpoolEntry append(byte[] compressed, int count) throws IOException {
        var entry = ByteBuffer.allocate(ENTRY + compressed.length);
        entry.putInt(ENTRY_MAGIC).putInt(compressed.length).putInt(count);
        entry.putInt(checksum(compressed.length, count, ByteBuffer.wrap(compressed)));
        entry.put(compressed).flip();
        long offset = end;
        try {
            file.write(entry, offset);
        } catch (IOException e) {
            try {
                file.truncate(offset);
            } catch (IOException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
        end = offset + entry.limit();
        items += count;
        return new SpoolEntry(signal, number, offset, end, count, new byte[0]);
    }

    /// The first entry not delivered.
    ///
    /// @throws IOException where it cannot be read back as it was written
    SpoolEntry first() throws IOException {
        var head = ByteBuffer.allocate(ENTRY);
        file.read(head, start);
        head.flip();
        if (head.remaining() < ENTRY || head.getInt() != ENTRY_MAGIC) {
            throw broken();
        }
        int length = head.getInt();
        int count = head.getInt();
        if (length < 0 || length > end - start - ENTRY) {
            throw broken();
        }
        var body = ByteBuffer.allocate(length);
        file.read(body, start + ENTRY);
        if (body.hasRemaining() || checksum(length, count, body.flip()) != head.getInt()) {
            throw broken();
        }
        return new SpoolEntry(signal, number, start, start + ENTRY + length, count, body.array());
    }

    private IOException broken() {
        return new IOException(name(signal, number) + " is broken at byte " + start);
    }

    /// An entry was delivered, the first one.
    void delivered(SpoolEntry entry) throws IOException {
        start = entry.next();
        items -= entry.items();
        writeStart();
    }

    boolean isEmpty() {
        return start == end;
    }

    private void writeStart() throws IOException {
        var header = ByteBuffer.allocate(HEADER).putLong(MAGIC).putLong(start);
        header.putInt(checksum(header.slice(0, CHECKED))).putInt(0);
        file.write(header.flip(), 0);
    }

    private static int checksum(int length, int items, ByteBuffer body) {
        var checksum = new CRC32C();
        checksum.update(ByteBuffer.allocate(8).putInt(length).putInt(items).flip());
        checksum.update(body.duplicate());
        return (int) checksum.getValue();
    }

    private static int checksum(ByteBuffer bytes) {
        var checksum = new CRC32C();
        checksum.update(bytes);
        return (int) checksum.getValue();
    }
}
