package dev.weir.databases;

import java.io.IOException;

/// A database in processes of its own, on the loopback address, with its data in a folder that goes
/// with it. Commits are on disk when they are answered. Not thread-safe.
public sealed interface DatabaseServer extends AutoCloseable
        permits PostgresServer, MariaDbServer, H2Server {
    /// Its name, for people.
    String name();

    /// The port that it listens at.
    int port();

    /// Where a JDBC driver finds it.
    default String url() {
        return url(port());
    }

    /// The same through another port of this machine, which leads to it.
    String url(int port);

    /// Starts it again after a [#stop].
    void boot() throws IOException, InterruptedException;

    /// Stops it as a crash would: nothing is written any more.
    void stop() throws IOException, InterruptedException;

    /// Stops it, and removes its data.
    @Override
    void close() throws IOException;
}
