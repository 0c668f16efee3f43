package dev.weir.wasm.wasi;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A directory or file of the host that is held open: it stays the same one whatever others do to
/// the names that led to it.
///
/// Every call here takes one name, without a slash, that is looked up in this directory and not
/// followed. On Linux the place is a number of the kernel, and `path` leads through it. Elsewhere
/// it is the real path, checked before each use; there a process of the host that swaps a directory
/// for a symbolic link at the right moment can win.
final class Place implements AutoCloseable {
    private static final LinkOption STAY = LinkOption.NOFOLLOW_LINKS;

    private final Path path;
    private final int number;
    private boolean closed;

    private Place(Path path, int number) {
        this.path = path;
        this.number = number;
    }

    /// Opens a directory of the host; its path is followed, once.
    static Place root(Path directory) throws IOException {
        var real = directory.toRealPath();
        if (!Files.isDirectory(real)) {
            throw new java.nio.file.NotDirectoryException(directory.toString());
        }
        return open(real, Kernel.ONLY_PLACE | Kernel.DIRECTORY);
    }

    private static Place open(Path path, int flags) throws IOException {
        if (!Kernel.isPresent()) {
            return new Place(path, -1);
        }
        int number = Kernel.open(path.toString(), flags);
        return new Place(Path.of("/proc/self/fd/" + number), number);
    }

    @Override
    public void close() {
        if (!closed && number >= 0) {
            Kernel.close(number);
        }
        closed = true;
    }

    /// Another hold on the same directory.
    Place again() throws IOException {
        if (number < 0) {
            return new Place(path, -1);
        }
        int copy = Kernel.open(path + "/.", Kernel.ONLY_PLACE | Kernel.DIRECTORY);
        return new Place(Path.of("/proc/self/fd/" + copy), copy);
    }

    /// @throws Refusal `NOTDIR` when the name is one of something else, also of a link
    Place directory(String name) throws IOException {
        var child = child(name);
        if (number < 0 && !Stat.of(child, STAY).isDirectory()) {
            throw new Refusal(Errno.NOTDIR);
        }
        return open(child, Kernel.ONLY_PLACE | Kernel.DIRECTORY);
    }

    /// Opens or makes a file.
    ///
    /// @param flags of `Kernel`
    Place file(String name, int flags) throws IOException {
        var child = child(name);
        if (number >= 0) {
            return open(child, flags | Kernel.NON_BLOCKING);
        }
        if (Files.exists(child, STAY) && Stat.of(child, STAY).mayWait()) {
            throw new Refusal(Errno.NXIO);
        }
        FileChannel.open(child, options(flags)).close();
        return new Place(child, -1);
    }

    /// A channel to this file.
    FileChannel channel(Set<? extends OpenOption> options) throws IOException {
        var all = new HashSet<OpenOption>(options);
        if (number < 0) {
            all.add(STAY);
        }
        return FileChannel.open(path, all);
    }

    private static Set<OpenOption> options(int flags) {
        var options = new HashSet<OpenOption>(Set.of(STAY));
        int access = flags & 3;
        if (access != Kernel.WRITE) {
            options.add(StandardOpenOption.READ);
        }
        if (access != Kernel.READ || (flags & (Kernel.CREATE | Kernel.TRUNCATE)) != 0) {
            options.add(StandardOpenOption.WRITE);
        }
        if ((flags & Kernel.CREATE) != 0) {
            options.add(
                    (flags & Kernel.EXCLUSIVE) != 0
                            ? StandardOpenOption.CREATE_NEW
                            : StandardOpenOption.CREATE);
        }
        if ((flags & Kernel.TRUNCATE) != 0) {
            options.add(StandardOpenOption.TRUNCATE_EXISTING);
        }
        return options;
    }

    private Path child(String name) throws IOException {
        if (number < 0 && !path.toRealPath().equals(path)) {
            throw new Refusal(Errno.NOTCAPABLE);
        }
        try {
            return path.resolve(name);
        } catch (InvalidPathException e) {
            throw new Refusal(Errno.ILSEQ);
        }
    }

    Stat stat() throws IOException {
        return number < 0 ? Stat.of(path, STAY) : Stat.of(path);
    }

    Stat stat(String name) throws IOException {
        return Stat.of(child(name), STAY);
    }

    /// What a link says; null when the name is not one of a link.
    @Nullable String link(String name) throws IOException {
        var child = child(name);
        return Stat.of(child, STAY).isLink() ? Files.readSymbolicLink(child).toString() : null;
    }

    /// Names in the directory that this JVM can spell.
    List<String> names() throws IOException {
        var names = new ArrayList<String>();
        try (var entries = Files.newDirectoryStream(path)) {
            for (var entry : entries) {
                var name = entry.getFileName();
                if (Path.of(name.toString()).equals(name)) {
                    names.add(name.toString());
                }
            }
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
        return names;
    }

    void createDirectory(String name) throws IOException {
        Files.createDirectory(child(name));
    }

    void createLink(String name, String target) throws IOException {
        try {
            Files.createSymbolicLink(child(name), Path.of(target));
        } catch (InvalidPathException e) {
            throw new Refusal(Errno.ILSEQ);
        }
    }

    /// A second name for the same file.
    void link(String name, Place to, String newName) throws IOException {
        Files.createLink(to.child(newName), child(name));
    }

    void rename(String name, Place to, String newName) throws IOException {
        Files.move(child(name), to.child(newName), StandardCopyOption.ATOMIC_MOVE);
    }

    void delete(String name) throws IOException {
        Files.delete(child(name));
    }

    void times(@Nullable FileTime accessed, @Nullable FileTime modified) throws IOException {
        Files.getFileAttributeView(path, BasicFileAttributeView.class)
                .setTimes(modified, accessed, null);
    }

    void times(String name, @Nullable FileTime accessed, @Nullable FileTime modified)
            throws IOException {
        Files.getFileAttributeView(child(name), BasicFileAttributeView.class, STAY)
                .setTimes(modified, accessed, null);
    }
}
