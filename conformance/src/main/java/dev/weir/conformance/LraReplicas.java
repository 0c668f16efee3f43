package dev.weir.conformance;

import dev.weir.databases.DatabaseServer;
import dev.weir.databases.H2Server;
import dev.weir.databases.PostgresServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;

/// Three replicas of [LraReplica] on one database, PostgreSQL where it is installed and else H2 as
/// a server, and one address in front of them.
final class LraReplicas implements AutoCloseable {
    static final int COUNT = 3;
    private static final int START_MILLIS = 60_000;

    private final DatabaseServer database;
    private final int[] ports = new int[COUNT];
    private final Process[] processes = new Process[COUNT];
    private final Balancer balancer;

    private LraReplicas(DatabaseServer database) throws IOException {
        this.database = database;
        for (int i = 0; i < COUNT; i++) {
            try (var socket = new ServerSocket(0)) {
                ports[i] = socket.getLocalPort();
            }
        }
        this.balancer = new Balancer(ports);
    }

    /// Starts them.
    ///
    /// @param h2 whether on H2 even where PostgreSQL is installed
    static LraReplicas start(boolean h2) throws Exception {
        boolean onH2 = h2 || !PostgresServer.isInstalled();
        var replicas = new LraReplicas(onH2 ? H2Server.start() : PostgresServer.start());
        try {
            for (int i = 0; i < COUNT; i++) {
                replicas.start(i);
            }
            return replicas;
        } catch (IOException | InterruptedException e) {
            replicas.close();
            throw e;
        }
    }

    /// The database's name.
    String database() {
        return database.name();
    }

    /// Starts a replica, or starts it again, and waits until it answers.
    void start(int index) throws IOException, InterruptedException {
        var process =
                Child.start(
                        LraReplica.class,
                        database.url(),
                        "r" + index,
                        Integer.toString(ports[index]),
                        url());
        processes[index] = process;
        long since = System.nanoTime();
        while (!listens(ports[index])) {
            if (!process.isAlive()
                    || System.nanoTime() - since > TimeUnit.MILLISECONDS.toNanos(START_MILLIS)) {
                throw new IOException("replica " + index + " does not start");
            }
            Thread.sleep(50);
        }
    }

    private static boolean listens(int port) {
        try (var socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /// Kills a replica with -9.
    void kill(int index) throws InterruptedException {
        processes[index].toHandle().destroyForcibly();
        processes[index].waitFor(10, TimeUnit.SECONDS);
    }

    /// The coordinator, by the one address.
    String url() {
        return "http://127.0.0.1:" + balancer.port() + "/lra-coordinator";
    }

    /// The coordinator of one replica.
    String url(int index) {
        return "http://127.0.0.1:" + ports[index] + "/lra-coordinator";
    }

    /// How many connections a replica had through the one address.
    int connections(int index) {
        return balancer.count(index);
    }

    @Override
    public void close() throws IOException {
        balancer.close();
        for (var process : processes) {
            if (process != null) {
                process.toHandle().destroyForcibly();
                process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
            }
        }
        database.close();
    }
}
