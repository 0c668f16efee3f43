package dev.weir.store;

import static dev.weir.store.StoreException.Code.CORRUPT;
import static dev.weir.store.StoreException.Code.FULL;
import static dev.weir.store.StoreException.Code.IO;

import dev.weir.store.StoreFiles.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.CRC32C;
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
    private static final ByteBuffer ZEROS = ByteBuffer.allocate(1 << 12);

    private final Disk disk;
    private final StoreFiles files;
    private final int segmentBytes;

    /// The bytes of each segment by its first revision; guarded by itself once recovered.
    private final TreeMap<Long, Long> segments = new TreeMap<>();

    private Disk.@Nullable File file;
    private long end;
    private long size;
    private volatile long snapshot;
    private volatile long bytes;

    Journal(Disk disk, int segmentBytes) {
        this.disk = disk;
        this.files = new StoreFiles(disk);
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
                if (StoreFiles.temporary(name)) {
                    disk.delete(name);
                }
            }
            snapshot = Kind.SNAPSHOT.revisions(names).max().orElse(0);
            if (snapshot > 0) {
                SnapshotFile.read(files, snapshot, found);
            }
            found.snapshotEnd(snapshot);
            Kind.SEGMENT.revisions(names).forEach(first -> segments.put(first, 0L));
            readSegments(found);
        } catch (IOException e) {
            throw new StoreException(IO, disk.place() + ": cannot be read: " + e.getMessage(), e);
        } finally {
            files.release();
        }
    }

    private void readSegments(Found found) throws IOException {
        if (segments.isEmpty()) {
            if (snapshot > 0) {
                throw new StoreException(
                        CORRUPT, disk.place() + ": the log behind the snapshot is missing");
            }
            files.begin();
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
        var name = Kind.SEGMENT.name(first);
        var buffer = files.read(name);
        long next = expected;
        sized(first, buffer.limit());
        if (first != next) {
            throw files.corrupt(name, 0, "revision " + next);
        }
        for (var frame = files.frame(buffer); frame != null; frame = files.frame(buffer)) {
            if (frame.first() != next) {
                throw files.corrupt(
                        name, buffer.position(), "a batch that begins with revision " + next);
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
            throw files.corrupt(name, buffer.position(), "a batch");
        }
    }

    private void requireNoBatchBehind(String name, ByteBuffer buffer) {
        var behind = buffer.duplicate();
        while (behind.remaining() > Frame.HEADER) {
            behind.position(behind.position() + 8);
            if (files.frame(behind) != null) {
                throw files.corrupt(name, buffer.position(), "a batch, as a later one is whole");
            }
        }
    }

    /// Whether only zeros follow. Checksums tell, as surely as for frames: the JVM computes them at
    /// full speed when nothing is compiled yet.
    private static boolean zeros(ByteBuffer buffer) {
        var rest = buffer.duplicate();
        while (rest.hasRemaining()) {
            int length = Math.min(rest.remaining(), ZEROS.capacity());
            var part = rest.slice(rest.position(), length);
            if (checksum(part) != checksum(ZEROS.slice(0, length))) {
                return false;
            }
            rest.position(rest.position() + length);
        }
        return true;
    }

    private static long checksum(ByteBuffer bytes) {
        var crc = new CRC32C();
        crc.update(bytes);
        return crc.getValue();
    }

    /// Writes the batch and forces it; when this returns, it is safe.
    ///
    /// @throws StoreException `FULL` when nothing was written; `IO` when nobody knows what was
    void append(Frame frame) {
        var data = frame.encode(files.store());
        try {
            if (end + data.remaining() > size) {
                begin(frame.first(), frame.compacted(), data.remaining());
            }
        } catch (IOException e) {
            throw new StoreException(
                    StoreFiles.full(e) ? FULL : IO,
                    disk.place() + ": cannot begin a segment: " + e.getMessage(),
                    e);
        }
        try {
            int length = data.remaining();
            var target = Objects.requireNonNull(file);
            target.write(data, end);
            target.force();
            end += length;
        } catch (IOException e) {
            throw new StoreException(
                    IO, disk.place() + ": cannot write the log: " + e.getMessage(), e);
        }
    }

    /// A new segment begins with what is compacted: where the one before it holds nothing but
    /// compactions, it takes that one's name and place.
    private void begin(long revision, long compacted, int least) throws IOException {
        var name = Kind.SEGMENT.name(revision);
        var start = new Frame(revision, compacted, List.of()).encode(files.store());
        int used = StoreFiles.HEADER + start.remaining();
        int length = Math.max(segmentBytes, used + least);
        var fresh = disk.open(StoreFiles.unfinished(name));
        try {
            fill(fresh, length);
            fresh.write(files.header(revision, length), 0);
            fresh.write(start, StoreFiles.HEADER);
            fresh.force();
        } catch (IOException e) {
            fresh.close();
            files.discard(name, e);
            throw e;
        }
        finish(name);
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

    /// Behind this nobody knows whether the segment is there, so no batch may go into the old one.
    private void finish(String name) {
        try {
            files.finish(name);
        } catch (IOException e) {
            throw new StoreException(
                    IO, disk.place() + ": cannot begin a segment: " + e.getMessage(), e);
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
        try {
            SnapshotFile.write(files, revision, entries);
            snapshot = revision;
            for (long old : Kind.SNAPSHOT.revisions(disk.list()).toArray()) {
                if (old < revision) {
                    disk.delete(Kind.SNAPSHOT.name(old));
                }
            }
            trim(revision);
        } catch (IOException e) {
            throw new StoreException(
                    StoreFiles.full(e) ? FULL : IO,
                    disk.place()
                            + "/"
                            + Kind.SNAPSHOT.name(revision)
                            + ": cannot be written: "
                            + e.getMessage(),
                    e);
        }
    }

    /// Removes the segments that end at or before a revision: those behind which another one begins
    /// there.
    private void trim(long revision) throws IOException {
        synchronized (segments) {
            while (segments.size() > 1 && segments.higherKey(segments.firstKey()) <= revision + 1) {
                disk.delete(Kind.SEGMENT.name(segments.firstKey()));
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
