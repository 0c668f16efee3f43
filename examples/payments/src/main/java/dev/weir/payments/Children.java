package dev.weir.payments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The JVMs that the demo starts: each runs a command of `weir` with its output in a file. Closing
/// ends those that still run, and none starts afterwards. Thread-safe.
final class Children implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Path logs;
    private final List<String> java;
    private final Map<String, Process> running = new LinkedHashMap<>();
    private boolean closed;

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

    /// The server has options of its own beside those of all other commands.
    private List<String> java(String command) {
        var own = new ArrayList<>(java);
        if (command.equals("server")) {
            own.replaceAll(part -> {
                var file = Path.of(part.substring(1)).resolveSibling("server.args");
                return part.startsWith("@") && Files.exists(file) ? "@" + file : part;
            });
        }
        return own;
    }

    /// Starts a command in the place of the child of that name.
    ///
    /// @param environment variables that it has beside those of this process
    /// @throws IllegalStateException when this is closed
    synchronized void start(
            String name, String heap, Map<String, String> environment, String... command)
            throws IOException {
        var line = java(command[0]);
        line.add("-Xmx" + heap);
        line.addAll(List.of("-m", "dev.weir.cli/dev.weir.cli.Main"));
        line.addAll(List.of(command));
        run(name, environment, line);
    }

    /// Starts the program of a main class of this module.
    ///
    /// @throws IllegalStateException when this is closed
    synchronized void start(String name, String heap, Class<?> main, String... arguments)
            throws IOException {
        var line = new ArrayList<>(java);
        // The cache is that of the command line, and fits no other program.
        line.addAll(List.of("-XX:AOTMode=off", "-Xmx" + heap));
        line.addAll(List.of("-m", main.getModule().getName() + "/" + main.getName()));
        line.addAll(List.of(arguments));
        run(name, Map.of(), line);
    }

    private void run(String name, Map<String, String> environment, List<String> line)
            throws IOException {
        if (closed) {
            throw new IllegalStateException("the demo is ending");
        }
        var builder =
                new ProcessBuilder(line)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log(name).toFile()))
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().putAll(environment);
        running.put(name, builder.start());
    }

    /// Ends a child as `kill -9` does.
    void kill(String name) throws InterruptedException {
        Process child;
        synchronized (this) {
            child = running.remove(name);
            if (child == null) {
                return;
            }
            child.destroyForcibly();
        }
        child.waitFor();
    }

    /// Does nothing while all run.
    ///
    /// @throws IllegalStateException when one has ended by itself: with what it said last
    synchronized void requireAlive() {
        running.forEach((name, child) -> {
            if (!child.isAlive()) {
                throw new IllegalStateException(
                        name + " ended with " + child.exitValue() + ": " + lastWords(name));
            }
        });
    }

    private String lastWords(String name) {
        try {
            var lines = Files.readAllLines(log(name));
            return String.join(" | ", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
        } catch (IOException e) {
            return "its log cannot be read: " + e.getMessage();
        }
    }

    private Path log(String name) {
        return logs.resolve(name + ".log");
    }

    @Override
    public synchronized void close() {
        closed = true;
        running.values().forEach(Process::destroy);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (var child : running.values()) {
            try {
                if (!child.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    child.destroyForcibly().waitFor();
                }
            } catch (InterruptedException _) {
                child.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
        running.clear();
    }
}
