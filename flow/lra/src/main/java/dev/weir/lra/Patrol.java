package dev.weir.lra;

import dev.weir.saga.storage.Storage;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What this node works on, its lease, and its looks for what nobody works on. Thread-safe.
final class Patrol {
    private static final int BATCH = 64;
    private static final int MOST = 256;
    private static final long AFTER_EXPIRY_MILLIS = 30;
    private static final Duration CLEANING = Duration.ofMinutes(1);

    private final System.Logger logger = System.getLogger("dev.weir.lra");
    private final Storage storage;
    private final Tables tables;
    private final Driver driver;
    private final LraOptions options;
    private final String node;
    private final ConcurrentHashMap<String, CompletableFuture<Void>> driven =
            new ConcurrentHashMap<>();
    private final AtomicBoolean looking = new AtomicBoolean();
    private final ReentrantLock leasing = new ReentrantLock();
    private final ScheduledThreadPoolExecutor timer;
    private volatile long freshUntil = System.nanoTime();
    private volatile long cleanAt = System.nanoTime();
    private volatile boolean unsure;
    private volatile boolean again;
    private volatile boolean closed;
    private @Nullable Future<?> next;

    Patrol(Storage storage, Tables tables, Driver driver, LraOptions options, String node) {
        this.storage = storage;
        this.tables = tables;
        this.driver = driver;
        this.options = options;
        this.node = node;
        timer =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().daemon().name("weir-lra-timer").factory());
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    boolean isClosed() {
        return closed;
    }

    // --- work
    // --------------------------------------------------------------------------------------------------

    /// Makes sure that the node's lease lasts, before it owns something.
    void lease() throws SQLException {
        if (System.nanoTime() - freshUntil < 0) {
            return;
        }
        leasing.lock();
        try {
            long before = System.nanoTime();
            if (before - freshUntil >= 0) {
                storage.transact(c -> {
                    tables.heartbeat(c, node, options.node().lease().toMillis());
                    return null;
                });
                freshUntil = before + options.node().lease().toNanos() / 2;
            }
        } finally {
            leasing.unlock();
        }
    }

    /// Works on an action that this node owns.
    ///
    /// @return done after a round
    CompletableFuture<Void> drive(Lra lra, boolean fresh) {
        var done = new CompletableFuture<Void>();
        if (closed) {
            done.complete(null);
            return done;
        }
        driven.put(lra.id(), done);
        fork(() -> {
            boolean over = false;
            try {
                over = work(lra, fresh);
            } finally {
                driven.remove(lra.id(), done);
                done.complete(null);
            }
            if (!over) {
                poke();
            }
        });
        return done;
    }

    /// @return whether nothing is left to do
    private boolean work(Lra lra, boolean fresh) {
        boolean first = fresh;
        while (!closed) {
            try {
                return driver.run(lra, first);
            } catch (SQLException | RuntimeException e) {
                trouble(e);
                first = false;
                pause();
            }
        }
        return true;
    }

