package dev.weir.store;

import static dev.weir.store.StoreException.Code.CORRUPT;
import static dev.weir.store.StoreException.Code.FULL;
import static dev.weir.store.StoreException.Code.IO;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The log on disk: segments of batches, and a snapshot of the state at which the log begins.
///
/// Why no acknowledged batch is ever taken for a torn one: a batch is written only when the one
/// before it was forced, so a crash can leave at most one batch in pieces, and it is the last.
/// Recovery reads batches in order and stops at the first place that holds no whole batch. If
/// anything behind that place is a whole batch of this store, or a later segment exists, then what
/// is broken was forced once: that is [StoreException.Code#CORRUPT], and nothing is touched.
/// Otherwise it was never acknowledged: it is overwritten with zeros, and the log goes on there.
/// Closing adds an empty batch, so that damage to the last batch of a closed store is seen too.
///
/// A segment is filled with zeros and forced before it gets its name; writing a batch then changes
/// no metadata, which makes forcing it cheap. Used by the writer alone, but for [#snapshot], which
/// may run beside it.
final class Journal implements AutoCloseable {
    private static final long MAGIC = 0x5745_4952_4c4f_4732L;
    private static final int HEADER = 40;
    private static final String SEGMENT = "log-";
    private static final String SNAPSHOT = "snapshot-";
    private static final String TEMPORARY = ".tmp";

    private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{16}");

    private final Disk disk;
    private final int segmentBytes;

    /// The bytes of each segment by its first revision; guarded by itself once recovered.
    private final TreeMap<Long, Long> segments = new TreeMap<>();

    private UUID store = new UUID(0, 0);
    private Disk.@Nullable File file;
    private long end;
    private long size;
    private volatile long snapshot;
    private volatile long bytes;

    Journal(Disk disk, int segmentBytes) {
        this.disk = disk;
        this.segmentBytes = segmentBytes;
    }

    /// What recovery finds, in order.
    interface Found {
        /// An entry of the snapshot.
        void entry(Entry entry);

        /// The end of the snapshot: the state was that at `revision`.
        void snapshotEnd(long revision);

        /// A batch of the log, its first revision the next one.
        void batch(Frame frame);
    }

