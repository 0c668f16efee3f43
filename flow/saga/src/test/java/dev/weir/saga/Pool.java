package dev.weir.saga;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Logger;
import javax.sql.DataSource;

/// The smallest pool of connections, which counts commits.
final class Pool implements DataSource, AutoCloseable {
    final AtomicLong commits = new AtomicLong();
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
        var taken = free.poll();
        var real = taken != null && taken.isValid(1) ? taken : source.open();
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
                                default -> {}
                            }
                            try {
                                return method.invoke(real, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    private void give(Connection real) {
        try {
            if (!real.isClosed()) {
                if (!real.getAutoCommit()) {
                    real.rollback();
                    real.setAutoCommit(true);
                }
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

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return getConnection();
    }

    @Override
    public PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter out) {}

    @Override
    public void setLoginTimeout(int seconds) {}

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }

    @Override
    public <T> T unwrap(Class<T> type) {
        throw new IllegalStateException();
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
