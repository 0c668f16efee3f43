package dev.weir.store;

import dev.weir.store.StoreFiles.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// The whole state at a revision on disk: batches of entries, closed by an empty one whose first
/// revision is their count.
final class SnapshotFile {
    private static final int PART = 1024;
    private static final int PART_BYTES = 1 << 20;

    private final StoreFiles files;
    private final Disk.File target;
    private final long revision;
    private final List<Frame.Change> part = new ArrayList<>();
    private long partBytes;
    private long end = StoreFiles.HEADER;
    private long count;

    private SnapshotFile(StoreFiles files, Disk.File target, long revision) {
        this.files = files;
        this.target = target;
        this.revision = revision;
    }

    /// Tells the entries of a snapshot.
    ///
    /// @throws StoreException `CORRUPT` where it is not whole
    static void read(StoreFiles files, long revision, Journal.Found found) throws IOException {
        var name = Kind.SNAPSHOT.name(revision);
        read(files, name, files.read(name), found);
    }

    private static void read(
            StoreFiles files, String name, ByteBuffer buffer, Journal.Found found) {
        int whole = 0;
        while (true) {
            var frame = files.frame(buffer);
            if (frame == null) {
                throw files.corrupt(name, buffer.position(), "a part of the snapshot");
            }
            if (frame.changes().isEmpty()) {
                if (frame.first() != whole) {
                    throw files.corrupt(
                            name, buffer.position(), frame.first() + " entries, found " + whole);
                }
                return;
            }
            frame.changes().forEach(change -> found.entry(restored(change.entry())));
            whole += frame.changes().size();
        }
    }

    /// Writes a snapshot; when this returns, it is safe.
    static void write(StoreFiles files, long revision, Iterable<Entry> entries) throws IOException {
        var name = Kind.SNAPSHOT.name(revision);
        try (var target = files.open(StoreFiles.unfinished(name))) {
            new SnapshotFile(files, target, revision).write(entries);
            target.force();
        } catch (IOException e) {
            files.discard(name, e);
            throw e;
        }
        files.finish(name);
    }

    private void write(Iterable<Entry> entries) throws IOException {
        target.write(files.header(revision, StoreFiles.HEADER), 0);
        for (var entry : entries) {
            part.add(dumped(entry));
            partBytes += entry.value().length;
            count++;
            if (partBytes > PART_BYTES || part.size() == PART) {
                flush();
            }
        }
        flush();
        append(new Frame(count, revision, List.of()));
    }

    private void flush() throws IOException {
        if (!part.isEmpty()) {
            append(new Frame(0, revision, List.copyOf(part)));
            part.clear();
            partBytes = 0;
        }
    }

    private void append(Frame frame) throws IOException {
        var data = frame.encode(files.store());
        int length = data.remaining();
        target.write(data, end);
        end += length;
    }

    /// The value in the file starts with the revision.
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
                ByteBuffer.allocate(Long.BYTES + entry.value().length)
                        .putLong(entry.revision())
                        .put(entry.value())
                        .array();
        return new Frame.Change(
                new Entry(
                        entry.key(), value, entry.uid(), entry.createRevision(), 0, entry.epoch()),
                false);
    }
}
