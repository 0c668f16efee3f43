package dev.weir.telemetry.otlp;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A directory of the operating system. Processes may be given the same directory: each has a
/// numbered one in it for itself, locked while it is open. One that starts prefers a free one in
/// which an earlier process left something.
final class NioSpoolFolder implements SpoolFolder {
    private static final String LOCK = "lock";
    private static final int PROCESSES = 64;

    private final Path directory;
    private final FileChannel lock;

    private NioSpoolFolder(Path directory, FileChannel lock) {
        this.directory = directory;
        this.lock = lock;
    }

    static NioSpoolFolder open(Path root) throws IOException {
        NioSpoolFolder empty = null;
        for (int number = 0; number < PROCESSES; number++) {
            var directory = root.resolve(Integer.toString(number));
            boolean used = Files.exists(directory);
            if (!used && empty != null) {
                return empty;
            }
            var folder = tryOpen(directory);
            if (folder == null) {
                continue;
            }
            if (!used || !folder.list().isEmpty()) {
                if (empty == null) {
                    return folder;
                }
                if (used) {
                    empty.close();
                    return folder;
                }
            }
            if (empty == null) {
                empty = folder;
            } else {
                folder.close();
            }
        }
        if (empty == null) {
            throw new IOException(root + " is used by " + PROCESSES + " processes already");
        }
        return empty;
    }

    private static @Nullable NioSpoolFolder tryOpen(Path directory) throws IOException {
        // What is sent may tell secrets, and so may what waits to be sent.
        Files.createDirectories(directory, mode(directory, "rwx------"));
        var channel = channel(directory.resolve(LOCK));
        try {
            if (channel.tryLock() != null) {
                return new NioSpoolFolder(directory, channel);
            }
        } catch (OverlappingFileLockException _) {
            // Another exporter of this process has it.
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        return null;
    }

    private static FileChannel channel(Path file) throws IOException {
        return FileChannel.open(file, Set.of(CREATE, READ, WRITE), mode(file, "rw-------"));
    }

    private static FileAttribute<?>[] mode(Path file, String mode) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))
                }
                : new FileAttribute<?>[0];
    }

    @Override
    public List<String> list() throws IOException {
        try (var files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(LOCK))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public SpoolFile open(String name) throws IOException {
        return new NioSpoolFile(channel(directory.resolve(name)));
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(directory.resolve(name));
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException _) {
            return; // the lock goes with the process
        }
    }

    private record NioSpoolFile(FileChannel channel) implements SpoolFile {
        @Override
        public void read(ByteBuffer buffer, long position) throws IOException {
            long at = position;
            while (buffer.hasRemaining()) {
                int count = channel.read(buffer, at);
                if (count < 0) {
                    return;
                }
                at += count;
            }
        }

        @Override
        public void write(ByteBuffer buffer, long position) throws IOException {
            long at = position;
            while (buffer.hasRemaining()) {
                at += channel.write(buffer, at);
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
        }

        @Override
        public void force() throws IOException {
            channel.force(false);
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
