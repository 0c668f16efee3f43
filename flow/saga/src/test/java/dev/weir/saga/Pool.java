package dev.weir.saga;

import dev.weir.databases.PlainDataSource;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/// The smallest pool of connections, which counts commits and statements. It gives connections out
/// as they came back.
final class Pool extends PlainDataSource implements AutoCloseable {
    final AtomicLong commits = new AtomicLong();
    final AtomicLong statements = new AtomicLong();

    /// Whether a connection came back with a transaction that goes on.
    final AtomicBoolean left = new AtomicBoolean();

    private final Opener source;
    private final ConcurrentLinkedDeque<Connection> free = new ConcurrentLinkedDeque<>();

    /// What opens connections.
    interface Opener {
        Connection open() throws SQLException;
    }

    Pool(DataSource source) {
        this((Opener) source::getConnection);
    }

    Pool(Opener source) {
        this.source = source;
    }

    @Override
    public Connection getConnection() throws SQLException {
        var real = take();
        var closed = new boolean[1];
        return (Connection)
                Proxy.newProxyInstance(
                        Pool.class.getClassLoader(),
                        new Class<?>[] {Connection.class},
                        (_, method, arguments) -> {
                            switch (method.getName()) {
                                case "close" -> {
                                    if (!closed[0]) {
                                        closed[0] = true;
                                        give(real);
                                    }
                                    return null;
                                }
                                case "commit" -> commits.incrementAndGet();
                                case "createStatement", "prepareStatement" ->
                                        statements.incrementAndGet();
                                default -> {}
                            }
                            try {
                                return method.invoke(real, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    private Connection take() throws SQLException {
        for (var taken = free.poll(); taken != null; taken = free.poll()) {
            if (works(taken)) {
                return taken;
            }
            taken.close();
        }
        return source.open();
    }

    /// H2 calls a connection valid when its database is gone.
    private static boolean works(Connection connection) {
        try (var statement = connection.createStatement()) {
            return connection.isValid(1) && statement.execute("SELECT 1");
        } catch (SQLException e) {
            return false;
        }
    }

    private void give(Connection real) {
        try {
            if (!real.isClosed()) {
                left.compareAndSet(false, !real.getAutoCommit());
                free.push(real);
            }
        } catch (SQLException e) {
            try {
                real.close();
            } catch (SQLException ignored) {
                // Of no use any more.
            }
        }
    }

    @Override
    public void close() throws SQLException {
        for (var real = free.poll(); real != null; real = free.poll()) {
            real.close();
        }
    }
}
