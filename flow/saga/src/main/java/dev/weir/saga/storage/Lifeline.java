package dev.weir.saga.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A connection that a node keeps for its heartbeats and takeovers, so that they do not wait for a
/// data source whose connections the service's steps have, nor for an answer that never comes: a
/// transaction that takes longer than a limit is broken off with its connection, and the next one
/// has another. For one thread at a time.
public final class Lifeline implements AutoCloseable {
    /// Runs something later, on another thread.
    @FunctionalInterface
    public interface Timer {
        /// Sets it.
        ///
        /// @return what takes it back
        Runnable after(Duration time, Runnable task);
    }

    private final Storage storage;
    private final Duration limit;
    private final Timer timer;
    private Storage.@Nullable Loan loan;

    /// One that connects when it is first needed.
    ///
    /// @param limit how long a transaction may take
    public Lifeline(Storage storage, Duration limit, Timer timer) {
        this.storage = storage;
        this.limit = limit;
        this.timer = timer;
    }

    /// Runs a transaction and commits it, as [Storage#transact] does.
    ///
    /// @param work runs again, by a new connection, where the one that was kept has broken since
    /// @param <T> what comes of it
    /// @throws UnsureException when nobody knows whether it is committed
    public <T extends @Nullable Object> T transact(Storage.Work<T> work) throws SQLException {
        var kept = loan;
        if (kept != null) {
            try {
                return within(kept.connection(), work);
            } catch (UnsureException | RuntimeException | Error e) {
                close();
                throw e;
            } catch (SQLException _) {
                // Maybe as the database or the network was away since: the next one tells.
                close();
            }
        }
        var fresh = storage.connect();
        loan = fresh;
        try {
            return within(fresh.connection(), work);
        } catch (SQLException | RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private <T extends @Nullable Object> T within(Connection connection, Storage.Work<T> work)
            throws SQLException {
        var disarm = timer.after(limit, () -> abort(connection));
        try {
            return storage.transact(connection, work);
        } finally {
            disarm.run();
        }
    }

    private static void abort(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException | RuntimeException _) {
            // It is gone already.
        }
    }

    /// Gives the connection back; the next transaction takes another.
    @Override
    public void close() {
        var kept = loan;
        if (kept != null) {
            loan = null;
            kept.close();
        }
    }
}
