package dev.weir.saga;

import dev.weir.saga.storage.Dialect;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/// H2 in memory, with the simulation's clock, behind JDBC objects that let others run and that
/// fail: before a statement, instead of a commit, after a commit, or before a commit that comes
/// later.
public final class SimDatabase {
    static final Dialect DIALECT =
            new Dialect(
                    "H2",
                    "SIM_MILLIS()",
                    "CHARACTER VARYING",
                    Dialect.H2_FILE.sequence(),
                    "",
                    false,
                    "");
    static volatile long millis = 1_700_000_000_000L;

    private final SimWorld world;
    private final String url;
    private final ArrayDeque<Connection> free = new ArrayDeque<>();
    private final Map<SimWorld.Process, List<Connection>> open = new HashMap<>();
    private final SimWorld.Process network;

    /// Probabilities, per mille.
    int failing;

    int switching = 300;
    int stopping = 4;
    int faults;

    SimDatabase(SimWorld world, String url) {
        this.world = world;
        this.url = url;
        this.network = world.new Process("network", 0);
    }

    /// The database's clock, for SQL.
    public static long millis() {
        return millis;
    }

    static void prepare(String url) throws SQLException {
        try (var connection = DriverManager.getConnection(url);
                var statement = connection.createStatement()) {
            statement.execute(
                    "CREATE ALIAS IF NOT EXISTS SIM_MILLIS NOBUFFER FOR 'dev.weir.saga.SimDatabase.millis'");
        }
    }

    Connection raw() throws SQLException {
        var connection = free.isEmpty() ? DriverManager.getConnection(url) : free.poll();
        connection.setAutoCommit(true);
        return connection;
    }

    void give(Connection raw) {
        try {
            raw.rollback();
            raw.setAutoCommit(true);
            free.push(raw);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    void close() throws SQLException {
        for (var raw : free) {
            raw.close();
        }
    }

    /// What the server does with the connections of a process that is gone.
    void disconnect(SimWorld.Process process) {
        for (var raw : open.getOrDefault(process, List.of())) {
            give(raw);
        }
        open.remove(process);
    }

    DataSource source(SimWorld.Process process) {
        return (DataSource)
                Proxy.newProxyInstance(
                        SimDatabase.class.getClassLoader(),
                        new Class<?>[] {DataSource.class},
                        (_, method, _) -> {
                            if (method.getName().equals("getConnection")) {
                                return connect(process);
                            }
                            throw new UnsupportedOperationException(method.getName());
                        });
    }

    private Connection connect(SimWorld.Process process) throws SQLException {
        process.check();
        if (fails()) {
            throw lost();
        }
        return new Link(process, raw()).proxy();
    }

    private boolean fails() {
        boolean fails = world.random.nextInt(1000) < failing;
        faults += fails ? 1 : 0;
        return fails;
    }

    private static SQLException lost() {
        return new SQLException("connection lost", "08006");
    }

    /// A connection of a process.
    private final class Link {
        private final SimWorld.Process process;
        private Connection raw;

        Link(SimWorld.Process process, Connection raw) {
            this.process = process;
            this.raw = raw;
            open.computeIfAbsent(process, _ -> new ArrayList<>()).add(raw);
        }

        Connection proxy() {
            return (Connection) proxy(Connection.class, this::call);
        }

        private Object proxy(Class<?> type, Call call) {
            return Proxy.newProxyInstance(
                    SimDatabase.class.getClassLoader(),
                    new Class<?>[] {type},
                    (_, method, arguments) -> call.run(method, arguments));
        }

        private Object call(java.lang.reflect.Method method, Object[] arguments) throws Throwable {
            switch (method.getName()) {
                case "close", "abort" -> {
                    if (!process.dead) {
                        release();
                    }
                    return null;
                }
                case "rollback" -> {
                    if (!process.dead && raw != null) {
                        raw.rollback();
                    }
                    return null;
                }
                case "commit" -> {
                    commit();
                    return null;
                }
                default -> {
                    var result = invoke(raw(), method, arguments);
                    return switch (result) {
                        case PreparedStatement made ->
                                proxy(PreparedStatement.class, (m, a) -> statement(made, m, a));
                        case Statement made ->
                                proxy(Statement.class, (m, a) -> statement(made, m, a));
                        case null, default -> result;
                    };
                }
            }
        }

        private Connection raw() throws SQLException {
            process.check();
            if (raw == null) {
                throw lost();
            }
            return raw;
        }

        private Object statement(
                Statement made, java.lang.reflect.Method method, Object[] arguments)
                throws Throwable {
            if (method.getName().equals("close")) {
                return null;
            }
            raw();
            if (method.getName().startsWith("execute")) {
                pause();
                if (fails()) {
                    release();
                    throw lost();
                }
            }
            return invoke(made, method, arguments);
        }

        private void commit() throws SQLException {
            raw();
            pause();
            if (!fails()) {
                raw().commit();
                return;
            }
            var mine = raw();
            switch (world.random.nextInt(3)) {
                case 0 -> release();
                case 1 -> {
                    mine.commit();
                    release();
                }
                default -> {
                    // The server gets it, later.
                    open.get(process).remove(mine);
                    raw = null;
                    network.after(
                            Duration.ofMillis(world.random.nextInt(400)),
                            () -> {
                                try {
                                    mine.commit();
                                } catch (SQLException e) {
                                    throw new IllegalStateException(e);
                                }
                                give(mine);
                            });
                }
            }
            throw lost();
        }

        private void pause() throws SQLException {
            if (process.name.startsWith("n") && world.random.nextInt(1000) < stopping) {
                // The whole process, in the midst of a transaction, past its lease.
                process.stoppedUntil = world.now + (2500L + world.random.nextInt(3000)) * 1_000_000;
                world.yield();
            }
            if (world.random.nextInt(1000) < switching) {
                world.yield();
            }
            raw();
        }

        private void release() {
            if (raw != null && open.containsKey(process) && open.get(process).remove(raw)) {
                give(raw);
            }
            raw = null;
        }
    }

    private interface Call {
        Object run(java.lang.reflect.Method method, Object[] arguments) throws Throwable;
    }

    private static Object invoke(Object target, java.lang.reflect.Method method, Object[] arguments)
            throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