    private void pause() {
        try {
            Thread.sleep(options.node().heartbeat());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// A round that goes on here now; null when none does.
    @Nullable Future<Void> driven(String id) {
        return driven.get(id);
    }

    /// A commit that gave this node something to own may have happened, or not: look what it owns.
    void unsure() {
        unsure = true;
        poke();
    }

    /// Something is due after a time, which the next look may be too late for.
    void due(long millis) {
        if (millis > 0 && millis < options.node().idle().toMillis() && !closed) {
            timer.schedule(() -> fork(this::look), millis + 1, TimeUnit.MILLISECONDS);
        }
    }

    // --- looks
    // -------------------------------------------------------------------------------------------------

    /// Looks at once, as there may be something to do.
    void poke() {
        again = true;
        fork(this::look);
    }

    private void fork(Runnable task) {
        if (!closed) {
            Thread.ofVirtual().name("weir-lra").start(task);
        }
    }

    /// One look, and the timer for the next.
    void look() {
        if (closed || !looking.compareAndSet(false, true)) {
            return;
        }
        again = false;
        long pause = options.node().heartbeat().toMillis();
        try {
            pause = lookOnce();
        } catch (SQLException | RuntimeException | Error e) {
            // Whatever a data source or its driver throws, there is a next look.
            trouble(e);
        } finally {
            looking.set(false);
        }
        synchronized (this) {
            if (next != null) {
                next.cancel(false);
            }
            if (!closed) {
                next =
                        timer.schedule(
                                () -> fork(this::look), again ? 1 : pause, TimeUnit.MILLISECONDS);
            }
        }
    }

    /// @return milliseconds to the next look
    private long lookOnce() throws SQLException {
        if (!driven.isEmpty()) {
            lease();
        }
        var look = storage.transact(c -> tables.look(c, node));
        boolean minute = System.nanoTime() - cleanAt >= 0;
        if (unsure || minute) {
            find();
        }
        if (look.due() != null && look.due() <= look.now()) {
            claim(look.now());
        }
        if (minute) {
            cleanAt = System.nanoTime() + CLEANING.toNanos();
            clean(look.now());
        }
        long pause =
                driven.isEmpty()
                        ? options.node().idle().toMillis()
                        : options.node().heartbeat().toMillis() / 2;
        if (look.due() != null && look.due() > look.now()) {
            pause = Math.min(pause, look.due() - look.now());
        }
        if (look.expires() != null) {
            pause = Math.min(pause, look.expires() - look.now() + AFTER_EXPIRY_MILLIS);
        }
        return Math.max(pause, 1);
    }

    private void claim(long now) throws SQLException {
        for (int taken = BATCH; taken == BATCH && !closed; ) {
            int room = Math.min(BATCH, MOST - driven.size());
            if (room <= 0) {
                return;
            }
            lease();
            var claimed = claim(now, room);
            for (var lra : claimed) {
                take(lra);
            }
            taken = claimed.size();
        }
    }

    private List<Lra> claim(long now, int room) throws SQLException {
        var entered = new ArrayList<Lra>();
        try {
            return storage.transact(c -> {
                entered.forEach(driver::leave);
                entered.clear();
                var claimed = tables.claim(c, node, now, room);
                claimed.forEach(driver::enter);
                entered.addAll(claimed);
                return claimed;
            });
        } catch (SQLException | RuntimeException e) {
            entered.forEach(driver::leave);
            unsure = true;
            throw e;
        }
    }

    /// Goes on with what this node owns and does not work on, as it does not know.
    private void find() throws SQLException {
        unsure = false;
        try {
            for (var lra : storage.transact(c -> tables.owned(c, node))) {
                if (!driven.containsKey(lra.id()) && !driver.isRunning(lra.id())) {
                    driver.enter(lra);
                    take(lra);
                }
            }
        } catch (SQLException | RuntimeException e) {
            unsure = true;
            throw e;
        }
    }

    /// Goes on with an action that this node owns since a claim.
    private void take(Lra lra) {
        if (lra.status() != LraStatus.Active) {
            drive(lra, false);
            return;
        }
        try {
            var begun = driver.own(c -> expired(c, lra));
            if (begun != null) {
                drive(begun, true);
            }
        } catch (SQLException | RuntimeException e) {
            unsure = true;
            trouble(e);
        } finally {
            driver.leave(lra);
        }
    }

    /// @return null when it is not out of time
    private @Nullable Lra expired(Connection c, Lra lra) throws SQLException {
        var row = tables.lock(c, lra.id());
        if (row == null || row.fence() != lra.fence()) {
            return null;
        }
        long now = tables.now(c);
        if (row.isExpired(now)) {
            return driver.begin(c, row, LraStatus.Cancelling, row.settled(), now);
        }
        tables.update(c, row.released());
        return null;
    }

    private void clean(long now) throws SQLException {
        long before = now - options.keep().toMillis();
        for (int deleted = BATCH; deleted == BATCH && !closed; ) {
            deleted =
                    storage.transact(c -> {
                        var old = tables.old(c, before, BATCH);
                        for (var lra : old) {
                            tables.delete(c, lra.id());
                        }
                        return old.size();
                    });
        }
        storage.transact(c -> {
            tables.forgetNodes(c);
            return null;
        });
    }

    private void trouble(Throwable e) {
        if (!closed) {
            logger.log(Level.WARNING, "looks again, after " + e.getMessage(), e);
        }
    }

    // --- the end
    // -----------------------------------------------------------------------------------------------

    /// Forgets everything, and tells nobody.
    void die() {
        closed = true;
        timer.shutdownNow();
    }

    /// Stops: others take over at once.
    void close() {
        die();
        try {
            storage.transact(c -> {
                tables.leave(c, node);
                return null;
            });
        } catch (SQLException e) {
            logger.log(Level.INFO, "others take over when the lease ends: " + e.getMessage());
        }
    }
}
