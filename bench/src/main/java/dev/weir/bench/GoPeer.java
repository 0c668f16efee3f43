package dev.weir.bench;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A peer written in Go: the module `bench/peers/NAME`, built and run where Go is on the `PATH`.
/// Its standard input stays open for as long as this process lives.
final class GoPeer {
    private GoPeer() {}

    /// What it printed; empty, with a line that says why, where it cannot be built.
    ///
    /// @throws IOException when it fails
    static Optional<String> run(String name, String... arguments)
            throws IOException, InterruptedException {
        var directory = Folders.fresh();
        try {
            var process = start(name, directory, List.of(arguments));
            return process.isEmpty() ? Optional.empty() : Optional.of(output(process.get()));
        } finally {
            Folders.remove(directory);
        }
    }

    /// The running peer; empty, with a line that says why, where it cannot be built.
    ///
    /// @param directory for its program
    static Optional<Process> start(String name, Path directory, List<String> arguments)
            throws IOException, InterruptedException {
        if (!present()) {
            return skipped(name, "needs go on the PATH");
        }
        var program = directory.resolve("peer").toString();
        var log = directory.resolve("log");
        if (!build(name, program, log)) {
            return skipped(name, "go build failed: " + Files.readAllLines(log).getLast());
        }
        var command = new ArrayList<>(List.of(program));
        command.addAll(arguments);
        return Optional.of(
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    private static <T> Optional<T> skipped(String name, String why) {
        System.out.println("skipped the peer in bench/peers/" + name + ": " + why);
        return Optional.empty();
    }

    private static boolean build(String name, String program, Path log)
            throws IOException, InterruptedException {
        var folder = Path.of(System.getProperty("weir.root", "."), "bench", "peers", name);
        return new ProcessBuilder("go", "build", "-o", program, ".")
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start()
                        .waitFor()
                == 0;
    }

    private static String output(Process process) throws IOException, InterruptedException {
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        if (code != 0) {
            throw new IOException(
                    process.info().command().orElse("a peer") + " ended with " + code);
        }
        return output;
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
