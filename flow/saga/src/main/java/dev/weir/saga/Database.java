package dev.weir.saga;

import dev.weir.saga.storage.Lifeline;
import dev.weir.saga.storage.Storage;
import dev.weir.saga.storage.UnsureException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Commits of the engine, the lease of this node, and the database's clock. Thread-safe.
final class Database {
    private final Storage storage;
    private final Tables tables;
    private final World world;
    private final String node;
    private final long leaseMillis;
    private final AtomicBoolean renewing = new AtomicBoolean();
    private volatile long freshUntil;
    private volatile long clockOffset;

    Database(Storage storage, Tables tables, World world, String node, long leaseMillis) {
        this.storage = storage;
        this.tables = tables;
        this.world = world;
        this.node = node;
        this.leaseMillis = leaseMillis;
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

    Storage.Loan connect() throws SQLException {
        return storage.connect();
    }

    /// Runs a transaction and commits it.
    <T extends @Nullable Object> T transact(Storage.Work<T> work) throws SQLException {
        return storage.transact(work);
    }

    /// A connection for what must not wait.
    Lifeline lifeline() {
        return new Lifeline(storage, Duration.ofMillis(leaseMillis), world::after);
    }

    /// Commits changes of sagas in a transaction of their own.
    void commit(List<Change> changes) throws SQLException, FencedException {
        try (var loan = connect()) {
            commit(loan.connection(), changes);
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
            storage.commit(connection);
            if (renews) {
                renewed(before);
            }
        } catch (SQLException | FencedException | RuntimeException e) {
            Storage.rollback(connection);
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
}
