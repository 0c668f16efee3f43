package dev.weir.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A small JVM with the class path of this one: a node to be hurt.
final class Child {
    private Child() {}

    /// Starts one; what it prints is read and dropped, or shown with `-Dweir.children=true`.
    static Process start(Class<?> main, String... arguments) throws IOException {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-Xmx128m",
                                "-Dslf4j.internal.verbosity=ERROR",
                                "-cp",
                                System.getProperty("java.class.path"),
                                main.getName()));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        Thread.ofVirtual().start(() -> drain(process));
        return process;
    }

    private static void drain(Process process) {
        boolean shown = Boolean.getBoolean("weir.children");
        try (var lines = process.inputReader(UTF_8)) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (shown) {
                    System.err.println(line);
                }
            }
        } catch (IOException e) {
            // It is dead.
        }
    }
}
