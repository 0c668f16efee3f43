package dev.weir.lra;

import dev.weir.databases.PlainDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;

/// Coordinators on one database, each with a data source that can be taken away.
final class Nodes implements AutoCloseable {
    static final String BASE = "http://shop:8080/lra-coordinator";
    static final LraOptions OPTIONS =
            LraOptions.DEFAULT
                    .withLease(
                            Duration.ofMillis(200), Duration.ofMillis(800), Duration.ofMillis(300))
                    .withTimes(Duration.ofSeconds(1), Duration.ofSeconds(4))
                    .withPauses(Duration.ofMillis(200), Duration.ofMillis(400));

    private final DataSource source;
    private final List<LraCoordinator> coordinators = new ArrayList<>();
    private final List<Cut> cuts = new ArrayList<>();

    Nodes(DataSource source) {
        this.source = source;
    }

    LraCoordinator open(LraOptions options) {
        var cut = new Cut(source);
        cuts.add(cut);
        var coordinator = LraCoordinator.open(cut, options);
        coordinators.add(coordinator);
        return coordinator;
    }

    LraCoordinator open() {
        return open(OPTIONS.withNode("n" + coordinators.size()));
    }

    /// Ends a node as `kill -9` ends a process.
    void kill(LraCoordinator coordinator) {
        cut(coordinator).away = true;
        coordinator.dieForTests();
    }

    Cut cut(LraCoordinator coordinator) {
        return cuts.get(coordinators.indexOf(coordinator));
    }

    static LraResponse call(LraCoordinator at, String method, String path) {
        return call(at, method, path, Map.of(), "");
    }

    static LraResponse call(
            LraCoordinator at,
            String method,
            String path,
            Map<String, String> headers,
            String body) {
        int query = path.indexOf('?');
        var lists = new java.util.HashMap<String, List<String>>();
        headers.forEach((name, value) -> lists.put(name, List.of(value)));
        return at.answer(
                new LraRequest(
                        method,
                        BASE,
                        query < 0 ? path : path.substring(0, query),
                        query < 0 ? null : path.substring(query + 1),
                        lists,
                        body));
    }

    /// Starts an action.
    ///
    /// @return its id
    static String start(LraCoordinator at, String query) {
        var response = call(at, "POST", "/start" + query);
        if (response.status() != 201) {
            throw new AssertionError(response);
        }
        return Urls.id(response.body());
    }

    static LraResponse join(LraCoordinator at, String id, String links) {
        return call(at, "PUT", "/" + id, Map.of("Link", links), "");
    }

    static String end(LraCoordinator at, String id, String how) {
        var response = call(at, "PUT", "/" + id + "/" + how);
        if (response.status() != 200) {
            throw new AssertionError(response);
        }
        return response.body();
    }

    static String status(LraCoordinator at, String id) {
        return call(at, "GET", "/" + id + "/status").body();
    }

    static void await(String what, BooleanSupplier condition) {
        long since = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - since > TimeUnit.SECONDS.toNanos(10)) {
                throw new AssertionError("expected within 10 s: " + what);
            }
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        coordinators.forEach(LraCoordinator::close);
        try (var connection = source.getConnection();
                var statement = connection.createStatement()) {
            // The pool gives a connection as the last one left it.
            connection.setAutoCommit(true);
            for (var table : List.of("lra", "lra_participant", "lra_node")) {
                statement.execute("DELETE FROM weir_" + table);
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /// A data source that fails while it is cut.
    static final class Cut extends PlainDataSource {
        private final DataSource source;
        volatile boolean away;
        final AtomicInteger taken = new AtomicInteger();

        Cut(DataSource source) {
            this.source = source;
        }

        @Override
        public Connection getConnection() throws SQLException {
            if (away) {
                throw new SQLException("the database is away");
            }
            taken.incrementAndGet();
            return source.getConnection();
        }
    }
}
