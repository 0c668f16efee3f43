package dev.weir.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/// Folders for the files of one measurement, on the disk that the project is on.
final class Folders {
    private Folders() {}

    static Path fresh() throws IOException {
        var parent = Path.of(System.getProperty("weir.root", "."), ".weir");
        Files.createDirectories(parent);
        return Files.createTempDirectory(parent, "bench");
    }

    static void remove(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
