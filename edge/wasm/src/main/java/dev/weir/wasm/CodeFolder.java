package dev.weir.wasm;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/// The files of a [CodeCache]. A file appears as a whole, by a rename; when it was used last is its
/// time of modification. Nothing is locked: who finds a file gone compiles.
final class CodeFolder implements CodeFile.Place {
    /// What a JVM that was killed left behind is deleted after that.
    private static final Duration ABANDONED = Duration.ofHours(1);

    private static final String TEMPORARY = ".tmp";
    private static final System.Logger LOG = System.getLogger("dev.weir.wasm");

    private final Path directory;
    private final long maxBytes;

    /// Whether a write has failed; the next would, too.
    private volatile boolean broken;

    CodeFolder(Path directory, long maxBytes) {
        this.directory = directory;
        this.maxBytes = maxBytes;
    }

    @Override
    public byte @Nullable [] read(String name) {
        var file = directory.resolve(name);
        try {
            var found =
                    Files.readAttributes(
                            file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!found.isRegularFile() || found.size() > Math.min(maxBytes, Integer.MAX_VALUE)) {
                return null;
            }
            byte[] bytes;
            try (var in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                bytes = in.readNBytes((int) found.size());
            }
            var code = CodeFile.open(name, bytes);
            if (code != null) {
                Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
            }
            return code;
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public void write(String name, byte[] code) {
        byte[] bytes = CodeFile.seal(name, code);
        if (broken || bytes.length > maxBytes) {
            return;
        }
        try {
            // createTempFile gives it mode 0600.
            var temporary = Files.createTempFile(directory, "new", TEMPORARY);
            try {
                Files.write(temporary, bytes, StandardOpenOption.WRITE);
                Files.move(
                        temporary,
                        directory.resolve(name),
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
            shrink();
        } catch (IOException | DirectoryIteratorException e) {
            broken = true;
            LOG.log(
                    System.Logger.Level.WARNING,
                    "compiled code is no longer kept in " + directory + ": " + e);
        }
    }

    private record Kept(Path file, FileTime used, long bytes) {}

    private void shrink() throws IOException {
        var all = new ArrayList<Kept>();
        long sum = 0;
        try (var files = Files.newDirectoryStream(directory, "*{.code,.tmp}")) {
            for (var file : files) {
                var kept = kept(file);
                boolean temporary = file.toString().endsWith(TEMPORARY);
                if (kept == null) {
                    continue;
                }
                if (!temporary) {
                    all.add(kept);
                    sum += kept.bytes;
                } else if (kept.used.toInstant().isBefore(Instant.now().minus(ABANDONED))) {
                    Files.deleteIfExists(file);
                }
            }
        }
        all.sort(Comparator.comparing(Kept::used));
        for (var oldest : all) {
            if (sum <= maxBytes) {
                return;
            }
            Files.deleteIfExists(oldest.file);
            sum -= oldest.bytes;
        }
    }

    /// Null when another JVM has deleted it.
    private static @Nullable Kept kept(Path file) {
        try {
            var found =
                    Files.readAttributes(
                            file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return found.isRegularFile()
                    ? new Kept(file, found.lastModifiedTime(), found.size())
                    : null;
        } catch (IOException e) {
            return null;
        }
    }
}
