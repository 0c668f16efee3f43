package dev.weir.saga;

import dev.weir.saga.storage.Storage;
import dev.weir.saga.storage.UnsureException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Moves the sagas in this node's memory: decides by [Planner], does it, commits, decides again.
///
/// A commit of a saga requires the number of the commit before it and the fence of its owner. When
/// one fails, for whatever reason, the saga is read again before anything else is decided, so that
/// it does not matter whether the commit happened.
final class Driver {
    private static final Duration REMOTE_LIMIT = Duration.ofSeconds(30);
    private static final long FIRST_PAUSE_MILLIS = 20;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;
    private static final long NESTED_LOOK_MILLIS = 60_000;
    private static final long UNREADABLE_PAUSE_MILLIS = 60_000;

    private final World world;
    private final Database database;
    private final GroupCommit group;
    private final SagaOptions options;
    private final String node;
    private final Traces traces;
    private final Consumer<Run<?>> leaves;

    /// @param leaves told when a saga leaves the memory: `gone` is set, its row is the last one
    Driver(
            World world,
            Database database,
            SagaOptions options,
            String node,
            Traces traces,
            Consumer<Run<?>> leaves) {
        this.world = world;
        this.database = database;
        this.group = new GroupCommit(world, database, options.groupSize(), options.groupWriters());
        this.options = options;
        this.node = node;
        this.traces = traces;
        this.leaves = leaves;
    }

    /// Does what there is to do for a saga, as far as it can be done now.
    <C> void drive(Run<C> run) {
        guard(run, () -> advance(run));
    }

