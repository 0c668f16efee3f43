package dev.weir.databases;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// PostgreSQL as it is installed, with a cluster of its own.
public final class PostgresServer extends DatabaseServer {
    /// What to do where [#isInstalled] says no.
    public static final String NEEDED =
            "no pg_ctl in /usr/lib/postgresql/*/bin: install PostgreSQL 15 or later";

    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");

    private final Path programs;

    private PostgresServer(Place place, Path programs) {
        super(place);
        this.programs = programs;
    }

    /// Whether this machine has its programs.
    public static boolean isInstalled() {
        return programs().isPresent();
    }

    /// Makes a cluster and starts it.
    ///
    /// @throws IOException also where it is not installed
    public static PostgresServer start() throws IOException, InterruptedException {
        var programs = programs().orElseThrow(() -> new IOException(NEEDED));
        var server = new PostgresServer(Place.of("postgres", "postgres"), programs);
        server.run("initdb", "-D", server.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8");
        server.boot();
        return server;
    }

    private static Optional<Path> programs() {
        if (!Files.isDirectory(INSTALLED)) {
            return Optional.empty();
        }
        try (var versions = Files.list(INSTALLED)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("pg_ctl")))
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void run(String program, String... arguments) throws IOException, InterruptedException {
        var command = new String[arguments.length + 1];
        command[0] = programs.resolve(program).toString();
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        place.run(command);
    }

    private String data() {
        return place.folder() + "/data";
    }

    @Override
    public String name() {
        return "PostgreSQL";
    }

    @Override
    public String url(int port) {
        return "jdbc:postgresql://127.0.0.1:"
                + port
                + "/postgres?user=postgres&reWriteBatchedInserts=true&socketTimeout=20";
    }

    @Override
    public void boot() throws IOException, InterruptedException {
        var options =
                "-c listen_addresses=127.0.0.1 -c max_connections=200 -p "
                        + place.port()
                        + " -k "
                        + place.folder();
        var log = place.folder() + "/log";
        run("pg_ctl", "-D", data(), "-l", log, "-w", "-o", options, "start");
    }

    @Override
    public void stop() throws IOException, InterruptedException {
        run("pg_ctl", "-D", data(), "-m", "immediate", "-w", "stop");
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
        place.remove();
    }
}
