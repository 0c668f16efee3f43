package dev.weir.saga;

import dev.weir.databases.PlainDataSource;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;

/// A data source that lends few connections, and says so after a while, as pools do.
final class NarrowSource extends PlainDataSource {
    private static final long PATIENCE_MILLIS = 50;

    private final DataSource source;
    private final Semaphore free;

    NarrowSource(DataSource source, int most) {
        this.source = source;
        this.free = new Semaphore(most, true);
    }

    int free() {
        return free.availablePermits();
    }

    @Override
    public Connection getConnection() throws SQLException {
        boolean taken;
        try {
            taken = free.tryAcquire(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException(e);
        }
        if (!taken) {
            throw new SQLTransientConnectionException("all connections are taken");
        }
        Connection real;
        try {
            real = source.getConnection();
        } catch (SQLException | RuntimeException e) {
            free.release();
            throw e;
        }
        var closed = new AtomicBoolean();
        return (Connection)
                Proxy.newProxyInstance(
                        NarrowSource.class.getClassLoader(),
                        new Class<?>[] {Connection.class},
                        (_, method, arguments) -> {
                            try {
                                return method.invoke(real, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            } finally {
                                if (method.getName().equals("close")
                                        && closed.compareAndSet(false, true)) {
                                    free.release();
                                }
                            }
                        });
    }
}
