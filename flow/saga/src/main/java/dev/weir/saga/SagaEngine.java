package dev.weir.saga;

import dev.weir.saga.storage.Dialect;
import dev.weir.saga.storage.Storage;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Runs sagas on this node, keeps them in the service's database, and finishes those of nodes that
/// died. Every node of a service opens one, on the same database; none is special.
///
/// Thread-safe. Actions run on virtual threads. The data source should pool connections; the engine
/// keeps one for its lease, and takes one for each local step while it lasts and one or two beside
/// them: two in all is the least with which it works.
public final class SagaEngine implements AutoCloseable {
    private final SagaOptions options;
    private final World world;
    private final Database database;
    private final Map<String, Saga<?>> versions = new LinkedHashMap<>();
    private final Patrol patrol;
    private volatile boolean closed;

    private SagaEngine(
            DataSource source,
            SagaOptions options,
            List<Saga<?>> sagas,
            World world,
            @Nullable Dialect dialect) {
        this.options = options;
        this.world = world;
        for (var saga : sagas) {
            add(saga);
        }
        var node = options.node().name() + "/" + id(world).substring(12);
        this.database = database(source, dialect, node);
        this.patrol =
                new Patrol(
                        world, database, options, node, versions, new Traces(options.telemetry()));
    }

    /// Opens an engine: makes or migrates the tables, and goes on with what is there to do.
    ///
    /// @param sagas the definitions that this node can run, older versions of them too
    /// @throws SagaException `DATABASE`; `FUTURE` when a newer library made the tables; `STATE` for
    ///   a database that is not supported
    public static SagaEngine open(DataSource source, SagaOptions options, Saga<?>... sagas) {
        var world = new World.Real();
        try {
            return open(source, options, List.of(sagas), world, null);
        } catch (RuntimeException e) {
            world.close();
            throw e;
        }
    }

    static SagaEngine open(
            DataSource source,
            SagaOptions options,
            List<Saga<?>> sagas,
            World world,
            @Nullable Dialect dialect) {
        var engine = new SagaEngine(source, options, sagas, world, dialect);
        engine.world.fork(engine.patrol::look);
        return engine;
    }

    private Database database(DataSource source, @Nullable Dialect dialect, String node) {
        try {
            var storage =
                    dialect == null
                            ? Storage.open(source, SagaSchema.SCHEMA, options.node().prefix())
                            : new Storage(source, dialect);
            var tables = new Tables(storage.dialect(), options.node().prefix());
            var made =
                    new Database(storage, tables, world, node, options.node().lease().toMillis());
            var look =
                    storage.transact(connection -> {
                        // Here, so that no two of this node's transactions begin its lease.
                        tables.heartbeat(connection, node, options.node().lease().toMillis());
                        return tables.look(connection, node, 1, List.of());
                    });
            made.now(look.now());
            return made;
        } catch (SQLException e) {
            throw new SagaException(
                    SagaException.Code.DATABASE, "cannot open: " + e.getMessage(), e);
        }
    }

    private void add(Saga<?> saga) {
        var old = versions.put(saga.toString(), saga);
        for (var step : saga.steps().values()) {
            if (step.work() instanceof Work.Nested<?, ?> nested && old != saga) {
                add(nested.saga());
            }
        }
    }

    // --- starting
    // ----------------------------------------------------------------------------------------------

    /// Starts a saga. It is in the database when its first step is; a first step that is remote or
    /// fails is there with its intent or failure.
    ///
    /// @param key a business key, unique among the sagas of the definition, up to 200 characters;
    ///   null for none
    /// @throws SagaException `BUSY` when the node stays full for the time of admission, `PAUSED`,
    ///   `CLOSED`
    public <C> SagaHandle start(Saga<C> saga, @Nullable String key, C context) {
        check(saga, key);
        var row = row(saga, key, saga.codec().encode(context), database.node(), database.now());
        if (!patrol.admit()) {
            throw new SagaException(
                    SagaException.Code.BUSY,
                    "expected at most " + options.active() + " sagas in memory; try later");
        }
        var done = new CompletableFuture<SagaView>();
        patrol.begin(saga, row, context, done);
        return new SagaHandle(row.id(), done);
    }

