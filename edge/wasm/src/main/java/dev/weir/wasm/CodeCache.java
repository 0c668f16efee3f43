package dev.weir.wasm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;

/// Compiled code of modules in a directory, so that the next JVM need not compile it. Thread-safe;
/// any number of JVMs may share a directory. Holds nothing open.
///
/// A file is found by the SHA-256 of the module, of the engine's classes and of how it compiles,
/// and carries a digest of what is in it. One that is damaged, or of another engine, is ignored and
/// written anew. The digest does not say who wrote a file: code in the directory runs with all
/// rights of the JVM, so the directory must be one that only the JVM's user can write to. It is
/// made so (mode 0700, files 0600), and one that others can write to is refused. Where the file
/// system knows no such modes, its owner has to see to that.
///
/// Files that were not used for longest are deleted when all together are over the limit. When the
/// directory cannot be read or written, modules are compiled as without it.
public final class CodeCache {
    /// How much a cache holds unless told otherwise: 256 MiB.
    public static final long DEFAULT_BYTES = 256L << 20;

    final CodeFolder files;

    private CodeCache(CodeFolder files) {
        this.files = files;
    }

    /// A cache of at most [#DEFAULT_BYTES].
    ///
    /// @throws UncheckedIOException as [#in(Path, long)] does
    public static CodeCache in(Path directory) {
        return in(directory, DEFAULT_BYTES);
    }

    /// A cache in a directory, which is made if it is not there.
    ///
    /// @param maxBytes of all files together; while several JVMs write, what these write may be
    ///   over that for a moment
    /// @throws UncheckedIOException when it is no directory and cannot be made, or when others than
    ///   its owner can write to it
    public static CodeCache in(Path directory, long maxBytes) {
        if (maxBytes < 0) {
            throw new IllegalArgumentException(
                    "cache of " + maxBytes + " bytes: expected 0 or more");
        }
        try {
            make(directory);
            return new CodeCache(new CodeFolder(directory.toRealPath(), maxBytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void make(Path directory) throws IOException {
        boolean modes = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
        if (!Files.isDirectory(directory)) {
            var parent = directory.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            try {
                Files.createDirectory(directory, modes(modes, "rwx------"));
            } catch (FileAlreadyExistsException e) {
                // Another JVM was faster, or it is no directory, which the next lines see.
                if (!Files.isDirectory(directory)) {
                    throw e;
                }
            }
        }
        if (modes) {
            var granted = Files.getPosixFilePermissions(directory);
            if (granted.contains(PosixFilePermission.GROUP_WRITE)
                    || granted.contains(PosixFilePermission.OTHERS_WRITE)) {
                throw new IOException(
                        directory
                                + " has mode "
                                + PosixFilePermissions.toString(granted)
                                + ": expected a directory that only its owner can write to");
            }
        }
    }

    private static FileAttribute<?>[] modes(boolean known, String modes) {
        return known
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(modes))
                }
                : new FileAttribute<?>[0];
    }
}
