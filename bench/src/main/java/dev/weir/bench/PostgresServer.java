package dev.weir.bench;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A PostgreSQL of its own, on loopback, as it is installed but for its place: commits are on disk
/// when they are answered.
final class PostgresServer implements AutoCloseable {
    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");

    private final Path folder = Files.createTempDirectory("weir-bench-postgres");
    private final Path programs;
    private final int port;

    PostgresServer() throws IOException, InterruptedException {
        programs = programs();
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        if (isRoot()) {
            run(List.of("chown", "postgres", folder.toString()));
        }
        program("initdb", "-D", folder + "/data", "-U", "postgres", "-A", "trust", "-E", "UTF8");
        var options =
                "-c listen_addresses=127.0.0.1 -c max_connections=200 -p " + port + " -k " + folder;
        program(
                "pg_ctl",
                "-D",
                folder + "/data",
                "-l",
                folder + "/log",
                "-w",
                "-o",
                options,
                "start");
    }

    private static Path programs() throws IOException {
        try (var versions = Files.list(INSTALLED)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("pg_ctl")))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no pg_ctl in " + INSTALLED + "/*/bin"));
        }
    }

    String url() {
        return "jdbc:postgresql://127.0.0.1:"
                + port
                + "/postgres?user=postgres&reWriteBatchedInserts=true";
    }

    HikariDataSource pool(int size) {
        var config = new HikariConfig();
        config.setJdbcUrl(url());
        config.setUsername("postgres");
        config.setPassword("");
        config.setMaximumPoolSize(size);
        return new HikariDataSource(config);
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private void program(String program, String... arguments)
            throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        if (isRoot()) {
            command.addAll(
                    List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
        }
        command.add(programs.resolve(program).toString());
        command.addAll(List.of(arguments));
        run(command);
    }

    private void run(List<String> command) throws IOException, InterruptedException {
        var process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        if (!process.waitFor(120, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException(String.join(" ", command) + " failed");
        }
    }

    @Override
    public void close() throws IOException {
        try {
            program("pg_ctl", "-D", folder + "/data", "-m", "immediate", "-w", "stop");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
