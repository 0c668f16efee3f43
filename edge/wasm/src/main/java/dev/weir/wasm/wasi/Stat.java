package dev.weir.wasm.wasi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// What a file system says of a file: preview 1's `filestat`.
///
/// @param type one of the constants here
/// @param accessed nanoseconds since 1970, as the other two
record Stat(
        long device,
        long inode,
        int type,
        long links,
        long size,
        long accessed,
        long modified,
        long changed) {
    static final int UNKNOWN = 0;
    static final int BLOCK_DEVICE = 1;
    static final int CHARACTER_DEVICE = 2;
    static final int DIRECTORY = 3;
    static final int REGULAR_FILE = 4;
    static final int STREAM_SOCKET = 6;
    static final int SYMBOLIC_LINK = 7;

    /// What has no file behind it.
    static Stat of(int type) {
        return new Stat(0, 0, type, 1, 0, 0, 0, 0);
    }

    static Stat of(Path path, LinkOption... options) throws IOException {
        return Kernel.isPresent() ? unix(path, options) : basic(path, options);
    }

    boolean isDirectory() {
        return type == DIRECTORY;
    }

    boolean isLink() {
        return type == SYMBOLIC_LINK;
    }

    /// Whether opening it may wait for someone: a pipe, a socket or a device.
    boolean mayWait() {
        return type != REGULAR_FILE && type != DIRECTORY && type != SYMBOLIC_LINK;
    }

    private static Stat unix(Path path, LinkOption... options) throws IOException {
        var all =
                Files.readAttributes(
                        path,
                        "unix:dev,ino,mode,nlink,size,lastAccessTime,lastModifiedTime,ctime",
                        options);
        return new Stat(
                number(all, "dev"),
                number(all, "ino"),
                type((int) number(all, "mode")),
                number(all, "nlink"),
                number(all, "size"),
                time(all, "lastAccessTime"),
                time(all, "lastModifiedTime"),
                time(all, "ctime"));
    }

    private static long number(Map<String, Object> all, String name) {
        return ((Number) Objects.requireNonNull(all.get(name))).longValue();
    }

    private static long time(Map<String, Object> all, String name) {
        return nanos((FileTime) Objects.requireNonNull(all.get(name)));
    }

    private static int type(int mode) {
        return switch (mode & 0xf000) {
            case 0x2000 -> CHARACTER_DEVICE;
            case 0x4000 -> DIRECTORY;
            case 0x6000 -> BLOCK_DEVICE;
            case 0x8000 -> REGULAR_FILE;
            case 0xa000 -> SYMBOLIC_LINK;
            case 0xc000 -> STREAM_SOCKET;
            default -> UNKNOWN;
        };
    }

    private static Stat basic(Path path, LinkOption... options) throws IOException {
        var all = Files.readAttributes(path, BasicFileAttributes.class, options);
        int type =
                all.isDirectory()
                        ? DIRECTORY
                        : all.isSymbolicLink()
                                ? SYMBOLIC_LINK
                                : all.isRegularFile() ? REGULAR_FILE : UNKNOWN;
        var key = all.fileKey();
        return new Stat(
                1,
                key == null ? 1 : key.hashCode(),
                type,
                1,
                all.size(),
                nanos(all.lastAccessTime()),
                nanos(all.lastModifiedTime()),
                nanos(all.lastModifiedTime()));
    }

    private static long nanos(FileTime time) {
        return time.to(TimeUnit.NANOSECONDS);
    }
}
