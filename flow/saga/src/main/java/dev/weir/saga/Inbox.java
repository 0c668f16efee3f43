package dev.weir.saga;

import dev.weir.saga.storage.Dialect;
import dev.weir.saga.storage.Storage;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// What a participant needs to serve the steps of others' sagas exactly once: it remembers each
/// idempotency key in the transaction of its effect, answers repeated requests from memory, and
/// remembers "compensated before executed". Thread-safe.
public final class Inbox {
    private static final String DONE = "DONE";
    private static final String UNDONE = "UNDONE";
    private static final int TRIES = 5;

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

    private Remote.Reply once(String id, boolean undo, Effect effect) throws SQLException {
        var connection = storage.connect();
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
        } finally {
            Storage.close(connection);
        }
    }

    private Remote.Reply execute(
            Connection connection, String id, @Nullable Seen seen, Effect effect) throws Exception {
        if (seen != null) {
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
