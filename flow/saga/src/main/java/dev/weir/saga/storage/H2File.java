package dev.weir.saga.storage;

import java.lang.ref.WeakReference;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// An H2 file, whose transactions are on disk when they are over, and seldom there by half after a
/// kill. H2 itself sees to neither.
///
/// It answers a commit before the disk has it. And what it writes is a copy of its maps, one for
/// each table, index and transaction, that are taken one after the other while others change them
/// (issue 2080 of `h2database/h2database`): of a transaction whose commit falls between them, a
/// part is there when the process is killed before the next copy. So commits are forced, and while
/// a copy is taken for that, the statements and the ends of this process's transactions wait.
/// Thread-safe.
final class H2File {
    /// All that are open, by their paths: what shares a file waits for each other.
    private static final Map<String, WeakReference<H2File>> OPEN = new ConcurrentHashMap<>();

    /// What runs longer most likely waits for a row of a transaction that waits for something else.
    private static final long STATEMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /// What ends a transaction waits for nobody, but in a database that broke down.
    private static final long END_NANOS = TimeUnit.SECONDS.toNanos(1);

    /// Who copies, or wants to.
    ///
    /// @param begun whether it does
    private record Copy(Thread thread, boolean begun) {}

    /// A connection's.
    private static final class Transaction {
        boolean goesOn;
    }

    private final String sync;
    private final ReentrantLock forcing = new ReentrantLock();
    private final ReentrantLock gate = new ReentrantLock();
    private final Condition changed = gate.newCondition();

    // Under the gate:
    private @Nullable Copy copy;
    private int statements;
    private int ends;
    private long committed;
    private long forced;

    private H2File(String sync) {
        this.sync = sync;
    }

    /// The file of a connection.
    ///
    /// @param sync a statement that takes a copy and forces it to disk
    static H2File of(Connection connection, String sync) throws SQLException {
        String path;
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("CALL DATABASE_PATH()")) {
            path = rows.next() ? rows.getString(1) : null;
        }
        var found = new H2File[1];
        OPEN.values().removeIf(other -> other.refersTo(null));
        OPEN.compute(
                path == null ? connection.getMetaData().getURL() : path,
                (_, known) -> {
                    var file = known == null ? null : known.get();
                    found[0] = file == null ? new H2File(sync) : file;
                    return file == null ? new WeakReference<>(found[0]) : known;
                });
        return found[0];
    }

    /// The same connection, whose statements and ends wait for copies.
    Connection guard(Connection connection) {
        return guard(Connection.class, connection, new Transaction(), null);
    }

    private <T> T guard(
            Class<T> type, Object real, Transaction transaction, @Nullable Connection parent) {
        return type.cast(
                Proxy.newProxyInstance(
                        H2File.class.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) -> {
                            if (parent != null && method.getName().equals("getConnection")) {
                                return parent;
                            }
                            var result = call(real, transaction, method, arguments);
                            return proxy instanceof Connection self && result instanceof Statement
                                    ? guard(method.getReturnType(), result, transaction, self)
                                    : result;
                        }));
    }

    private @Nullable Object call(
            Object real,
            Transaction transaction,
            Method method,
            @Nullable Object @Nullable [] arguments)
            throws Throwable {
        boolean end =
                switch (method.getName()) {
                    case "commit", "rollback", "setAutoCommit", "close", "abort" ->
                            real instanceof Connection;
                    default -> false;
                };
        boolean waits = end || method.getName().startsWith("execute");
        if (waits) {
            enter(transaction, end);
        }
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        } finally {
            if (waits) {
                leave(end);
            }
        }
    }

    private void enter(Transaction transaction, boolean end) {
        gate.lock();
        try {
            while (mustWait(transaction)) {
                changed.awaitUninterruptibly();
            }
            transaction.goesOn = !end;
            count(end, 1);
        } finally {
            gate.unlock();
        }
    }

    /// Who may have rows that others wait for goes on until the copy begins.
    private boolean mustWait(Transaction transaction) {
        return copy != null
                && copy.thread != Thread.currentThread()
                && (copy.begun || !transaction.goesOn);
    }

    private void leave(boolean end) {
        gate.lock();
        try {
            count(end, -1);
            if (copy != null) {
                changed.signalAll();
            }
        } finally {
            gate.unlock();
        }
    }

    private void count(boolean end, int difference) {
        if (end) {
            ends += difference;
        } else {
            statements += difference;
        }
    }

    /// Forces what is committed to disk; commits that wait for the same share it.
    void force(Connection connection) throws SQLException {
        long mine = commits(1);
        forcing.lock();
        try {
            if (forced >= mine) {
                return;
            }
            begin();
            try (var statement = connection.createStatement()) {
                long all = commits(0);
                statement.execute(sync);
                forced = all;
            } finally {
                end();
            }
        } finally {
            forcing.unlock();
        }
    }

    private long commits(int more) {
        gate.lock();
        try {
            committed += more;
            return committed;
        } finally {
            gate.unlock();
        }
    }

    /// Lets no other transaction begin, and waits until none does anything.
    private void begin() {
        gate.lock();
        try {
            copy = new Copy(Thread.currentThread(), false);
            long began = System.nanoTime();
            boolean interrupted = false;
            for (long left = left(began); left > 0; left = left(began)) {
                try {
                    changed.awaitNanos(left);
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
            copy = new Copy(Thread.currentThread(), true);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        } finally {
            gate.unlock();
        }
    }

    /// How long to wait still; 0 for no longer.
    private long left(long began) {
        long patience = ends > 0 ? END_NANOS : statements > 0 ? STATEMENT_NANOS : 0;
        return patience - Math.min(patience, System.nanoTime() - began);
    }

    private void end() {
        gate.lock();
        try {
            copy = null;
            changed.signalAll();
        } finally {
            gate.unlock();
        }
    }
}
