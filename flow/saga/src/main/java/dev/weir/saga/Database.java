package dev.weir.saga;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Transactions on the engine's tables, the lease of this node, and the database's clock.
/// Thread-safe.
final class Database {
    /// What runs in a transaction.
    interface Work<T extends @Nullable Object> {
        T run(Connection connection) throws SQLException;
    }

    private final DataSource source;
    private final Tables tables;
    private final World world;
    private final String node;
    private final long leaseMillis;
    private final AtomicBoolean renewing = new AtomicBoolean();
    private final AtomicLong synced = new AtomicLong();
    private final AtomicLong committed = new AtomicLong();
    private final World.Turn syncing;
    private volatile long freshUntil;
    private volatile long clockOffset;

    Database(DataSource source, Tables tables, World world, String node, long leaseMillis) {
        this.source = source;
        this.tables = tables;
        this.world = world;
        this.node = node;
        this.leaseMillis = leaseMillis;
        this.syncing = world.turn();
        this.freshUntil = world.nanos();
    }

    String node() {
        return node;
    }

    Tables tables() {
        return tables;
    }

    /// The database's clock, as far as this node knows.
    long now() {
        return world.nanos() / 1_000_000 + clockOffset;
    }

    /// Sets the clock to what a query answered.
    void now(long millis) {
        clockOffset = millis - world.nanos() / 1_000_000;
    }

    Connection connect() throws SQLException {
        var connection = source.getConnection();
        try {
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException | RuntimeException e) {
            close(connection);
            throw e;
        }
    }

    /// Runs a transaction and commits it.
    <T extends @Nullable Object> T transact(Work<T> work) throws SQLException {
        var connection = connect();
        try {
            var result = work.run(connection);
            finish(connection);
            return result;
        } catch (SQLException | RuntimeException e) {
            rollback(connection);
            throw e;
        } finally {
            close(connection);
        }
    }

    /// Commits changes of sagas in a transaction of their own.
    void commit(List<Change> changes) throws SQLException, FencedException {
        var connection = connect();
        try {
            commit(connection, changes);
        } finally {
            close(connection);
        }
    }

    /// Commits changes of sagas in the transaction of a connection, which is over then.
    ///
    /// @throws UnsureException when nobody knows whether it is committed; after all else it is not
    void commit(Connection connection, List<Change> changes) throws SQLException, FencedException {
        long before = world.nanos();
        boolean renews = before - freshUntil >= 0 && renewing.compareAndSet(false, true);
        try {
            if (renews) {
                tables.heartbeat(connection, node, leaseMillis);
            }
            tables.apply(connection, changes, true);
            finish(connection);
            if (renews) {
                renewed(before);
            }
        } catch (SQLException | FencedException | RuntimeException e) {
            rollback(connection);
            throw e;
        } finally {
            if (renews) {
                renewing.set(false);
            }
        }
    }

    /// The lease was prolonged by a query that was sent at that time.
    void renewed(long nanos) {
        freshUntil = nanos + leaseMillis * 1_000_000 / 2;
    }

    private void finish(Connection connection) throws SQLException {
        try {
            connection.commit();
            if (!tables.dialect().sync().isEmpty()) {
                sync(connection);
            }
        } catch (SQLException e) {
            throw isRefusal(e) ? e : new UnsureException(e);
        }
    }

    /// Whether the database says that it rolled back.
    private static boolean isRefusal(SQLException e) {
        var state = e.getSQLState();
        return state != null
                && (state.startsWith("23") || state.startsWith("40") && !state.equals("40003"));
    }

    /// Forces what is committed to disk; commits that wait for the same share it.
    private void sync(Connection connection) throws SQLException {
        long mine = committed.incrementAndGet();
        syncing.take();
        try {
            if (synced.get() < mine) {
                long all = committed.get();
                try (var statement = connection.createStatement()) {
                    statement.execute(tables.dialect().sync());
                }
                synced.set(all);
            }
        } finally {
            syncing.give();
        }
    }

    static void rollback(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException | RuntimeException _) {
            // The connection is broken, and the database rolls back by itself.
        }
    }

    static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException | RuntimeException _) {
            // It is of no use any more, and its transaction is over.
        }
    }
}
