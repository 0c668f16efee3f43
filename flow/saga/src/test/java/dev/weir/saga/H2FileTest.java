package dev.weir.saga;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.databases.PlainDataSource;
import dev.weir.saga.storage.Dialect;
import dev.weir.saga.storage.Storage;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// H2 copies its maps to disk one after the other: what is written meanwhile may be there by half
/// after a kill.
class H2FileTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir Path folder;

    @Test
    void nothingIsWrittenWhileH2CopiesToDisk() throws Exception {
        var watched = new Watched(source());
        try (var pool = new Pool(watched)) {
            Effects.create(pool);
            var saga = Effects.saga();
            var grouped =
                    Saga.define("grouped", Codec.text()).step("one", _ -> {}).grouped().build();
            // Two engines, as what shares the file must wait for each other.
            try (var one = SagaEngine.open(pool, SagaOptions.DEFAULT, saga, grouped);
                    var two = SagaEngine.open(pool, SagaOptions.DEFAULT, saga, grouped)) {
                var handles = new ArrayList<SagaHandle>();
                for (int i = 0; i < 100; i++) {
                    var engine = i % 2 == 0 ? one : two;
                    handles.add(engine.start(i % 4 < 2 ? saga : grouped, null, "x"));
                }
                for (var handle : handles) {
                    assertThat(handle.await(LONG).status()).isEqualTo(SagaStatus.DONE);
                }
            }
        }
        assertThat(watched.copies).hasValueGreaterThan(20);
        assertThat(watched.written).hasValueGreaterThan(300);
        // None, but for those that a busy machine leaves so long that the copy waits no more.
        assertThat(watched.meanwhile).hasSizeLessThan(watched.copies.get() / 10);
    }

    @Test
    void aCopyDoesNotWaitForWhoWaitsForARow() throws Exception {
        var source = source();
        source.setURL(source.getURL() + ";LOCK_TIMEOUT=120000");
        try (var pool = new Pool(source);
                var keep = pool.getConnection();
                var create = keep.createStatement()) {
            create.execute("CREATE TABLE t (id INT PRIMARY KEY, n INT)");
            create.execute("INSERT INTO t VALUES (1, 0), (2, 0)");
            var storage = new Storage(pool, Dialect.H2_FILE);
            var waits = new CountDownLatch(1);
            CompletableFuture<Integer> waiter;
            try (var holder = storage.connect()) {
                add(holder.connection(), 1);
                waiter =
                        async(
                                storage,
                                connection -> {
                                    waits.countDown();
                                    return add(connection, 1);
                                });
                assertThat(waits.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
                EngineContract.until(() -> isBlocked(create));
                assertThat(async(storage, connection -> add(connection, 2))).succeedsWithin(LONG);
                assertThat(waiter).isNotDone();
                storage.commit(holder.connection());
            }
            assertThat(waiter).succeedsWithin(LONG);
            try (var rows = create.executeQuery("SELECT SUM(n) FROM t")) {
                rows.next();
                assertThat(rows.getInt(1)).isEqualTo(3);
            }
        }
    }

    private static CompletableFuture<Integer> async(Storage storage, Storage.Work<Integer> work) {
        var ended = new CompletableFuture<Integer>();
        Thread.startVirtualThread(() -> {
            try {
                ended.complete(storage.transact(work));
            } catch (SQLException e) {
                ended.completeExceptionally(e);
            }
        });
        return ended;
    }

    private static int add(Connection connection, int id) throws SQLException {
        try (var update = connection.prepareStatement("UPDATE t SET n = n + 1 WHERE id = ?")) {
            update.setInt(1, id);
            assertThat(update.getConnection()).isSameAs(connection);
            return update.executeUpdate();
        }
    }

    private static boolean isBlocked(Statement statement) throws SQLException {
        var blocked =
                "SELECT COUNT(*) FROM INFORMATION_SCHEMA.SESSIONS WHERE BLOCKER_ID IS NOT NULL";
        try (var rows = statement.executeQuery(blocked)) {
            rows.next();
            return rows.getInt(1) > 0;
        }
    }

    private JdbcDataSource source() {
        var source = new JdbcDataSource();
        source.setURL("jdbc:h2:" + folder.resolve("db"));
        return source;
    }

    /// H2's connections, and what is done by them while one copies to disk.
    private static final class Watched extends PlainDataSource {
        final AtomicInteger copies = new AtomicInteger();
        final AtomicInteger written = new AtomicInteger();
        final List<String> meanwhile = new ArrayList<>();

        private final DataSource source;
        private final List<String> running = new ArrayList<>();
        private boolean copying;

        Watched(DataSource source) {
            this.source = source;
        }

        @Override
        public Connection getConnection() throws SQLException {
            return watched(Connection.class, source.getConnection(), "");
        }

        private <T> T watched(Class<T> type, T real, String sql) {
            return type.cast(
                    Proxy.newProxyInstance(
                            Watched.class.getClassLoader(),
                            new Class<?>[] {type},
                            (_, method, arguments) -> {
                                var name = method.getName();
                                var first =
                                        arguments != null && arguments[0] instanceof String text
                                                ? text
                                                : sql;
                                boolean counts =
                                        name.equals("commit")
                                                || name.equals("rollback")
                                                || name.startsWith("execute")
                                                        && !first.equals("SELECT 1");
                                boolean copy = first.startsWith("CHECKPOINT");
                                var what = name + " " + first;
                                if (counts) {
                                    begin(what, copy);
                                }
                                try {
                                    var result = method.invoke(real, arguments);
                                    return switch (result) {
                                        case PreparedStatement s ->
                                                watched(PreparedStatement.class, s, first);
                                        case Statement s -> watched(Statement.class, s, "");
                                        case null, default -> result;
                                    };
                                } catch (InvocationTargetException e) {
                                    throw e.getCause();
                                } finally {
                                    if (counts) {
                                        end(what, copy);
                                    }
                                }
                            }));
        }

        private synchronized void begin(String what, boolean copy) {
            if (copy) {
                copies.incrementAndGet();
                copying = true;
                meanwhile.addAll(running);
            } else {
                written.incrementAndGet();
                running.add(what);
                if (copying) {
                    meanwhile.add(what);
                }
            }
        }

        private synchronized void end(String what, boolean copy) {
            if (copy) {
                copying = false;
            } else {
                running.remove(what);
            }
        }
    }
}
