package dev.weir.conformance;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A PostgreSQL of its own, on loopback, with `fsync` on.
final class PostgresPeer implements AutoCloseable {
    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");

    private final Scratch scratch;
    private final Path programs;
    private final int port;

    private PostgresPeer(Scratch scratch, Path programs, int port) {
        this.scratch = scratch;
        this.programs = programs;
        this.port = port;
    }

    static PostgresPeer start() throws IOException, InterruptedException {
        var programs = programs();
        int port;
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        var peer = new PostgresPeer(new Scratch(), programs, port);
        if (isRoot()) {
            peer.run(List.of("chown", "postgres", peer.scratch.path().toString()));
        }
        peer.program("initdb", "-D", peer.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8");
        peer.boot();
        return peer;
    }

    private static Path programs() throws IOException {
        if (Files.isDirectory(INSTALLED)) {
            try (var versions = Files.list(INSTALLED)) {
                var found =
                        versions.map(version -> version.resolve("bin"))
                                .filter(bin -> Files.isExecutable(bin.resolve("pg_ctl")))
                                .findFirst();
                if (found.isPresent()) {
                    return found.get();
                }
            }
        }
        throw new AbsentException(
                "no pg_ctl in " + INSTALLED + "/*/bin: install PostgreSQL 15 or later");
    }

    /// Starts the server, or starts it again.
    void boot() throws IOException, InterruptedException {
        var options =
                "-c listen_addresses=127.0.0.1 -c max_connections=200 -p "
                        + port
                        + " -k "
                        + scratch.path();
        program(
                "pg_ctl",
                "-D",
                data(),
                "-l",
                scratch.path() + "/log",
                "-w",
                "-o",
                options,
                "start");
    }

    /// Stops the server without a checkpoint, as a power cut would.
    void stop() throws IOException, InterruptedException {
        program("pg_ctl", "-D", data(), "-m", "immediate", "-w", "stop");
    }

    String url() {
        return "jdbc:postgresql://127.0.0.1:"
                + port
                + "/postgres?user=postgres&reWriteBatchedInserts=true&socketTimeout=20";
    }

    static HikariDataSource pool(String url, int size) {
        var config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(size);
        config.setConnectionTimeout(2000);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    private String data() {
        return scratch.path() + "/data";
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
        var out = Files.createTempFile("weir", ".out");
        try {
            var process =
                    new ProcessBuilder(command)
                            .directory(scratch.path().toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(out.toFile())
                            .start();
            if (!process.waitFor(120, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + ": " + Files.readString(out));
            }
        } finally {
            Files.deleteIfExists(out);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // It is down already.
        }
        scratch.close();
    }
}
