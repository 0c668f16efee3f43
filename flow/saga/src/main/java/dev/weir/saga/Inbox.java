package dev.weir.saga;

import dev.weir.saga.storage.Dialect;
import dev.weir.saga.storage.Storage;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
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

    /// What one request forgets at most, so that it takes little longer than others.
    private static final int BATCH = 64;

    private static final long FORGET_NANOS = Duration.ofMinutes(1).toNanos();
    private static final System.Logger LOG = System.getLogger(Inbox.class.getName());

    private final Storage storage;
    private final Tables tables;
    private final @Nullable Duration keep;
    private final AtomicBoolean forgetting = new AtomicBoolean();

    /// When to look for old requests, in [System#nanoTime()].
    private volatile long forgetAt = System.nanoTime();

    /// An effect and its answer.
    @FunctionalInterface
    public interface Effect {
        /// Writes through the connection, and answers. A [RefusedException] says that it will not;
        /// anything else that is thrown leaves the outcome open, and nothing written.
        String run(Connection connection) throws Exception;
    }

    private record Seen(String state, @Nullable String answer) {}

    private Inbox(Storage storage, Tables tables, @Nullable Duration keep) {
        this.storage = storage;
        this.tables = tables;
        this.keep = keep;
    }

    /// An inbox in the participant's database that remembers until it is told to
    /// [#forget(Duration)].
    ///
    /// @param prefix what the names of the tables begin with, as [NodeOptions#prefix()]
    /// @throws SagaException `DATABASE`
    public static Inbox open(DataSource source, String prefix) {
        return at(source, prefix, null);
    }

    /// An inbox in the participant's database that forgets by itself: once a minute the request
    /// that comes next deletes up to 64 old ones when it has been served, and where that was not
    /// all, so does the one after it.
    ///
    /// @param prefix what the names of the tables begin with, as [NodeOptions#prefix()]
    /// @param keep how long a request is remembered after it was last heard, from 1 s; what it has
    ///   to be longer than is said at [#forget(Duration)]
    /// @throws SagaException `DATABASE`
    public static Inbox open(DataSource source, String prefix, Duration keep) {
        return at(source, prefix, checked(keep));
    }

    private static Inbox at(DataSource source, String prefix, @Nullable Duration keep) {
        try {
            var storage = Storage.open(source, SagaSchema.SCHEMA, prefix);
            return new Inbox(storage, new Tables(storage.dialect(), prefix), keep);
        } catch (SQLException e) {
            throw new SagaException(
                    SagaException.Code.DATABASE, "cannot open: " + e.getMessage(), e);
        }
    }

    static Inbox openForTests(DataSource source, Dialect dialect, String prefix) {
        return new Inbox(new Storage(source, dialect), new Tables(dialect, prefix), null);
    }

    private static Duration checked(Duration age) {
        if (age.toMillis() < 1000) {
            throw new IllegalArgumentException("expected an age of 1 s or more, found " + age);
        }
        return age;
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
        var reply = serve(key, key.substring(0, slash), phase.equals("undo"), effect);
        if (keep != null) {
            forgetSome(keep);
        }
        return reply;
    }

    private Remote.Reply serve(String key, String id, boolean undo, Effect effect) {
        for (int attempt = 1; ; attempt++) {
            try {
                return once(id, undo, effect);
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
    /// then, and again at once where it was 1000; or leaves it to an inbox that was opened with a
    /// time to keep.
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
        return forget(checked(age), MOST);
    }

    private int forget(Duration age, int most) {
        try {
            return storage.transact(c -> tables.forgetRequests(c, age.toMillis(), most));
        } catch (SQLException e) {
            throw new SagaException(SagaException.Code.DATABASE, String.valueOf(e.getMessage()), e);
        }
    }

    /// Whatever becomes of it, the request is served.
    private void forgetSome(Duration age) {
        if (System.nanoTime() - forgetAt < 0 || !forgetting.compareAndSet(false, true)) {
            return;
        }
        boolean more = false;
        try {
            more = forget(age, BATCH) == BATCH;
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "old requests stay: " + e.getMessage());
        } finally {
            if (!more) {
                forgetAt = System.nanoTime() + FORGET_NANOS;
            }
            forgetting.set(false);
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
