package dev.weir.saga;

import dev.weir.saga.storage.Lifeline;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Looks after the sagas of this node and those that nobody looks after: heartbeats, takeovers,
/// commands, deadlines. One look at a time.
final class Patrol {
    private static final int BATCH = 64;
    private static final int WATCHED = 200;
    private static final long AFTER_EXPIRY_MILLIS = 20;
    private static final Duration FORGET = Duration.ofMinutes(1);

    private final World world;
    private final Database database;

    /// For whoever is [#looking].
    private final Lifeline lifeline;

    private final SagaOptions options;
    private final String node;
    private final Map<String, Saga<?>> versions;
    private final Driver driver;
    private final Traces traces;
    private final Map<String, Run<?>> active = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<SagaView>> watched = new ConcurrentHashMap<>();
    private final Semaphore places;
    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile Set<String> paused = Set.of();
    private volatile boolean closed;
    private volatile boolean again;

    /// When to look for old sagas, in [World#nanos()]; far away while somebody does.
    private volatile long forgetAt;

    /// A claim failed, and maybe happened: this node may own sagas that it does not know of.
    private volatile boolean unsure;

    private Runnable timer = () -> {};

    Patrol(
            World world,
            Database database,
            SagaOptions options,
            String node,
            Map<String, Saga<?>> versions,
            Traces traces) {
        this.world = world;
        this.database = database;
        this.lifeline = database.lifeline();
        this.options = options;
        this.node = node;
        this.versions = versions;
        this.traces = traces;
        this.places = new Semaphore(options.active());
        this.forgetAt = world.nanos();
        this.driver = new Driver(world, database, options, node, traces, this::left);
    }

    // --- sagas in memory
    // ---------------------------------------------------------------------------------------