    /// Reads what is there, repairs a torn tail, and makes the log ready for [#append].
    void recover(Found found) {
        try {
            var names = disk.list();
            for (var name : names) {
                if (name.endsWith(TEMPORARY)) {
                    disk.delete(name);
                }
            }
            snapshot = newest(names);
            if (snapshot > 0) {
                readSnapshot(found);
            }
            found.snapshotEnd(snapshot);
            names.stream()
                    .filter(name -> named(name, SEGMENT))
                    .map(Journal::revision)
                    .forEach(first -> segments.put(first, 0L));
            readSegments(found);
        } catch (IOException e) {
            throw new StoreException(IO, disk.place() + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private static boolean named(String name, String prefix) {
        return name.startsWith(prefix) && DIGITS.matcher(name.substring(prefix.length())).matches();
    }

    private static long newest(List<String> names) {
        return names.stream()
                .filter(name -> named(name, SNAPSHOT))
                .mapToLong(Journal::revision)
                .max()
                .orElse(0);
    }

    private static long revision(String name) {
        return Long.parseLong(name.substring(name.indexOf('-') + 1), 16);
    }

    private static String name(String prefix, long revision) {
        return prefix + String.format("%016x", revision);
    }

    private void readSnapshot(Found found) throws IOException {
        var name = name(SNAPSHOT, snapshot);
        var buffer = read(name);
        int whole = 0;
        while (true) {
            var frame = Frame.decode(buffer, store);
            if (frame == null) {
                throw corrupt(name, buffer.position(), "a part of the snapshot");
            }
            if (frame.changes().isEmpty()) {
                if (frame.first() != whole) {
                    throw corrupt(
                            name, buffer.position(), frame.first() + " entries, found " + whole);
                }
                return;
            }
            frame.changes().forEach(change -> found.entry(restored(change.entry())));
            whole += frame.changes().size();
        }
    }

    /// In a snapshot the epoch's place holds the epoch, and the value starts with the revision.
    private static Entry restored(Entry entry) {
        var value = ByteBuffer.wrap(entry.value());
        long revision = value.getLong();
        var rest = new byte[value.remaining()];
        value.get(rest);
        return new Entry(
                entry.key(), rest, entry.uid(), entry.createRevision(), revision, entry.epoch());
    }

    private static Frame.Change dumped(Entry entry) {
        var value =
                ByteBuffer.allocate(8 + entry.value().length)
                        .putLong(entry.revision())
                        .put(entry.value())
                        .array();
        return new Frame.Change(
                new Entry(
                        entry.key(), value, entry.uid(), entry.createRevision(), 0, entry.epoch()),
                false);
    }

    private void readSegments(Found found) throws IOException {
        if (segments.isEmpty()) {
            if (snapshot > 0) {
                throw new StoreException(
                        CORRUPT, disk.place() + ": the log behind the snapshot is missing");
            }
            store = UUID.randomUUID();
            begin(1, 0, 0);
            return;
        }
        long next = segments.firstKey();
        if (next > snapshot + 1) {
            throw new StoreException(
                    CORRUPT,
                    disk.place()
                            + ": the log begins at revision "
                            + next
                            + ", expected at most "
                            + (snapshot + 1));
        }
        for (long first : List.copyOf(segments.keySet())) {
            next = readSegment(first, next, first == segments.lastKey(), found);
        }
    }

    private long readSegment(long first, long expected, boolean last, Found found)
            throws IOException {
        var name = name(SEGMENT, first);
        var buffer = read(name);
        long next = expected;
        sized(first, buffer.limit());
        if (first != next) {
            throw corrupt(name, 0, "revision " + next);
        }
        for (var frame = Frame.decode(buffer, store);
                frame != null;
                frame = Frame.decode(buffer, store)) {
            if (frame.first() != next) {
                throw corrupt(name, buffer.position(), "a batch that begins with revision " + next);
            }
            next = frame.last() + 1;
            found.batch(frame);
        }
        if (last) {
            resume(name, buffer);
        } else {
            requireNothingBehind(name, buffer);
        }
        return next;
    }

    /// Opens the last segment for writing behind its last whole batch.
    private void resume(String name, ByteBuffer buffer) throws IOException {
        boolean clean = zeros(buffer);
        if (!clean) {
            requireNoBatchBehind(name, buffer);
        }
        file = disk.open(name);
        end = buffer.position();
        size = buffer.limit();
        if (!clean) {
            file.write(ByteBuffer.allocate(buffer.remaining()), end);
            file.force();
        }
    }

    private void requireNothingBehind(String name, ByteBuffer buffer) {
        if (!zeros(buffer)) {
            throw corrupt(name, buffer.position(), "a batch");
        }
    }

    private void requireNoBatchBehind(String name, ByteBuffer buffer) {
        var behind = buffer.duplicate();
        while (behind.remaining() > Frame.HEADER) {
            behind.position(behind.position() + 8);
            if (Frame.decode(behind, store) != null) {
                throw corrupt(name, buffer.position(), "a batch, as a later one is whole");
            }
        }
    }

    private static boolean zeros(ByteBuffer buffer) {
        var none = ByteBuffer.allocate(1 << 16);
        var rest = buffer.duplicate();
        while (rest.hasRemaining()) {
            int length = Math.min(rest.remaining(), none.capacity());
            var part = rest.slice(rest.position(), length);
            if (part.mismatch(none.limit(length)) >= 0) {
                return false;
            }
            rest.position(rest.position() + length);
        }
        return true;
    }

    /// A file behind its header, which names the store.
    private ByteBuffer read(String name) throws IOException {
        try (var source = disk.open(name)) {
            var buffer = ByteBuffer.allocate(Math.toIntExact(source.size()));
            source.read(buffer, 0);
            buffer.flip();
            if (buffer.remaining() < HEADER || buffer.getLong() != MAGIC) {
                throw corrupt(name, 0, "the header of a store's file");
            }
            var id = new UUID(buffer.getLong(), buffer.getLong());
            if (store.getLeastSignificantBits() != 0 && !id.equals(store)) {
                throw corrupt(name, 8, "the id of store " + store);
            }
            store = id;
            buffer.getLong();
            long length = buffer.getLong();
            if (length > buffer.limit()) {
                throw corrupt(name, 32, length + " bytes, found " + buffer.limit());
            }
            return buffer;
        }
    }

    private StoreException corrupt(String name, int offset, String expected) {
        return new StoreException(
                CORRUPT,
                disk.place() + "/" + name + " at byte " + offset + ": expected " + expected);
    }

    /// Magic, id of the store, first revision, least length of the file.
    private ByteBuffer header(long revision, long length) {
        return ByteBuffer.allocate(HEADER)
                .putLong(MAGIC)
                .putLong(store.getMostSignificantBits())
                .putLong(store.getLeastSignificantBits())
                .putLong(revision)
                .putLong(length)
                .flip();
    }

    /// Writes the batch and forces it; when this returns, it is safe.
    ///
    /// @throws StoreException `FULL` when nothing was written; `IO` when nobody knows what was
    void append(Frame frame) {
        var data = frame.encode(store);
        try {
            if (end + data.remaining() > size) {
                begin(frame.first(), frame.compacted(), data.remaining());
            }
        } catch (IOException e) {
            throw new StoreException(
                    full(e) ? FULL : IO,
                    disk.place() + ": cannot begin a segment: " + e.getMessage(),
                    e);
        }
        try {
            int length = data.remaining();
            var target = java.util.Objects.requireNonNull(file);
            target.write(data, end);
            target.force();
            end += length;
        } catch (IOException e) {
            throw new StoreException(
                    IO, disk.place() + ": cannot write the log: " + e.getMessage(), e);
        }
    }

    private static boolean full(IOException e) {
        var message = String.valueOf(e.getMessage());
        return message.contains("No space left") || message.contains("quota");
    }

    /// A new segment begins with what is compacted: where the one before it holds nothing but
    /// compactions, it takes that one's name and place.
    private void begin(long revision, long compacted, int least) throws IOException {
        var name = name(SEGMENT, revision);
        var start = new Frame(revision, compacted, List.of()).encode(store);
        int used = HEADER + start.remaining();
        int length = Math.max(segmentBytes, used + least);
        var fresh = disk.open(name + TEMPORARY);
        try {
            fill(fresh, length);
            fresh.write(header(revision, length), 0);
            fresh.write(start, HEADER);
            fresh.force();
            disk.rename(name + TEMPORARY, name);
            disk.sync();
        } catch (IOException e) {
            fresh.close();
            discard(name + TEMPORARY, e);
            throw e;
        }
        if (file != null) {
            file.close();
        }
        file = fresh;
        end = used;
        size = length;
        synchronized (segments) {
            sized(revision, length);
        }
    }

    private void sized(long segment, long length) {
        segments.put(segment, length);
        bytes = segments.values().stream().mapToLong(Long::longValue).sum();
    }

    private static void fill(Disk.File fresh, int length) throws IOException {
        var zeros = ByteBuffer.allocateDirect(Math.min(length, 1 << 20));
        for (long at = 0; at < length; at += zeros.capacity()) {
            fresh.write(zeros.clear().limit((int) Math.min(zeros.capacity(), length - at)), at);
        }
    }

    /// Gives back the space of what could not be finished.
    private void discard(String name, IOException cause) {
        try {
            disk.delete(name);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /// Bytes of log that a snapshot could free.
    long bytes() {
        return bytes;
    }

    long snapshotRevision() {
        return snapshot;
    }

    /// Writes the state at a revision, then removes the segments and snapshots that nobody needs
    /// any more. What is missing to finish it is done by the next one.
    void snapshot(long revision, Iterable<Entry> entries) {
        var name = name(SNAPSHOT, revision);
        try {
            try (var target = disk.open(name + TEMPORARY)) {
                write(target, revision, entries);
                target.force();
            } catch (IOException e) {
                discard(name + TEMPORARY, e);
                throw e;
            }
            disk.rename(name + TEMPORARY, name);
            disk.sync();
            long old = snapshot;
            snapshot = revision;
            if (old > 0 && old != revision) {
                disk.delete(name(SNAPSHOT, old));
            }
            trim(revision);
        } catch (IOException e) {
            throw new StoreException(
                    full(e) ? FULL : IO,
                    disk.place() + "/" + name + ": cannot be written: " + e.getMessage(),
                    e);
        }
    }

    private void write(Disk.File target, long revision, Iterable<Entry> entries)
            throws IOException {
        target.write(header(revision, HEADER), 0);
        long at = HEADER;
        long count = 0;
        var part = new ArrayList<Frame.Change>();
        long partBytes = 0;
        for (var entry : entries) {
            part.add(dumped(entry));
            partBytes += entry.value().length;
            count++;
            if (partBytes > 1 << 20 || part.size() == 1024) {
                at = write(target, at, new Frame(0, revision, List.copyOf(part)));
                part.clear();
                partBytes = 0;
            }
        }
        if (!part.isEmpty()) {
            at = write(target, at, new Frame(0, revision, part));
        }
        write(target, at, new Frame(count, revision, List.of()));
    }

    private long write(Disk.File target, long at, Frame frame) throws IOException {
        var data = frame.encode(store);
        int length = data.remaining();
        target.write(data, at);
        return at + length;
    }

    /// Removes the segments that end at or before a revision: those behind which another one begins
    /// there.
    private void trim(long revision) throws IOException {
        synchronized (segments) {
            while (segments.size() > 1 && segments.higherKey(segments.firstKey()) <= revision + 1) {
                disk.delete(name(SEGMENT, segments.firstKey()));
                bytes -= segments.pollFirstEntry().getValue();
            }
        }
        disk.sync();
    }

    /// Ends the log with an empty batch, where it can still be written.
    void seal(long next, long compacted) {
        append(new Frame(next, compacted, List.of()));
    }

    @Override
    public void close() {
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            throw new StoreException(IO, disk.place() + ": cannot be closed: " + e.getMessage(), e);
        } finally {
            disk.close();
        }
    }
}
