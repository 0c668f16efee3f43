package dev.weir.saga;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/// The server's JDBC objects as the processes of a world have them: they let others run, and they
/// fail: before a statement, instead of a commit, after a commit, or before a commit that comes
/// later.
final class SimDatabase {
    private final SimWorld world;
    private final SimServer server;
    private final SimMutant mutant;
    private final Map<SimWorld.Process, List<SimServer.Session>> open = new HashMap<>();
    private final SimWorld.Process network;
    private final List<SimServer.Session> late = new ArrayList<>();

    /// Probabilities, per mille.
    int failing;

    int switching = 300;
    int stopping = 4;
    int faults;

    /// How often the engine would have done something else.
    int mutations;

    SimDatabase(SimWorld world, SimServer server, SimMutant mutant) {
        this.world = world;
        this.server = server;
        this.mutant = mutant;
        this.network = world.new Process("network", 0);
    }

    /// Lets commits arrive that the world ended before.
    void settle() {
        List.copyOf(late).forEach(this::arrive);
    }

    private void arrive(SimServer.Session session) {
        late.remove(session);
        try {
            session.connection.commit();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        server.give(session);
    }

    /// What the server does with the connections of a process that is gone.
    void disconnect(SimWorld.Process process) {
        for (var raw : open.getOrDefault(process, List.of())) {
            server.give(raw);
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
        return new Link(process, server.take()).proxy();
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
        private SimServer.Session raw;

        Link(SimWorld.Process process, SimServer.Session raw) {
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
                        raw.connection.rollback();
                    }
                    return null;
                }
                case "commit" -> {
                    commit();
                    return null;
                }
                case "setAutoCommit" -> {
                    raw();
                    return null;
                }
                case "prepareStatement" -> {
                    return prepare((String) arguments[0]);
                }
                default -> {
                    return invoke(raw().connection, method, arguments);
                }
            }
        }

        private Object prepare(String text) throws SQLException {
            var session = raw();
            var sql = mutant.sql(text);
            mutations += sql.equals(text) ? 0 : 1;
            var made = session.prepare(sql);
            return proxy(PreparedStatement.class, (m, a) -> statement(session, sql, made, m, a));
        }

        private SimServer.Session raw() throws SQLException {
            process.check();
            if (raw == null) {
                throw lost();
            }
            return raw;
        }

        private Object statement(
                SimServer.Session session,
                String sql,
                PreparedStatement made,
                java.lang.reflect.Method method,
                Object[] arguments)
                throws Throwable {
            if (method.getName().equals("close")) {
                session.done(sql, made);
                return null;
            }
            raw();
            if (!method.getName().startsWith("execute")) {
                return invoke(made, method, arguments);
            }
            pause();
            if (fails()) {
                release();
                throw lost();
            }
            return switch (invoke(made, method, arguments)) {
                case Integer rows -> count(sql, rows);
                case int[] rows -> Arrays.stream(rows).map(each -> count(sql, each)).toArray();
                case Object other -> other;
            };
        }

        private int count(String sql, int rows) {
            int count = mutant.count(sql, rows);
            mutations += count == rows ? 0 : 1;
            return count;
        }

        private void commit() throws SQLException {
            raw();
            pause();
            if (!fails()) {
                raw().connection.commit();
                return;
            }
            var mine = raw();
            switch (world.random.nextInt(3)) {
                case 0 -> release();
                case 1 -> {
                    mine.connection.commit();
                    release();
                }
                default -> {
                    // The server gets it, later.
                    open.get(process).remove(mine);
                    raw = null;
                    late.add(mine);
                    network.after(Duration.ofMillis(world.random.nextInt(400)), () -> arrive(mine));
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
                server.give(raw);
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
