package dev.weir.payments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// The JVMs that the demo starts: each runs a command of `weir` with its output in a file. Closing
/// ends those that still run.
final class Children implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Path logs;
    private final List<String> java;
    private final ConcurrentHashMap<String, Process> running = new ConcurrentHashMap<>();

    /// @param java how a JVM of this program is started: everything before `-m`, but no heap size
    Children(Path logs, List<String> java) {
        this.logs = logs;
        this.java = List.copyOf(java);
    }

    /// How the launcher started this JVM: by a file of options that children use too.
    ///
    /// @throws IllegalStateException when the launcher did not start it
    static List<String> launcher() {
        var options = System.getProperty("weir.launcher");
        if (options == null) {
            throw new IllegalStateException("start the demo with ./weir demo");
        }
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return List.of(java, "@" + options);
    }

    /// Starts a command in the place of the child of that name.
    void start(String name, String heap, String... command) throws IOException {
        var line = new ArrayList<>(java);
        line.add("-Xmx" + heap);
        line.addAll(List.of("-m", "dev.weir.cli/dev.weir.cli.Main"));
        line.addAll(List.of(command));
        var log = ProcessBuilder.Redirect.appendTo(log(name).toFile());
        running.put(
                name,
                new ProcessBuilder(line)
                        .redirectErrorStream(true)
                        .redirectOutput(log)
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .start());
    }

    /// Ends a child as `kill -9` does.
    void kill(String name) throws InterruptedException {
        var child = running.remove(name);
        if (child != null) {
            child.destroyForcibly().waitFor();
        }
    }

    /// What the child said last, where it has ended; empty while it runs.
    String lastWords(String name) {
        var child = running.get(name);
        if (child == null || child.isAlive()) {
            return "";
        }
        try {
            var lines = Files.readAllLines(log(name));
            var last = lines.subList(Math.max(0, lines.size() - 5), lines.size());
            return name + " ended with " + child.exitValue() + ": " + String.join(" | ", last);
        } catch (IOException e) {
            return name + " ended with " + child.exitValue();
        }
    }

    private Path log(String name) {
        return logs.resolve(name + ".log");
    }

    @Override
    public void close() {
        running.values().forEach(Process::destroy);
        for (var child : running.values()) {
            try {
                if (!child.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                    child.destroyForcibly();
                }
            } catch (InterruptedException _) {
                child.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
        running.clear();
    }
}
