package dev.weir.store;

import static dev.weir.store.StoreException.Code.CORRUPT;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// The files of one store: their names, the header that each begins with, and how one comes to be.
///
/// A header is 40 bytes: a magic number, the id of the store (2 longs), the revision in the name,
/// and the least length of the file, so that one that was cut short is seen. A file is written
/// under an unfinished name, forced, and only then gets its own.
final class StoreFiles {
    static final int HEADER = 40;
    private static final long MAGIC = 0x5745_4952_4c4f_4732L;
    private static final int LENGTH_AT = 32;
    private static final String UNFINISHED = ".tmp";
    private static final Pattern TEMPORARY = Pattern.compile("(log|snapshot)-[0-9a-f]{16}\\.tmp");

    private final Disk disk;
    private ByteBuffer memory = ByteBuffer.allocate(0);
    private @Nullable UUID store;

    StoreFiles(Disk disk) {
        this.disk = disk;
    }

    /// What a file holds, which its name says, with a revision in 16 hex digits.
    enum Kind {
        /// Batches, from the revision on.
        SEGMENT("log-"),
        /// The state at the revision.
        SNAPSHOT("snapshot-");

        private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{16}");

        private final String prefix;

        Kind(String prefix) {
            this.prefix = prefix;
        }

        String name(long revision) {
            return prefix + String.format("%016x", revision);
        }

        /// The revisions of the files of this kind; other names are passed over.
        LongStream revisions(List<String> names) {
            return names.stream()
                    .filter(name -> name.startsWith(prefix))
                    .map(name -> name.substring(prefix.length()))
                    .filter(digits -> DIGITS.matcher(digits).matches())
                    .mapToLong(digits -> Long.parseLong(digits, 16));
        }
    }

    /// Whether it is the name of a file of ours that was never finished.
    static boolean temporary(String name) {
        return TEMPORARY.matcher(name).matches();
    }

    /// The name of a file until it is finished.
    static String unfinished(String name) {
        return name + UNFINISHED;
    }

    /// Whether the disk has no space left.
    static boolean full(IOException e) {
        var message = String.valueOf(e.getMessage());
        return message.contains("No space left") || message.contains("quota");
    }

    /// Chooses the id of a new store.
    void begin() {
        store = UUID.randomUUID();
    }

    /// The id of the store, once a file was read or the store begun.
    UUID store() {
        if (store == null) {
            throw new IllegalStateException("no file of the store was read");
        }
        return store;
    }

    /// The content of a file, positioned behind its header, until the next one is read. It is not
    /// on the heap, which a file would make grow for the moment of a start.
    ByteBuffer read(String name) throws IOException {
        try (var source = disk.open(name)) {
            int size = Math.toIntExact(source.size());
            if (memory.capacity() < size) {
                memory = ByteBuffer.allocateDirect(size);
            }
            var buffer = memory.slice(0, size);
            source.read(buffer, 0);
            buffer.flip();
            if (buffer.remaining() < HEADER || buffer.getLong() != MAGIC) {
                throw corrupt(name, 0, "the header of a store's file");
            }
            var id = new UUID(buffer.getLong(), buffer.getLong());
            if (store != null && !id.equals(store)) {
                throw corrupt(name, Long.BYTES, "the id of store " + store);
            }
            store = id;
            long length = buffer.getLong(LENGTH_AT);
            if (length > buffer.limit()) {
                throw corrupt(name, LENGTH_AT, length + " bytes, found " + buffer.limit());
            }
            return buffer.position(HEADER);
        }
    }

    /// Lets go of the memory that files were read into.
    void release() {
        memory = ByteBuffer.allocate(0);
    }

    /// The batch at the buffer's position, moving behind it; null, and no move, where there is
    /// none.
    @Nullable Frame frame(ByteBuffer buffer) {
        return Frame.decode(buffer, store());
    }

    StoreException corrupt(String name, int offset, String expected) {
        return new StoreException(
                CORRUPT,
                disk.place() + "/" + name + " at byte " + offset + ": expected " + expected);
    }

    ByteBuffer header(long revision, long length) {
        var id = store();
        return ByteBuffer.allocate(HEADER)
                .putLong(MAGIC)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .putLong(revision)
                .putLong(length)
                .flip();
    }

    Disk.File open(String name) throws IOException {
        return disk.open(name);
    }

    /// Gives a file that was forced its own name, safely.
    void finish(String name) throws IOException {
        disk.rename(unfinished(name), name);
        disk.sync();
    }

    /// Gives back the space of a file that could not be finished.
    void discard(String name, IOException cause) {
        try {
            disk.delete(unfinished(name));
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }
}
