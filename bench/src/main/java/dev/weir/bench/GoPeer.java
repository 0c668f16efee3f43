package dev.weir.bench;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// A peer written in Go: the module `bench/peers/NAME`, built and run where Go is on the `PATH`.
final class GoPeer {
    private GoPeer() {}

    /// What it printed; empty, with a line that says why, where there is no Go.
    ///
    /// @throws IOException when it cannot be built or fails
    static Optional<String> run(String name) throws IOException, InterruptedException {
        if (!present()) {
            System.out.println(
                    "skipped the peer in bench/peers/" + name + ": needs go on the PATH");
            return Optional.empty();
        }
        var folder = Path.of(System.getProperty("weir.root", "."), "bench", "peers", name);
        var process =
                new ProcessBuilder("go", "run", ".")
                        .directory(folder.toFile())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        if (code != 0) {
            throw new IOException("the peer in " + folder + " ended with " + code);
        }
        return Optional.of(output);
    }

    private static boolean present() {
        for (var place : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            if (Files.isExecutable(Path.of(place, "go"))) {
                return true;
            }
        }
        return false;
    }
}
