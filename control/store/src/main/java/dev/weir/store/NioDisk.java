package dev.weir.store;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/// A directory of the operating system, locked against other processes while it is open.
final class NioDisk implements Disk {
    private static final String LOCK = "lock";

    private final Path directory;
    private final FileChannel lock;

    private NioDisk(Path directory, FileChannel lock) {
        this.directory = directory;
        this.lock = lock;
    }

    static NioDisk open(Path directory) {
        try {
            Files.createDirectories(directory, mode(directory, "rwx------"));
            var channel = channel(directory.resolve(LOCK));
            return new NioDisk(directory, locked(directory, channel));
        } catch (IOException e) {
            throw new StoreException(
                    StoreException.Code.IO,
                    directory
                            + " cannot be used as a store: "
                            + e
                            + "; expected a directory that can be written",
                    e);
        }
    }

    /// Opens a file that nobody but the owner may read, as values may be secrets.
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

    private static FileChannel locked(Path directory, FileChannel channel) throws IOException {
        try {
            if (channel.tryLock() == null) {
                throw taken(directory, "process " + owner(channel));
            }
        } catch (OverlappingFileLockException _) {
            throw taken(directory, "this process");
        }
        channel.truncate(0);
        channel.write(StandardCharsets.UTF_8.encode(Long.toString(ProcessHandle.current().pid())));
        return channel;
    }

    private static StoreException taken(Path directory, String by) {
        return new StoreException(
                StoreException.Code.LOCKED, directory + " is open in " + by + " already");
    }

    private static String owner(FileChannel channel) throws IOException {
        var text = ByteBuffer.allocate(20);
        channel.read(text, 0);
        return StandardCharsets.UTF_8.decode(text.flip()).toString();
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
    public File open(String name) throws IOException {
        return new NioFile(channel(directory.resolve(name)));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(directory.resolve(from), directory.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(directory.resolve(name));
    }

    @Override
    public void sync() throws IOException {
        try (var channel = FileChannel.open(directory, READ)) {
            channel.force(true);
        }
    }

    @Override
    public String place() {
        return directory.toString();
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new StoreException(
                    StoreException.Code.IO, directory + ": cannot release the lock", e);
        }
    }

    private record NioFile(FileChannel channel) implements File {
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
