package dev.weir.saga.storage;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Transactions on a service's database, which are on disk when they are over. Thread-safe.
public final class Storage {
    /// What runs in a transaction.
    ///
    /// @param <T> what comes of it
    @FunctionalInterface
    public interface Work<T extends @Nullable Object> {
        /// Runs it, and leaves the commit to its caller.
        T run(Connection connection) throws SQLException;
    }

    /// A connection in a transaction of its own, until it is given back.
    ///
    /// @param connection whose transaction the borrower ends
    /// @param commitsItself whether each statement was a transaction when the data source lent it
    public record Loan(Connection connection, boolean commitsItself) implements AutoCloseable {
        /// Gives the connection back as it was, without a transaction; one that fails is broken
        /// off, so that nobody gets it again.
        @Override
        public void close() {
            try (connection) {
                back();
            } catch (SQLException | RuntimeException _) {
                // It is of no use any more, and its transaction is over.
            }
        }

        private void back() throws SQLException {
            try {
                // Drivers ask the server only where a transaction is open, which the switch would
                // commit.
                connection.rollback();
                if (commitsItself) {
                    connection.setAutoCommit(true);
                }
            } catch (SQLException | RuntimeException _) {
                connection.abort(Runnable::run);
            }
        }
    }

    private static final int TRIES = 5;

    /// What MariaDB calls a row that is newer than what the transaction reads.
    private static final int RECORD_CHANGED = 1020;

    private final DataSource source;
    private final Dialect dialect;
    private volatile @Nullable H2File file;

    /// The database behind a data source, of a dialect that is known.
    public Storage(DataSource source, Dialect dialect) {
        this.source = source;
        this.dialect = dialect;
    }

    /// The database behind a data source, with tables of the newest version.
    ///
    /// @throws dev.weir.saga.SagaException `STATE` for a database that is not supported; `FUTURE`
    ///   when a newer library made the tables
    public static Storage open(DataSource source, Schema schema, String prefix)
            throws SQLException {
        var connection = source.getConnection();
        try (var _ = new Loan(connection, connection.getAutoCommit())) {
            var dialect = Dialect.of(connection);
            var storage = new Storage(source, dialect);
            schema.migrate(storage.guarded(connection), dialect, prefix);
            return storage;
        }
    }

    /// What kind of database it is.
    public Dialect dialect() {
        return dialect;
    }

    /// A connection in a transaction of its own, for the caller to end and close.
    public Loan connect() throws SQLException {
        var connection = source.getConnection();
        try {
            boolean commitsItself = connection.getAutoCommit();
            if (commitsItself) {
                connection.setAutoCommit(false);
            }
            return new Loan(guarded(connection), commitsItself);
        } catch (SQLException | RuntimeException e) {
            new Loan(connection, false).close();
            throw e;
        }
    }

    private Connection guarded(Connection connection) throws SQLException {
        if (dialect.sync().isEmpty()) {
            return connection;
        }
        var known = file;
        if (known == null) {
            known = H2File.of(connection, dialect.sync());
            file = known;
        }
        return known.guard(connection);
    }

    /// Runs a transaction and commits it; what it throws rolls it back.
    ///
    /// @param work runs again when the database took it for the victim of a deadlock
    /// @param <T> what comes of it
    /// @throws UnsureException when nobody knows whether it is committed
    public <T extends @Nullable Object> T transact(Work<T> work) throws SQLException {
        return retried(() -> {
            try (var loan = connect()) {
                return once(loan.connection(), work);
            }
        });
    }

    /// The same by a connection that the caller has.
    <T extends @Nullable Object> T transact(Connection connection, Work<T> work)
            throws SQLException {
        return retried(() -> once(connection, work));
    }

    private interface Attempt<T extends @Nullable Object> {
        T run() throws SQLException;
    }

    private static <T extends @Nullable Object> T retried(Attempt<T> attempt) throws SQLException {
        for (int tries = 1; ; tries++) {
            try {
                return attempt.run();
            } catch (SQLException e) {
                if (tries == TRIES || !isVictim(e)) {
                    throw e;
                }
            }
        }
    }

    private <T extends @Nullable Object> T once(Connection connection, Work<T> work)
            throws SQLException {
        try {
            var result = work.run(connection);
            commit(connection);
            return result;
        } catch (SQLException | RuntimeException e) {
            rollback(connection);
            throw e;
        }
    }

    /// Commits to the disk.
    ///
    /// @throws UnsureException when nobody knows whether it is committed; after all else it is not
    public void commit(Connection connection) throws SQLException {
        try {
            connection.commit();
            var forced = file;
            if (forced != null) {
                forced.force(connection);
            }
        } catch (SQLException e) {
            throw isRefusal(e) ? e : new UnsureException(e);
        }
    }

    /// Whether the database says that it rolled back.
    private static boolean isRefusal(SQLException e) {
        var state = e.getSQLState();
        return state != null && state.startsWith("23") || isVictim(e);
    }

    /// Whether the database rolled back for the sake of others, and the same may succeed.
    private static boolean isVictim(SQLException e) {
        var state = e.getSQLState();
        return state != null && state.startsWith("40") && !state.equals("40003")
                || e.getErrorCode() == RECORD_CHANGED;
    }

    /// Ends a transaction without its changes.
    public static void rollback(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException | RuntimeException _) {
            // The connection is broken, and the database rolls back by itself.
        }
    }
}
