package dev.weir.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The Maven of this machine.
record Maven(Path executable) {
    /// @throws AbsentException where there is none
    static Maven find() {
        var home = System.getenv("MAVEN_HOME");
        var folders = System.getenv("PATH").split(Pattern.quote(File.pathSeparator), -1);
        return Stream.concat(
                        Stream.ofNullable(home).map(folder -> Path.of(folder, "bin")),
                        Stream.of(folders).map(Path::of))
                .map(folder -> folder.resolve("mvn"))
                .filter(Files::isExecutable)
                .findFirst()
                .map(Maven::new)
                .orElseThrow(() ->
                        new AbsentException("needs mvn: put it on the PATH, or set MAVEN_HOME"));
    }

    /// Runs it, and fails with what it printed where it fails.
    void run(Path folder, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(executable.toString(), "-B", "-q"));
        command.addAll(List.of(arguments));
        var builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        var process = builder.start();
        try (var output = process.getInputStream()) {
            var text = new String(output.readAllBytes(), UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException("mvn " + String.join(" ", arguments) + " failed: " + text);
            }
        } finally {
            process.toHandle().destroyForcibly();
        }
    }
}