    /// Whatever goes wrong in the engine itself, the saga is looked at again.
    private <C> void guard(Run<C> run, Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            traces.trouble(e);
            run.turn.take();
            run.stale = true;
            long pause = trouble(run);
            run.turn.give();
            world.after(Duration.ofMillis(pause), () -> drive(run));
        }
    }

    private <C> void advance(Run<C> run) {
        boolean goesOn = true;
        while (goesOn) {
            run.turn.take();
            boolean keepsTurn = false;
            int generation;
            List<Planner.Task<C>> ready;
            try {
                if (run.gone || run.stale && !read(run)) {
                    return;
                }
                generation = run.generation;
                ready = ready(run);
                if (ready.isEmpty()) {
                    var change = ownChange(run);
                    if (change != null) {
                        keepsTurn = true;
                        commit(run, change, run.context);
                    }
                    return;
                }
            } finally {
                if (!keepsTurn) {
                    run.turn.give();
                }
            }
            for (var other : ready.subList(1, ready.size())) {
                world.fork(() ->
                        guard(
                                run,
                                () -> {
                                    if (perform(run, other, generation)) {
                                        advance(run);
                                    }
                                }));
            }
            goesOn = perform(run, ready.getFirst(), generation);
        }
    }

    // --- decisions ---

    /// The tasks that are due and nobody does yet: they fly from now on. For later ones it sets a
    /// timer.
    private <C> List<Planner.Task<C>> ready(Run<C> run) {
        if (overdue(run) || commanded(run)) {
            return List.of();
        }
        long now = database.now();
        long next = Long.MAX_VALUE;
        var ready = new ArrayList<Planner.Task<C>>(1);
        for (var task : Planner.tasks(run.saga, run.row.status(), run.steps)) {
            var name = task.step().name();
            if (task.due() > now && !run.flying.contains(name)) {
                next = Math.min(next, task.due());
            } else if (run.flying.add(name)) {
                ready.add(task);
            }
        }
        boolean parks = ready.isEmpty() && run.flying.isEmpty() && parks(next - now);
        if (next != Long.MAX_VALUE && !parks) {
            world.after(Duration.ofMillis(next - now), () -> drive(run));
        }
        return ready;
    }

    private boolean parks(long millis) {
        return millis > options.park().toMillis();
    }

    private <C> boolean overdue(Run<C> run) {
        var deadline = run.row.deadline();
        return deadline != null
                && database.now() >= deadline
                && run.row.status() == SagaStatus.RUNNING
                && Planner.mayTurnBack(run.saga, run.steps);
    }

    private static boolean commanded(Run<?> run) {
        var command = run.row.command();
        return command != null && !(command.startsWith(Command.CANCEL) && isUnsure(run));
    }

    /// Whether nobody knows if the saga is beyond its pivot: what wants it back has to wait.
    private static <C> boolean isUnsure(Run<C> run) {
        for (var step : run.saga.steps().values()) {
            if (step.pivot() && run.steps.get(step.name()) instanceof StepRow row) {
                return row.state() == StepState.SENT;
            }
        }
        return false;
    }

    /// What the engine changes by itself: the deadline, a command, or that the saga leaves the
    /// memory.
    private <C> @Nullable Change ownChange(Run<C> run) {
        var row = run.row;
        if (row.status().isEnd()) {
            return null;
        }
        if (commanded(run) && row.command() != null) {
            return Command.change(run, row.command(), this::close);
        }
        if (overdue(run)) {
            var status = Planner.status(run.saga, row.status(), run.steps, true);
            return Change.of(run.before(), close(row, status, "deadline passed"), null, false);
        }
        long next = Long.MAX_VALUE;
        for (var task : Planner.tasks(run.saga, row.status(), run.steps)) {
            next = Math.min(next, task.due());
        }
        if (next != Long.MAX_VALUE && run.flying.isEmpty() && parks(next - database.now())) {
            var deadline = row.deadline();
            long due = deadline == null ? next : Math.min(next, deadline);
            return Change.of(
                    run.before(),
                    row.with(row.status(), null, due, row.context(), row.why(), row.stuck(), null),
                    null,
                    false);
        }
        return null;
    }

    /// The row in a new status: without an owner where that is an end.
    private SagaRow close(SagaRow row, SagaStatus status, @Nullable String why) {
        boolean end = status.isEnd();
        return row.with(
                status,
                end ? null : row.owner(),
                end ? null : row.due(),
                row.context(),
                why,
                false,
                null);
    }

    // --- attempts ---

    /// Does a task. False when somebody else goes on with the saga.
    private <C> boolean perform(Run<C> run, Planner.Task<C> task, int generation) {
        var work = task.undo() ? task.step().undo() : task.step().work();
        return switch (work) {
            case null ->
                    throw new IllegalStateException("no compensation of " + task.step().name());
            case Work.Local<C> local -> local(run, task, generation, local.action());
            case Work.Grouped<C> grouped -> grouped(run, task, generation, grouped.action());
            case Work.Called<C> called -> called(run, task, generation, called.remote());
            case Work.Nested<C, ?> nested ->
                    new Nesting<>(this, run, task, generation).look(nested);
        };
    }

    private <C> Step<C> step(Run<C> run, Planner.Task<C> task, @Nullable Connection connection) {
        var row = run.steps.get(task.step().name());
        boolean same = row != null && (row.state() == StepState.UNDOING) == task.undo();
        int attempts = row != null && same ? row.attempts() : 0;
        return new Step<>(
                run.id,
                run.row.key(),
                task.step(),
                task.undo(),
                attempts + 1,
                run.context,
                connection);
    }

    /// An action within its time.
    ///
    /// @return false when its time was over: `late` was run, and nothing of it counts
    private boolean within(@Nullable Duration limit, ThrowingAction action, Runnable late)
            throws Exception {
        if (limit == null) {
            action.run();
            return true;
        }
        var thread = new AtomicReference<@Nullable Thread>(Thread.currentThread());
        var disarm =
                world.after(
                        limit,
                        () -> {
                            var caught = thread.getAndSet(null);
                            if (caught != null) {
                                caught.interrupt();
                                late.run();
                            }
                        });
        try {
            action.run();
        } catch (Exception e) {
            if (thread.getAndSet(null) == null) {
                return false;
            }
            throw e;
        } finally {
            disarm.run();
        }
        return thread.getAndSet(null) != null;
    }

    interface ThrowingAction {
        void run() throws Exception;
    }

    private <C> boolean local(Run<C> run, Planner.Task<C> task, int generation, Action<C> action) {
        Storage.Loan loan;
        try {
            loan = database.connect();
        } catch (SQLException e) {
            return again(run, task, generation, e);
        }
        try (loan) {
            var connection = loan.connection();
            var step = step(run, task, connection);
            try (var attempt = traces.attempt(run.row, task)) {
                boolean inTime =
                        within(
                                task.step().timeout(),
                                () -> attempt.run(() -> action.run(step)),
                                () -> {
                                    abort(connection);
                                    late(run, task, generation);
                                });
                if (!inTime) {
                    return false;
                }
            } catch (Throwable e) {
                Storage.rollback(connection);
                return failed(run, task, generation, e);
            }
            return commitLocal(run, task, generation, step, connection);
        }
    }

    private static void abort(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException | RuntimeException _) {
            // The transaction ends when its thread gives up.
        }
    }

    private <C> boolean commitLocal(
            Run<C> run, Planner.Task<C> task, int generation, Step<C> step, Connection connection) {
        Exception refused;
        run.turn.take();
        try {
            if (isVoid(run, task, generation)) {
                Storage.rollback(connection);
                forget(run, task, generation);
                return true;
            }
            var context = step.changesContext() ? step.applyTo(run.context) : run.context;
            var change = success(run, task, step, context);
            database.commit(connection, List.of(change));
            adopt(run, change, context);
            return !run.gone;
        } catch (FencedException e) {
            run.stale = true;
            later(run);
            return false;
        } catch (SQLException e) {
            if (mustReadAgain(run, e)) {
                later(run);
                return false;
            }
            refused = e;
        } catch (RuntimeException e) {
            refused = e;
        } finally {
            run.turn.give();
        }
        Storage.rollback(connection);
        return failed(run, task, generation, refused);
    }

    /// Whether a failed commit leaves open what the database has.
    private static boolean mustReadAgain(Run<?> run, SQLException e) {
        boolean again =
                e instanceof UnsureException
                        || Faults.isPassing(e)
                        || !run.exists && run.refusal == null && Faults.isDuplicate(e);
        if (again) {
            run.stale = true;
            run.refusal = Faults.isDuplicate(e) ? e : null;
        }
        return again;
    }

    private <C> boolean grouped(
            Run<C> run, Planner.Task<C> task, int generation, Action<C> action) {
        var step = step(run, task, null);
        try (var attempt = traces.attempt(run.row, task)) {
            if (!within(
                    task.step().timeout(),
                    () -> attempt.run(() -> action.run(step)),
                    () -> late(run, task, generation))) {
                return false;
            }
        } catch (Throwable e) {
            return failed(run, task, generation, e);
        }
        return succeed(run, task, generation, step);
    }

    private <C> boolean called(Run<C> run, Planner.Task<C> task, int generation, Remote<C> remote) {
        var row = run.steps.get(task.step().name());
        if (task.undo() || row != null && row.state() == StepState.SENT) {
            return call(run, task, generation, remote);
        }
        run.turn.take();
        if (isVoid(run, task, generation)) {
            forget(run, task, generation);
            run.turn.give();
            return true;
        }
        var sent = row(run, task, StepState.SENT, row == null ? 0 : row.attempts(), 0, null);
        var after =
                run.row.with(
                        run.row.status(),
                        run.row.owner(),
                        run.row.due(),
                        run.row.context(),
                        run.row.why(),
                        run.row.stuck(),
                        run.row.command());
        commit(
                run,
                Change.of(run.before(), after, sent, row == null),
                run.context,
                () -> {
                    run.flying.add(task.step().name());
                    int now = run.generation;
                    world.fork(() ->
                            guard(
                                    run,
                                    () -> {
                                        if (call(run, task, now, remote)) {
                                            advance(run);
                                        }
                                    }));
                });
        return false;
    }

    private <C> boolean call(Run<C> run, Planner.Task<C> task, int generation, Remote<C> remote) {
        var step = step(run, task, null);
        var limit = task.step().timeout() == null ? REMOTE_LIMIT : task.step().timeout();
        var heard = new AtomicReference<Remote.@Nullable Reply>();
        try (var attempt = traces.attempt(run.row, task)) {
            var message = remote.request().apply(step);
            boolean inTime =
                    within(
                            limit.plusMillis(limit.toMillis() / 10),
                            () ->
                                    attempt.run(() -> {
                                        var reply =
                                                remote.transport()
                                                        .call(
                                                                message,
                                                                step.idempotencyKey(),
                                                                attempt.headers(),
                                                                limit);
                                        heard.set(reply);
                                        if (reply.outcome() == Remote.Outcome.DONE) {
                                            remote.answer().accept(step, reply);
                                        }
                                    }),
                            () ->
                                    unknown(
                                            run,
                                            task,
                                            generation,
                                            new TimeoutException("no answer in " + limit)));
            if (!inTime) {
                return false;
            }
        } catch (Throwable e) {
            return unknown(run, task, generation, e);
        }
        var reply = heard.get();
        if (reply == null || reply.outcome() == Remote.Outcome.UNKNOWN) {
            return unknown(
                    run,
                    task,
                    generation,
                    new UnknownOutcome(reply == null ? "no answer" : reply.body()));
        }
        if (reply.outcome() == Remote.Outcome.REFUSED) {
            return failed(run, task, generation, new RefusedException(reply.body()));
        }
        return succeed(run, task, generation, step);
    }

    /// An answer that says nothing.
    private static final class UnknownOutcome extends Exception {
        private static final long serialVersionUID = 1;

        UnknownOutcome(String message) {
            super(message, null, false, false);
        }

        @Override
        public String toString() {
            return "unknown outcome: " + getMessage();
        }
    }

    // --- outcomes ---

    /// Commits, in a group, that a task is done.
    <C> boolean succeed(Run<C> run, Planner.Task<C> task, int generation, Step<C> step) {
        run.turn.take();
        Change change;
        C context;
        try {
            if (isVoid(run, task, generation)) {
                forget(run, task, generation);
                run.turn.give();
                return true;
            }
            context = step.changesContext() ? step.applyTo(run.context) : run.context;
            change = success(run, task, step, context);
        } catch (RuntimeException e) {
            run.turn.give();
            return task.step().work() instanceof Work.Called<C> && !task.undo()
                    ? unknown(run, task, generation, e)
                    : failed(run, task, generation, e);
        }
        commit(run, change, context, () -> {}, task);
        return false;
    }

    private <C> Change success(Run<C> run, Planner.Task<C> task, Step<C> step, C context) {
        var name = task.step().name();
        var old = run.steps.get(name);
        var state = task.undo() ? StepState.UNDONE : StepState.DONE;
        var row = row(run, task, state, old == null ? 0 : old.attempts(), 0, null);
        var status = Planner.status(run.saga, run.row.status(), with(run.steps, row), false);
        var text = context == run.context ? run.row.context() : encode(run, context);
        boolean end = status.isEnd();
        var after =
                run.row.with(
                        status,
                        end ? null : run.row.owner(),
                        end ? null : run.row.due(),
                        text,
                        run.row.why(),
                        false,
                        run.row.command());
        return Change.of(run.before(), after, row, old == null).with(step);
    }

    private <C> String encode(Run<C> run, C context) {
        var text = run.saga.codec().encode(context);
        if (text.length() > options.contextSize()) {
            throw new IllegalArgumentException(
                    "context of saga "
                            + run.id
                            + ": expected at most "
                            + options.contextSize()
                            + " characters, found "
                            + text.length());
        }
        return text;
    }

    /// An attempt failed: nothing of it is done. False, as somebody else goes on.
    <C> boolean failed(Run<C> run, Planner.Task<C> task, int generation, Throwable thrown) {
        if (Faults.isPassing(thrown)) {
            return again(run, task, generation, thrown);
        }
        boolean refused = thrown instanceof RefusedException;
        return record(
                run,
                task,
                generation,
                thrown,
                (attempts, most) -> {
                    if (task.undo()) {
                        return StepState.UNDOING;
                    }
                    boolean over = (refused || attempts >= most) && !task.step().beyond();
                    return over ? StepState.FAILED : StepState.TRYING;
                });
    }

    /// Nobody knows whether an attempt was done. False, as somebody else goes on.
    <C> boolean unknown(Run<C> run, Planner.Task<C> task, int generation, Throwable thrown) {
        return record(
                run,
                task,
                generation,
                thrown,
                (_, _) -> task.undo() ? StepState.UNDOING : StepState.SENT);
    }

    private <C> void late(Run<C> run, Planner.Task<C> task, int generation) {
        failed(
                run,
                task,
                generation,
                new TimeoutException("took longer than " + task.step().timeout()));
    }

    private interface Verdict {
        StepState after(int attempts, int most);
    }

    private <C> boolean record(
            Run<C> run, Planner.Task<C> task, int generation, Throwable thrown, Verdict verdict) {
        run.turn.take();
        if (isVoid(run, task, generation)) {
            forget(run, task, generation);
            run.turn.give();
            world.fork(() -> drive(run));
            return false;
        }
        traces.failed(run.row, task);
        var old = run.steps.get(task.step().name());
        boolean same = old != null && (old.state() == StepState.UNDOING) == task.undo();
        int attempts = old != null && same ? old.attempts() + 1 : 1;
        int most = task.step().retry().attempts();
        var state = verdict.after(attempts, most);
        long pause = task.step().retry().pause(attempts).toMillis();
        var row = row(run, task, state, attempts, database.now() + pause, thrown.toString());
        boolean over = attempts >= most;
        boolean unsure =
                state == StepState.SENT && over && !task.step().pivot() && !task.step().beyond();
        var status = Planner.status(run.saga, run.row.status(), with(run.steps, row), unsure);
        boolean turns = status != run.row.status();
        var why =
                turns && run.row.status() == SagaStatus.RUNNING || over
                        ? task.step().name() + ": " + thrown
                        : run.row.why();
        boolean stuck = over && !turns && state != StepState.FAILED;
        boolean end = status.isEnd();
        var after =
                run.row.with(
                        status,
                        end ? null : run.row.owner(),
                        end ? null : run.row.due(),
                        run.row.context(),
                        why,
                        stuck,
                        run.row.command());
        commit(run, Change.of(run.before(), after, row, old == null), run.context, () -> {}, task);
        return false;
    }

    /// The database was away: the attempt counts for nothing.
    private <C> boolean again(Run<C> run, Planner.Task<C> task, int generation, Throwable thrown) {
        run.turn.take();
        long pause;
        try {
            pause = trouble(run);
            forget(run, task, generation);
        } finally {
            run.turn.give();
        }
        traces.trouble(thrown);
        world.after(Duration.ofMillis(pause), () -> drive(run));
        return false;
    }

    /// Looks again after a pause, which grows until a commit succeeds.
    private <C> void later(Run<C> run) {
        world.after(Duration.ofMillis(trouble(run)), () -> drive(run));
    }

    private static long trouble(Run<?> run) {
        int doublings = Math.min(run.troubles++, 12);
        return Math.min(FIRST_PAUSE_MILLIS << doublings, LONGEST_PAUSE_MILLIS);
    }

    private <C> StepRow row(
            Run<C> run,
            Planner.Task<C> task,
            StepState state,
            int attempts,
            long due,
            @Nullable String error) {
        return new StepRow(
                task.step().name(),
                state,
                attempts,
                run.row.seq() + 1,
                due,
                error,
                database.now(),
                node);
    }

    private static Map<String, StepRow> with(Map<String, StepRow> rows, StepRow row) {
        if (rows.isEmpty()) {
            return Map.of(row.step(), row);
        }
        var all = new LinkedHashMap<>(rows);
        all.put(row.step(), row);
        return all;
    }

    private static <C> boolean isVoid(Run<C> run, Planner.Task<C> task, int generation) {
        var wanted = task.undo() ? SagaStatus.COMPENSATING : SagaStatus.RUNNING;
        boolean late =
                task.step().work() instanceof Work.Called<C>
                        && !task.undo()
                        && run.row.status() == SagaStatus.COMPENSATING;
        return run.gone
                || run.stale
                || run.generation != generation
                || run.row.status() != wanted && !late;
    }

    private static <C> void forget(Run<C> run, Planner.Task<C> task, int generation) {
        if (run.generation == generation) {
            run.flying.remove(task.step().name());
        }
    }

    // --- commits ---

    <C> void commit(Run<C> run, Change change, C context) {
        commit(run, change, context, () -> {}, null);
    }

    <C> void commit(Run<C> run, Change change, C context, Runnable then) {
        commit(run, change, context, then, null);
    }

    /// Commits a change in a group. The caller has the turn, and has not any more; when it is
    /// committed, `then` runs with the turn, and the saga goes on.
    private <C> void commit(
            Run<C> run, Change change, C context, Runnable then, Planner.@Nullable Task<C> task) {
        int generation = run.generation;
        group.submit(
                change,
                failure -> {
                    Exception refused = null;
                    try {
                        if (failure == null) {
                            adopt(run, change, context);
                            then.run();
                        } else if (failure instanceof SQLException e
                                && task != null
                                && mayBeRefused(run, change)
                                && !mustReadAgain(run, e)) {
                            refused = e;
                        } else if (failure instanceof RuntimeException && task != null) {
                            refused = failure;
                        } else {
                            run.stale = true;
                            later(run);
                        }
                    } finally {
                        run.turn.give();
                    }
                    if (refused != null && task != null) {
                        var cause = refused;
                        world.fork(() -> guard(run, () -> failed(run, task, generation, cause)));
                    } else if (failure == null && !run.gone) {
                        world.fork(() -> drive(run));
                    }
                });
    }

    /// Whether the database can have refused what the service wrote, or the start of the saga. It
    /// refuses what the engine alone writes only where it knows more than this node does: a commit
    /// that was thought lost came after all.
    private static boolean mayBeRefused(Run<?> run, Change change) {
        return !change.writes().isEmpty() || !run.exists;
    }

    /// A change is committed.
    private <C> void adopt(Run<C> run, Change change, C context) {
        traces.committed(change);
        run.row = change.after();
        run.exists = true;
        run.troubles = 0;
        run.context = context;
        var step = change.step();
        if (step != null) {
            run.steps.remove(step.step());
            run.steps.put(step.step(), step);
            run.flying.remove(step.step());
        }
        if (change.obeyed() != null) {
            run.steps.replaceAll((_, row) -> row.dueNow());
        }
        if (run.row.owner() == null) {
            run.gone = true;
            leaves.accept(run);
        }
    }

    // --- reading ---

    /// What the database has of a saga.
    ///
    /// @param row null where it has none
    /// @param other then, the saga that has its business key
    private record Found(
            @Nullable SagaRow row, Map<String, StepRow> steps, @Nullable SagaRow other) {}

    /// Reads a saga again. False when there is nothing to do with it now.
    private <C> boolean read(Run<C> run) {
        Found found;
        try {
            // Only what was read counts of which the end of the transaction says that it is on
            // disk: in H2 also a commit that failed there can be seen, until the file is opened
            // again without it.
            found = database.transact(connection -> find(run, connection));
        } catch (SQLException e) {
            traces.trouble(e);
            world.after(Duration.ofMillis(trouble(run)), () -> drive(run));
            return false;
        }
        if (found.row == null) {
            return isFree(run, found.other);
        }
        run.steps = found.steps;
        return take(run, found.row);
    }

    private Found find(Run<?> run, Connection connection) throws SQLException {
        var tables = database.tables();
        var row = tables.saga(connection, run.id);
        if (row != null) {
            return new Found(row, tables.steps(connection, run.id), null);
        }
        var key = run.row.key();
        var other = key == null ? null : tables.saga(connection, run.saga.name(), key);
        return new Found(null, Map.of(), other);
    }

    /// A first commit did not happen: maybe as another saga has the business key.
    private <C> boolean isFree(Run<C> run, @Nullable SagaRow other) {
        if (run.exists || other != null) {
            run.gone = true;
            run.refusal =
                    new SagaException(
                            run.exists
                                    ? SagaException.Code.NOT_FOUND
                                    : SagaException.Code.DUPLICATE,
                            other == null
                                    ? "saga " + run.id + " was deleted"
                                    : "saga "
                                            + other.id()
                                            + " of "
                                            + run.saga.name()
                                            + " has the key "
                                            + run.row.key());
            leaves.accept(run);
            return false;
        }
        fresh(run);
        return true;
    }

    private <C> boolean take(Run<C> run, SagaRow row) {
        run.exists = true;
        run.refusal = null;
        run.row = row;
        if (!node.equals(row.owner())) {
            run.gone = true;
            leaves.accept(run);
            return false;
        }
        fresh(run);
        try {
            run.context = run.saga.codec().decode(row.context());
        } catch (RuntimeException e) {
            setAside(run, "the context does not decode: " + e);
            return false;
        }
        return true;
    }

    private static void fresh(Run<?> run) {
        run.stale = false;
        run.generation++;
        run.flying.clear();
    }

    /// Leaves a saga to whoever can do more, later. The caller keeps the turn.
    private <C> void setAside(Run<C> run, String why) {
        run.stale = true;
        var row = run.row;
        world.fork(() -> {
            run.turn.take();
            var after =
                    row.with(
                            row.status(),
                            null,
                            database.now() + UNREADABLE_PAUSE_MILLIS,
                            row.context(),
                            why,
                            true,
                            null);
            if (run.gone) {
                run.turn.give();
            } else {
                commit(run, Change.of(row, after, null, false), run.context);
            }
        });
    }

    // --- nested sagas ---

    Database database() {
        return database;
    }

    World world() {
        return world;
    }

    String node() {
        return node;
    }

    <C> boolean begins(Run<C> run, Planner.Task<C> task, int generation) {
        run.turn.take();
        if (isVoid(run, task, generation)) {
            forget(run, task, generation);
            run.turn.give();
            return false;
        }
        return true;
    }

    /// Commits that a step waits for a nested saga. The caller has the turn, and has not any more.
    ///
    /// @param nested its id
    /// @param child its row where this starts it
    /// @param reopens its id where it was done and has to go back
    <C> void waits(
            Run<C> run,
            Planner.Task<C> task,
            String nested,
            @Nullable SagaRow child,
            @Nullable String reopens) {
        var old = run.steps.get(task.step().name());
        boolean alone = run.flying.size() == 1;
        long due =
                database.now()
                        + (alone ? NESTED_LOOK_MILLIS : options.node().heartbeat().toMillis());
        var state = task.undo() ? StepState.UNDOING : StepState.SENT;
        // One that left the memory looks as soon as it is back.
        var row = row(run, task, state, 0, alone ? 0 : due, null);
        var saga = run.row;
        var after =
                saga.with(
                        saga.status(),
                        alone ? null : saga.owner(),
                        alone ? Long.valueOf(due) : saga.due(),
                        saga.context(),
                        saga.why(),
                        false,
                        saga.command());
        var change = Change.of(run.before(), after, row, old == null);
        if (child != null) {
            change = change.starting(child);
        } else if (alone) {
            change = change.awaiting(nested);
        }
        if (reopens != null) {
            change = change.reopening(reopens);
        }
        commit(run, change, run.context);
    }
}
