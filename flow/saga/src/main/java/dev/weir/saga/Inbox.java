package dev.weir.saga;

import dev.weir.saga.storage.Dialect;
import dev.weir.saga.storage.Storage;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// What a participant needs to serve the steps of others' sagas exactly once: it remembers each
/// idempotency key in the transaction of its effect, answers repeated requests from memory, and
/// remembers "compensated before executed". Thread-safe.
public final class Inbox {
    private static final String DONE = "DONE";
    private static final String UNDONE = "UNDONE";
    private static final int TRIES = 5;
    private static final int MOST = 1000;

    private final Storage storage;
    private final Tables tables;

    /// An effect and its answer.
    @FunctionalInterface
    public interface Effect {
        /// Writes through the connection, and answers. A [RefusedException] says that it will not;
        /// anything else that is thrown leaves the outcome open, and nothing written.
        String run(Connection connection) throws Exception;
    }

    private record Seen(String state, @Nullable String answer) {}

    private Inbox(Storage storage, Tables tables) {
        this.storage = storage;
        this.tables = tables;
    }

    /// An inbox in the participant's database.
    ///
    /// @param prefix what the names of the tables begin with, as [NodeOptions#prefix()]
    /// @throws SagaException `DATABASE`
    public static Inbox open(DataSource source, String prefix) {
        try {
            var storage = Storage.open(source, SagaSchema.SCHEMA, prefix);
            return new Inbox(storage, new Tables(storage.dialect(), prefix));
        } catch (SQLException e) {
            throw new SagaException(
                    SagaException.Code.DATABASE, "cannot open: " + e.getMessage(), e);
        }
    }

    static Inbox openForTests(DataSource source, Dialect dialect, String prefix) {
        return new Inbox(new Storage(source, dialect), new Tables(dialect, prefix));
    }

    /// Serves a request by its idempotency key, `…/do` or `…/undo`.
    ///
    /// A `do` runs its effect once. Behind an `undo` it is refused. An `undo` without a `do` before
    /// it runs nothing, and is remembered.
    ///
    /// @throws SagaException `DATABASE`, and nothing is known: the caller shall ask again
    public Remote.Reply serve(String key, Effect effect) {
        int slash = key.lastIndexOf('/');
        var phase = slash < 0 ? "" : key.substring(slash + 1);
        if (!phase.equals("do") && !phase.equals("undo")) {
            throw new IllegalArgumentException(
                    "expected a key that ends with /do or /undo, found " + key);
        }
        var id = key.substring(0, slash);
        for (int attempt = 1; ; attempt++) {
            try {
                return once(id, phase.equals("undo"), effect);
            } catch (SQLException e) {
                boolean raced = Faults.isDuplicate(e) || Faults.isPassing(e);
                if (!raced || attempt == TRIES) {
                    throw new SagaException(
                            SagaException.Code.DATABASE, key + ": " + e.getMessage(), e);
                }
            }
        }
    }

    /// Forgets requests that were last heard so long ago, up to 1000. The caller does so now and
    /// then, and again at once where it was 1000.
    ///
    /// A `do` that comes after its request is forgotten has its effect once more, and an `undo`
    /// finds nothing to undo. So the age must be longer than any time between two requests of one
    /// step: a step is repeated with pauses up to the longest of its [RetryPolicy], with longer
    /// ones while all nodes that could repeat it or their database are down, and is compensated
    /// when a later step of the saga gives up, or an operator does. Take the longest that a saga
    /// may last, stuck ones too, and the longest outage, and some days more: 30 days where sagas
    /// end within a week.
    ///
    /// @param age from 1 s
    /// @return how many
    /// @throws SagaException `DATABASE`
    public int forget(Duration age) {
        if (age.toMillis() < 1000) {
            throw new IllegalArgumentException("age: expected 1 s or more, found " + age);
        }
        try {
            return storage.transact(c -> tables.forgetRequests(c, age.toMillis(), MOST));
        } catch (SQLException e) {
            throw new SagaException(SagaException.Code.DATABASE, String.valueOf(e.getMessage()), e);
        }
    }

    private Remote.Reply once(String id, boolean undo, Effect effect) throws SQLException {
        try (var loan = storage.connect()) {
            return once(loan.connection(), id, undo, effect);
        }
    }

    private Remote.Reply once(Connection connection, String id, boolean undo, Effect effect)
            throws SQLException {
        try {
            var seen = seen(connection, id);
            var reply =
                    undo
                            ? undo(connection, id, seen, effect)
                            : execute(connection, id, seen, effect);
            storage.commit(connection);
            return reply;
        } catch (RefusedException e) {
            Storage.rollback(connection);
            return new Remote.Reply(Remote.Outcome.REFUSED, String.valueOf(e.getMessage()));
        } catch (SQLException e) {
            Storage.rollback(connection);
            throw e;
        } catch (Exception e) {
            Storage.rollback(connection);
            return new Remote.Reply(Remote.Outcome.UNKNOWN, e.toString());
        }
    }

    private Remote.Reply execute(
            Connection connection, String id, @Nullable Seen seen, Effect effect) throws Exception {
        if (seen != null) {
            heard(connection, id);
            return seen.state.equals(UNDONE)
                    ? new Remote.Reply(Remote.Outcome.REFUSED, "compensated before")
                    : new Remote.Reply(Remote.Outcome.DONE, String.valueOf(seen.answer));
        }
        // The row first: a second request of the same key waits for this one.
        remember(connection, id, DONE);
        var answer = effect.run(connection);
        tables.update(connection, "UPDATE $inbox SET answer = ? WHERE id = ?", answer, id);
        return new Remote.Reply(Remote.Outcome.DONE, answer);
    }

    private Remote.Reply undo(Connection connection, String id, @Nullable Seen seen, Effect effect)
            throws Exception {
        if (seen == null) {
            remember(connection, id, UNDONE);
            return new Remote.Reply(Remote.Outcome.DONE, "nothing to undo");
        }
        if (seen.state.equals(UNDONE)) {
            heard(connection, id);
            return new Remote.Reply(Remote.Outcome.DONE, "undone before");
        }
        var answer = effect.run(connection);
        tables.update(connection, "UPDATE $inbox SET state = 'UNDONE', at = NOW WHERE id = ?", id);
        return new Remote.Reply(Remote.Outcome.DONE, answer);
    }

    private void remember(Connection connection, String id, String state) throws SQLException {
        tables.update(
                connection, "INSERT INTO $inbox (id, state, at) VALUES (?, ?, NOW)", id, state);
    }

    private void heard(Connection connection, String id) throws SQLException {
        tables.update(connection, "UPDATE $inbox SET at = NOW WHERE id = ?", id);
    }

    private @Nullable Seen seen(Connection connection, String id) throws SQLException {
        try (var statement =
                        tables.prepare(
                                connection,
                                "SELECT state, answer FROM $inbox WHERE id = ? FOR UPDATE",
                                id);
                var rows = statement.executeQuery()) {
            return rows.next() ? new Seen(rows.getString(1), rows.getString(2)) : null;
        }
    }
}
