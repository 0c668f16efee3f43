package dev.weir.databases;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// MariaDB as it is installed, with data of its own.
public final class MariaDbServer extends DatabaseServer {
    /// What to do where [#isInstalled] says no.
    public static final String NEEDED =
            "no /usr/sbin/mariadbd and /usr/bin/mariadb-install-db: install MariaDB 10.6 or later";

    private static final Path SERVER = Path.of("/usr/sbin/mariadbd");
    private static final Path INSTALLER = Path.of("/usr/bin/mariadb-install-db");

    private Process process;

    private MariaDbServer(Place place) throws IOException, InterruptedException {
        super(place);
        place.run(
                INSTALLER.toString(),
                "--no-defaults",
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
                "--datadir=" + data());
        this.process = launch();
    }

    /// Whether this machine has its programs.
    public static boolean isInstalled() {
        return Files.isExecutable(SERVER) && Files.isExecutable(INSTALLER);
    }

    /// Makes a database `weir` and starts its server.
    ///
    /// @throws IOException also where it is not installed
    public static MariaDbServer start() throws IOException, InterruptedException {
        if (!isInstalled()) {
            throw new IOException(NEEDED);
        }
        return new MariaDbServer(Place.of("mariadb", "mysql"));
    }

    private Process launch() throws IOException, InterruptedException {
        var server =
                place.start(
                        SERVER.toString(),
                        "--no-defaults",
                        "--datadir=" + data(),
                        "--bind-address=127.0.0.1",
                        "--port=" + place.port(),
                        "--socket=" + place.folder() + "/socket",
                        "--pid-file=" + place.folder() + "/pid",
                        "--max-connections=200",
                        "--innodb-flush-log-at-trx-commit=1",
                        "--innodb-lock-wait-timeout=5",
                        "--skip-grant-tables");
        place.awaitListener(server);
        return server;
    }

    private String data() {
        return place.folder() + "/data";
    }

    @Override
    public String name() {
        return "MariaDB";
    }

    @Override
    public String url(int port) {
        return "jdbc:mariadb://127.0.0.1:"
                + port
                + "/weir?user=root&createDatabaseIfNotExist=true&connectTimeout=5000&socketTimeout=20000";
    }

    @Override
    public void boot() throws IOException, InterruptedException {
        process = launch();
    }

    @Override
    public void stop() throws IOException, InterruptedException {
        kill(process);
    }
}
