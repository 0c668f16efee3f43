package dev.weir.databases;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/// A database in processes of its own, on the loopback address, with its data in a folder that goes
/// with it. Commits are on disk when they are answered. Not thread-safe.
public abstract sealed class DatabaseServer implements AutoCloseable
        permits PostgresServer, MariaDbServer, H2Server {
    private static final long END_SECONDS = 60;

    final Place place;

    DatabaseServer(Place place) {
        this.place = place;
    }

    /// Its name, for people.
    public abstract String name();

    /// The port that it listens at.
    public final int port() {
        return place.port();
    }

    /// Where a JDBC driver finds it.
    public final String url() {
        return url(port());
    }

    /// The same through another port of this machine, which leads to it.
    public abstract String url(int port);

    /// Starts it again after a [#stop].
    public abstract void boot() throws IOException, InterruptedException;

    /// Stops it as a crash would: nothing is written any more.
    public abstract void stop() throws IOException, InterruptedException;

    /// Stops it, and removes its data.
    @Override
    public void close() throws IOException {
        try {
            stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        place.remove();
    }

    /// Kills the server's process, and waits until it is gone.
    final void kill(Process process) throws IOException, InterruptedException {
        process.toHandle().destroyForcibly();
        if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException(name() + " does not end");
        }
    }
}