    /// Takes a place for a saga; waits for it as long as the options say.
    boolean admit() {
        if (places.tryAcquire()) {
            return true;
        }
        try {
            return places.tryAcquire(
                    options.admission().toNanos(), java.util.concurrent.TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Starts a saga that was admitted.
    <C> void begin(Saga<C> saga, SagaRow row, C context, CompletableFuture<SagaView> done) {
        var run = new Run<>(saga, row, context, world.turn(), done);
        active.put(run.id, run);
        if (closed) {
            run.gone = true;
            done.completeExceptionally(closed(run.id));
            left(run);
        } else {
            world.fork(() -> driver.drive(run));
        }
    }

    /// Completes the future when the saga is at its end, wherever that happens.
    void watch(String id, CompletableFuture<SagaView> done) {
        watched.put(id, done);
    }

    int active() {
        return active.size();
    }

    boolean isPaused(String definition) {
        return paused.contains(definition);
    }

    private void left(Run<?> run) {
        if (active.remove(run.id, run)) {
            places.release();
        }
        var row = run.row;
        if (run.refusal instanceof SagaException refused) {
            run.done.completeExceptionally(refused);
        } else if (row.status().isEnd()) {
            var view = SagaView.of(row, List.copyOf(run.steps.values()));
            run.done.complete(view);
            var other = watched.remove(run.id);
            if (other != null) {
                other.complete(view);
            }
            if (row.parent() != null) {
                poke();
            }
        } else if (!run.done.isDone()) {
            watched.putIfAbsent(run.id, run.done);
        }
        if (!row.status().isEnd() && row.due() != null && row.due() <= database.now() + 1) {
            poke();
        }
    }

    // --- looks
    // -------------------------------------------------------------------------------------------------

    /// Looks now rather than later.
    void poke() {
        again = true;
        world.fork(this::look);
    }

    /// One look, and the timer for the next.
    void look() {
        if (closed || !looking.compareAndSet(false, true)) {
            return;
        }
        again = false;
        long next = options.node().heartbeat().toMillis();
        try {
            next = lookOnce();
        } catch (SQLException | RuntimeException | Error e) {
            // Whatever a data source or its driver throws, there is a next look.
            traces.trouble(e);
        } finally {
            looking.set(false);
        }
        if (closed) {
            end();
        }
        synchronized (this) {
            timer.run();
            timer =
                    closed
                            ? () -> {}
                            : world.after(Duration.ofMillis(again ? 1 : next), this::look);
        }
    }

    /// @return milliseconds to the next look
    private long lookOnce() throws SQLException {
        boolean busy = !active.isEmpty();
        var asked = watched.keySet().stream().limit(WATCHED).toList();
        long before = world.nanos();
        var look =
                lifeline.transact(connection -> {
                    if (busy) {
                        database.tables()
                                .heartbeat(connection, node, options.node().lease().toMillis());
                    }
                    return database.tables().look(connection, node, BATCH, asked);
                });
        if (busy) {
            database.renewed(before);
        }
        database.now(look.now());
        if (look.paused() > 0 || !paused.isEmpty()) {
            paused = lifeline.transact(database.tables()::paused);
        }
        if (unsure) {
            find();
        }
        if (look.claimable() > 0) {
            claim(before);
        }
        if (look.commands() > 0) {
            obey();
        }
        if (look.waiting() < asked.size() || watched.size() > asked.size()) {
            tell();
        }
        var keep = options.keep();
        if (keep != null && before - forgetAt >= 0) {
            forgetAt = Long.MAX_VALUE;
            world.fork(() -> forget(keep));
        }
        long now = database.now();
        for (var run : active.values()) {
            var deadline = run.row.deadline();
            if (deadline != null && deadline <= now) {
                world.fork(() -> driver.drive(run));
            }
        }
        return pause(look, now, busy || !active.isEmpty());
    }

    private long pause(Tables.Look look, long now, boolean busy) {
        long pause =
                busy ? options.node().heartbeat().toMillis() : options.node().idle().toMillis();
        if (look.otherExpires() > 0) {
            pause = Math.clamp(look.otherExpires() - now + AFTER_EXPIRY_MILLIS, 1, pause);
        }
        return pause;
    }

    /// Takes over what has no live owner, in small batches, each with this node's lease.
    private void claim(long before) throws SQLException {
        for (int taken = BATCH; taken == BATCH && !closed; ) {
            int room = Math.min(BATCH, places.availablePermits());
            if (room == 0) {
                return;
            }
            unsure = true;
            var rows =
                    lifeline.transact(connection -> {
                        var found = database.tables().claim(connection, node, versionKeys(), room);
                        if (!found.isEmpty()) {
                            database.tables()
                                    .heartbeat(connection, node, options.node().lease().toMillis());
                        }
                        return found;
                    });
            unsure = false;
            if (!rows.isEmpty()) {
                database.renewed(before);
            }
            for (var row : rows) {
                world.fork(() -> resume(row));
            }
            taken = rows.size();
        }
    }

    /// Goes on with the sagas that a claim took although it failed.
    private void find() throws SQLException {
        for (var id : lifeline.transact(connection -> database.tables().owned(connection, node))) {
            if (!active.containsKey(id)) {
                var row = lifeline.transact(connection -> database.tables().saga(connection, id));
                if (row != null) {
                    world.fork(() -> resume(row));
                }
            }
        }
        unsure = false;
    }

    private List<String> versionKeys() {
        return versions.values().stream().map(Saga::version).distinct().toList();
    }

    /// Goes on with a saga that was claimed. What is done is decided by what the database says
    /// then: of the row, only what never changes counts.
    private void resume(SagaRow row) {
        if (closed) {
            return;
        }
        var saga = versions.get(row.definition() + "@" + row.version());
        if (saga != null && places.tryAcquire()) {
            resume(saga, row);
        } else {
            world.after(options.node().heartbeat(), () -> resume(row));
        }
    }

    private <C> void resume(Saga<C> saga, SagaRow row) {
        var done = new CompletableFuture<SagaView>();
        var run = new Run<>(saga, row, world.turn(), done);
        var old = active.put(run.id, run);
        if (old != null) {
            old.gone = true;
            places.release();
            old.done.whenComplete((_, _) -> {});
            watched.putIfAbsent(run.id, old.done);
        }
        driver.drive(run);
    }

    /// Lets the sagas of this node read what operators ask of them.
    private void obey() throws SQLException {
        lifeline.transact(connection -> database.tables().commands(connection, node))
                .forEach((id, command) -> {
                    var run = active.get(id);
                    if (run != null) {
                        world.fork(() -> obey(run, command));
                    }
                });
    }

    private void obey(Run<?> run, String command) {
        run.turn.take();
        try {
            // One that has to wait is known already, and what goes on meanwhile counts.
            if (!command.equals(run.row.command()) && run.exists) {
                run.stale = true;
            }
        } finally {
            run.turn.give();
        }
        driver.drive(run);
    }

    /// Tells those who wait for sagas that are elsewhere.
    private void tell() throws SQLException {
        var ids = new ArrayList<>(watched.keySet());
        for (int from = 0; from < ids.size(); from += WATCHED) {
            var part = ids.subList(from, Math.min(ids.size(), from + WATCHED));
            var waiting = lifeline.transact(c -> database.tables().waiting(c, part));
            for (var id : part) {
                if (!waiting.contains(id)) {
                    tell(id);
                }
            }
        }
    }

    private void tell(String id) throws SQLException {
        var view =
                lifeline.transact(c -> {
                    var row = database.tables().saga(c, id);
                    return row == null
                            ? null
                            : SagaView.of(row, database.tables().steps(c, id).values());
                });
        if (view != null && view.due() != null) {
            return;
        }
        var done = watched.remove(id);
        if (done != null && view != null) {
            done.complete(view);
        } else if (done != null) {
            done.completeExceptionally(
                    new SagaException(SagaException.Code.NOT_FOUND, "saga " + id + " was deleted"));
        }
    }

    /// Deletes old sagas, in small transactions with pauses as long as each took, until there are
    /// no more; then again after a minute.
    private void forget(Duration keep) {
        long before = world.nanos();
        boolean more = false;
        try {
            more =
                    database.transact(
                            c -> database.tables().forgetSagas(c, keep.toMillis(), BATCH) == BATCH);
        } catch (SQLException | RuntimeException e) {
            traces.trouble(e);
        }
        long now = world.nanos();
        if (more && !closed) {
            world.after(Duration.ofNanos(now - before), () -> forget(keep));
        } else {
            forgetAt = now + FORGET.toNanos();
        }
    }

    // --- the end
    // -----------------------------------------------------------------------------------------------

    /// Forgets everything, and tells nobody.
    void die() {
        closed = true;
        active.values().forEach(run -> run.gone = true);
        end();
    }

    /// No look any more: by who closes it, or by the look that goes on meanwhile.
    private void end() {
        if (looking.compareAndSet(false, true)) {
            lifeline.close();
        }
    }

    /// Stops: others take over at once.
    void close() {
        closed = true;
        synchronized (this) {
            timer.run();
        }
        end();
        for (var run : active.values()) {
            run.turn.take();
            run.gone = true;
            run.turn.give();
            run.done.completeExceptionally(closed(run.id));
        }
        active.clear();
        watched.forEach((id, done) -> done.completeExceptionally(closed(id)));
        try {
            database.transact(connection -> {
                database.tables().leave(connection, node);
                return null;
            });
        } catch (SQLException e) {
            traces.trouble(e);
        }
    }

    private static SagaException closed(String id) {
        return new SagaException(
                SagaException.Code.CLOSED, "the engine closed; others go on with saga " + id);
    }

    @Nullable Run<?> run(String id) {
        return active.get(id);
    }
}
