package dev.weir.lra;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Assumptions;
import org.postgresql.ds.PGConnectionPoolDataSource;

/// A PostgreSQL of its own on loopback, for a test class; where none is installed, tests skip.
final class Postgres implements AutoCloseable {
    private final Path folder;
    private final Path programs;
    private final int port;

    private Postgres(Path folder, Path programs, int port) {
        this.folder = folder;
        this.programs = programs;
        this.port = port;
    }

    static Postgres start() throws IOException, InterruptedException {
        var programs = programs();
        Assumptions.assumeTrue(
                programs != null, "no PostgreSQL 15 or later: install postgresql, with pg_ctl");
        var folder = Files.createTempDirectory("weir-lra-pg");
        int port;
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        var server = new Postgres(folder, programs, port);
        server.run("chown", "-R", "postgres", folder.toString());
        server.as("initdb", "-D", folder + "/data", "-U", "postgres", "-A", "trust", "-E", "UTF8");
        server.boot();
        return server;
    }

    static Path programs() throws IOException {
        var root = Path.of("/usr/lib/postgresql");
        if (!Files.isDirectory(root)) {
            return null;
        }
        try (Stream<Path> versions = Files.list(root)) {
            return versions.map(v -> v.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("pg_ctl")))
                    .findFirst()
                    .orElse(null);
        }
    }

    void boot() throws IOException, InterruptedException {
        var options =
                "-c listen_addresses=127.0.0.1 -p "
                        + port
                        + " -k "
                        + folder
                        + " -c max_connections=200";
        as("pg_ctl", "-D", folder + "/data", "-l", folder + "/log", "-w", "-o", options, "start");
    }

    void stop(String mode) throws IOException, InterruptedException {
        as("pg_ctl", "-D", folder + "/data", "-m", mode, "-w", "stop");
    }

    private void as(String program, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(
                    List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
        }
        command.add(programs.resolve(program).toString());
        command.addAll(List.of(arguments));
        run(command.toArray(String[]::new));
    }

    private void run(String... command) throws IOException, InterruptedException {
        if (command[0].equals("chown") && !System.getProperty("user.name").equals("root")) {
            return;
        }
        var process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(
                                folder.resolveSibling(folder.getFileName() + ".out").toFile())
                        .start();
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException(String.join(" ", command) + " failed");
        }
    }

    DataSource source() {
        var source = new PGConnectionPoolDataSource();
        source.setServerNames(new String[] {"127.0.0.1"});
        source.setPortNumbers(new int[] {port});
        source.setDatabaseName("postgres");
        source.setUser("postgres");
        var pool = JdbcConnectionPool.create(source);
        pool.setMaxConnections(40);
        return pool;
    }

    @Override
    public void close() throws IOException {
        try {
            stop("immediate");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        Files.deleteIfExists(folder.resolveSibling(folder.getFileName() + ".out"));
    }
}
