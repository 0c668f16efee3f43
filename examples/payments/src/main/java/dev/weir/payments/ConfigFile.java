package dev.weir.payments;

import dev.weir.resource.Json;
import dev.weir.resource.JsonException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;

/// The configs that a terminal last knew, as a JSON array: what it enforces while it cannot reach
/// its control plane.
record ConfigFile(Path path) {
    private static final System.Logger LOG = System.getLogger(ConfigFile.class.getName());

    /// What was kept; nothing where the file is missing or cannot be understood.
    List<TerminalConfig> read() {
        try {
            return Json.parse(Files.readAllBytes(path)) instanceof Json.Arr list
                    ? list.items().stream()
                            .map(item -> TerminalConfig.TYPE.decode(item.asObject()))
                            .toList()
                    : List.of();
        } catch (NoSuchFileException _) {
            return List.of();
        } catch (IOException | JsonException e) {
            LOG.log(System.Logger.Level.WARNING, path + " is left out: " + e.getMessage());
            return List.of();
        }
    }

    /// Keeps the configs in the place of what was kept before; on disk when this returns.
    void write(Collection<TerminalConfig> configs) {
        var next = path.resolveSibling(path.getFileName() + ".new");
        var list = configs.stream().<Json>map(TerminalConfig.TYPE::encode).toList();
        try {
            force(next, new Json.Arr(list).bytes());
            Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep " + path, e);
        }
    }

    private static void force(Path path, byte[] bytes) throws IOException {
        try (var file =
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            for (var rest = ByteBuffer.wrap(bytes); rest.hasRemaining(); ) {
                file.write(rest);
            }
            file.force(true);
        }
    }
}
