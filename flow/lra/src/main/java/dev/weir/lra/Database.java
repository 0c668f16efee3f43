package dev.weir.lra;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Transactions. Thread-safe.
final class Database {
    /// What runs in a transaction.
    interface Work<T extends @Nullable Object> {
        T run(Connection connection) throws SQLException;
    }

    private final DataSource source;
    private final Dialect dialect;
    private final ReentrantLock syncing = new ReentrantLock();
    private long synced;
    private volatile long committed;
    private volatile boolean dead;

    Database(DataSource source, Dialect dialect) {
        this.source = source;
        this.dialect = dialect;
    }

    /// Runs a transaction and commits it; what it throws rolls it back.
    ///
    /// @throws SQLException also when nobody knows whether it is committed
    <T extends @Nullable Object> T transact(Work<T> work) throws SQLException {
        if (dead) {
            throw new SQLException("this node is dead");
        }
        var connection = source.getConnection();
        try {
            connection.setAutoCommit(false);
            var result = work.run(connection);
            connection.commit();
            if (!dialect.sync().isEmpty()) {
                sync(connection);
            }
            return result;
        } catch (SQLException | RuntimeException e) {
            rollback(connection);
            throw e;
        } finally {
            close(connection);
        }
    }

    /// Does nothing any more.
    void die() {
        dead = true;
    }

    /// Forces what is committed to disk; commits that wait for the same share it.
    private void sync(Connection connection) throws SQLException {
        long mine = next();
        syncing.lock();
        try {
            if (synced < mine) {
                long all = committed;
                try (var statement = connection.createStatement()) {
                    statement.execute(dialect.sync());
                }
                synced = all;
            }
        } finally {
            syncing.unlock();
        }
    }

    private synchronized long next() {
        return ++committed;
    }

    private static void rollback(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException | RuntimeException _) {
            // The connection is broken, and the database rolls back by itself.
        }
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException | RuntimeException _) {
            // It is of no use any more, and its transaction is over.
        }
    }
}