    /// Starts a saga in the caller's transaction: when that is committed, some node runs it, within
    /// the time of a look.
    ///
    /// @param connection whose transaction the caller commits
    /// @param at when it shall begin, by the database's clock; null for at once
    /// @throws SagaException `DUPLICATE`, which leaves PostgreSQL's transaction failed; `DATABASE`,
    ///   `PAUSED`, `CLOSED`
    public <C> String enlist(
            Connection connection,
            Saga<C> saga,
            @Nullable String key,
            C context,
            @Nullable Instant at) {
        check(saga, key);
        long due = at == null ? database.now() : at.toEpochMilli();
        var row = row(saga, key, saga.codec().encode(context), null, due);
        try {
            database.tables().apply(connection, List.of(Change.of(null, row, null, false)), false);
            return row.id();
        } catch (SQLException e) {
            throw new SagaException(
                    Faults.isDuplicate(e)
                            ? SagaException.Code.DUPLICATE
                            : SagaException.Code.DATABASE,
                    "saga " + saga.name() + " with the key " + key + ": " + e.getMessage(),
                    e);
        } catch (FencedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Schedules a saga: it is in the database when this returns, and begins at that time, on any
    /// node.
    ///
    /// @throws SagaException as [#enlist]
    public <C> SagaHandle schedule(Saga<C> saga, @Nullable String key, C context, Instant at) {
        var id = transact(connection -> enlist(connection, saga, key, context, at));
        var done = new CompletableFuture<SagaView>();
        patrol.watch(id, done);
        patrol.poke();
        return new SagaHandle(id, done);
    }

    private void check(Saga<?> saga, @Nullable String key) {
        if (closed) {
            throw new SagaException(SagaException.Code.CLOSED, "the engine is closed");
        }
        if (versions.get(saga.toString()) != saga) {
            throw new IllegalArgumentException("engine was opened without " + saga);
        }
        if (key != null && key.length() > 200) {
            throw new IllegalArgumentException(
                    "key: expected up to 200 characters, found " + key.length());
        }
        if (patrol.isPaused(saga.name())) {
            throw new SagaException(
                    SagaException.Code.PAUSED, "saga " + saga.name() + " is paused");
        }
    }

    private SagaRow row(
            Saga<?> saga, @Nullable String key, String context, @Nullable String owner, long due) {
        if (context.length() > options.contextSize()) {
            throw new IllegalArgumentException(
                    "context: expected at most "
                            + options.contextSize()
                            + " characters, found "
                            + context.length());
        }
        var limit = saga.deadline();
        return new SagaRow(
                id(world),
                saga.name(),
                saga.version(),
                key,
                SagaStatus.RUNNING,
                owner,
                1,
                0,
                due,
                limit == null ? null : Long.valueOf(due + limit.toMillis()),
                database.now(),
                context,
                null,
                false,
                null,
                null,
                Traces.current());
    }

    /// Time first, so that new ones are neighbours in the index.
    private static String id(World world) {
        var hex = HexFormat.of();
        return hex.toHexDigits(world.millis(), 12)
                + hex.toHexDigits(world.random().nextLong(), 12)
                + hex.toHexDigits(world.random().nextLong(), 8);
    }

    // --- looking
    // -----------------------------------------------------------------------------------------------

    /// A saga with its history.
    public Optional<SagaView> find(String id) {
        return Optional.ofNullable(
                transact(c -> {
                    var row = database.tables().saga(c, id);
                    return row == null
                            ? null
                            : SagaView.of(row, database.tables().steps(c, id).values());
                }));
    }

    /// The saga of a definition that has the business key, with its history.
    public Optional<SagaView> find(String definition, String key) {
        return Optional.ofNullable(
                transact(c -> {
                    var row = database.tables().saga(c, definition, key);
                    return row == null
                            ? null
                            : SagaView.of(row, database.tables().steps(c, row.id()).values());
                }));
    }

    /// Sagas without their history, the newest first.
    ///
    /// @param definition only those of that name; null for all
    /// @param status only those with that status; null for all
    /// @param limit the greatest count, 1 to 10,000
    public List<SagaView> list(
            @Nullable String definition, @Nullable SagaStatus status, int limit) {
        var condition = new StringBuilder("WHERE 1 = 1");
        var values = new ArrayList<@Nullable Object>();
        if (definition != null) {
            condition.append(" AND def = ?");
            values.add(definition);
        }
        if (status != null) {
            condition.append(" AND status = ?");
            values.add(status.name());
        }
        condition.append(" ORDER BY id DESC LIMIT ").append(Math.clamp(limit, 1, 10_000));
        return views(condition.toString(), values.toArray());
    }

    /// Sagas that go nowhere, and why: those whose owner says so, and those that are due and that
    /// nobody takes, as their definition is paused or no live node has its version.
    ///
    /// @param limit the greatest count, 1 to 10,000
    public List<SagaView> stuck(int limit) {
        long late = database.now() - 5 * options.node().lease().toMillis();
        var found =
                views(
                        "s WHERE due IS NOT NULL AND (stuck = 1 OR due < ? AND (owner IS NULL"
                                + " OR NOT EXISTS (SELECT 1 FROM $node n WHERE n.id = s.owner"
                                + " AND n.expires > ?))) ORDER BY due LIMIT "
                                + Math.clamp(limit, 1, 10_000),
                        late,
                        late);
        return found.stream().map(this::explained).toList();
    }

    private SagaView explained(SagaView view) {
        if (view.stuck()) {
            return view;
        }
        var why =
                patrol.isPaused(view.definition())
                        ? "the definition is paused"
                        : versions.containsKey(view.definition() + "@" + view.version())
                                ? "no node has taken it yet"
                                : "waits for a node that has "
                                        + view.definition()
                                        + "@"
                                        + view.version();
        return new SagaView(
                view.id(),
                view.definition(),
                view.version(),
                view.key(),
                view.status(),
                null,
                view.created(),
                view.due(),
                view.context(),
                why,
                true,
                view.steps());
    }

    private List<SagaView> views(String condition, @Nullable Object... values) {
        return transact(c -> {
            var views = new ArrayList<SagaView>();
            for (var row : database.tables().sagas(c, condition, values)) {
                views.add(SagaView.of(row, List.of()));
            }
            return views;
        });
    }

    // --- operating
    // ---------------------------------------------------------------------------------------------

    /// Compensates a saga, unless it is beyond its pivot. Whoever owns it does so, within a look.
    ///
    /// @throws SagaException `STATE` when the saga is at its end, `NOT_FOUND`, `DATABASE`
    public void cancel(String id, String reason) {
        command(id, Command.CANCEL + " " + reason);
    }

    /// Tries now what waits to be tried again.
    ///
    /// @throws SagaException as [#cancel]
    public void retry(String id) {
        command(id, Command.RETRY);
    }

    /// Counts a step as done, or, in a saga that is compensated, as undone.
    ///
    /// @throws SagaException as [#cancel]
    public void skip(String id, String step) {
        command(id, Command.SKIP + " " + step);
    }

    /// Compensates a saga even if it is beyond its pivot.
    ///
    /// @throws SagaException as [#cancel]
    public void compensate(String id, String reason) {
        command(id, Command.COMPENSATE + " " + reason);
    }

    /// Gives a saga up, as it is: nothing is done or undone any more.
    ///
    /// @throws SagaException as [#cancel]
    public void abandon(String id, String reason) {
        command(id, Command.ABANDON + " " + reason);
    }

    private void command(String id, String command) {
        var text = command.length() > 1000 ? command.substring(0, 1000) : command;
        int count = transact(connection -> database.tables().command(connection, id, text));
        if (count == 0) {
            var row = transact(connection -> database.tables().saga(connection, id));
            throw row == null
                    ? new SagaException(SagaException.Code.NOT_FOUND, "no saga " + id)
                    : new SagaException(
                            SagaException.Code.STATE, "saga " + id + " is " + row.status());
        }
        patrol.poke();
    }

    /// Lets no node start sagas of a definition, or take them over; those in memory go on. Nodes
    /// know of it with their next look.
    public void pause(String definition) {
        setPaused(definition, true);
    }

    /// Takes [#pause] back.
    public void resume(String definition) {
        setPaused(definition, false);
    }

    private void setPaused(String definition, boolean pause) {
        transact(connection -> {
            database.tables().pause(connection, definition, pause);
            return true;
        });
        patrol.poke();
    }

    /// How many sagas this node has in memory.
    public int active() {
        return patrol.active();
    }

    private <T extends @Nullable Object> T transact(Storage.Work<T> work) {
        try {
            return database.transact(work);
        } catch (SQLException e) {
            throw new SagaException(SagaException.Code.DATABASE, String.valueOf(e.getMessage()), e);
        }
    }

    /// Stops as a process does that is killed: what it owns it owns until its lease is over.
    void dieForTests() {
        closed = true;
        patrol.die();
    }

    /// Stops, without waiting for steps that run: their transactions are rolled back or commit, and
    /// other nodes go on with the sagas at once.
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            patrol.close();
            if (world instanceof World.Real real) {
                real.close();
            }
        }
    }
}
