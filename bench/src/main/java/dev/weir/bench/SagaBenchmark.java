package dev.weir.bench;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.dbos.transact.DBOS;
import dev.dbos.transact.config.DBOSConfig;
import dev.dbos.transact.workflow.Workflow;
import dev.weir.databases.PostgresServer;
import dev.weir.saga.Action;
import dev.weir.saga.Codec;
import dev.weir.saga.Saga;
import dev.weir.saga.SagaEngine;
import dev.weir.saga.SagaOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// Three-step sagas a second on a PostgreSQL of this machine, each step with a business write;
/// plain JDBC with the same statements, and DBOS Transact with empty steps, in the same run.
final class SagaBenchmark implements Benchmark {
    private static final int CLIENTS = 64;
    private static final int ACCOUNTS = 10_000;
    private static final Duration WARM = Duration.ofSeconds(5);
    private static final Duration LONG = Duration.ofSeconds(60);

    /// Accounts at random.
    interface Accounts {
        int next();
    }

    /// One saga, from its start to its end.
    private interface Client {
        void run() throws Exception;

        default void close() throws Exception {}
    }

    /// A client of its own for each thread.
    private interface Clients {
        Client open() throws Exception;
    }

    /// DBOS's shape of a workflow.
    public interface Flow {
        /// Runs the steps; their sum.
        int run(int steps);
    }

    /// A workflow of steps that do nothing.
    public static final class EmptyFlow implements Flow {
        private DBOS dbos;

        @Override
        @Workflow
        public int run(int steps) {
            int sum = 0;
            for (int i = 0; i < steps; i++) {
                int step = i;
                sum += dbos.<Integer, RuntimeException>runStep(() -> step, "s" + step);
            }
            return sum;
        }
    }

    private record Result(double perSecond, double medianMillis, double p99Millis) {}

    private final Duration length =
            Duration.ofSeconds(Integer.getInteger("weir.bench.seconds", 10));

    private final AtomicLong floors = new AtomicLong();

    @Override
    public String name() {
        return "saga";
    }

    @Override
    public void run(Report report) throws Exception {
        try (var postgres = PostgresServer.start();
                var pool = pool(postgres, CLIENTS + 8)) {
            prepare(pool);
            double commit = commitMillis(pool);
            report.row("one-row commit, one client, p50", commit, "ms");
            var floor = floor(report, pool, CLIENTS, "plain JDBC, commit per step, 64 clients");
            var step =
                    weir(
                            report,
                            pool,
                            saga("step", SagaBenchmark::execute, false),
                            CLIENTS,
                            "weir, transaction per step, 64 clients");
            var lone = floor(report, pool, 1, "plain JDBC, commit per step, 1 client");
            report.row(
                    "plain JDBC, one client alone, 3 steps, p50 in commits",
                    lone.medianMillis / commit,
                    "commits");
            var group =
                    weir(
                            report,
                            pool,
                            saga("group", SagaBenchmark::write, true),
                            CLIENTS,
                            "weir, group mode, 64 clients");
            var single =
                    weir(
                            report,
                            pool,
                            saga("one", SagaBenchmark::execute, false),
                            1,
                            "weir, transaction per step, 1 client");
            report.row(
                    "weir, one client alone, 3 steps, p50 in commits",
                    single.medianMillis / commit,
                    "commits");
            var declared =
                    weir(
                            report,
                            pool,
                            saga("declared", SagaBenchmark::write, false),
                            1,
                            "weir, transaction per step, declared writes, 1 client");
            report.row(
                    "weir, one client alone, 3 steps with declared writes, p50 in commits",
                    declared.medianMillis / commit,
                    "commits");
            var dbos = dbos(report, postgres);
            report.ratio(
                    "transaction per step, sagas/s",
                    "plain-jdbc",
                    step.perSecond / floor.perSecond);
            report.ratio("transaction per step, sagas/s", "dbos", step.perSecond / dbos.perSecond);
            report.ratio("group mode, sagas/s", "dbos", group.perSecond / dbos.perSecond);
        }
    }

    private static HikariDataSource pool(PostgresServer postgres, int size) {
        var config = new HikariConfig();
        config.setJdbcUrl(postgres.url());
        config.setUsername("postgres");
        config.setPassword("");
        config.setMaximumPoolSize(size);
        return new HikariDataSource(config);
    }

    private static void prepare(javax.sql.DataSource pool) throws SQLException {
        try (var connection = pool.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE account (id INT PRIMARY KEY, balance BIGINT)");
            statement.execute("CREATE TABLE tick (id INT)");
            statement.execute(
                    "INSERT INTO account SELECT g, 0 FROM generate_series(0, "
                            + (ACCOUNTS - 1)
                            + ") g");
            for (var table : SagaFloor.TABLES) {
                statement.execute(table);
            }
        }
    }

    private static double commitMillis(javax.sql.DataSource pool) throws SQLException {
        var times = new ArrayList<Long>();
        try (var connection = pool.getConnection();
                var insert = connection.prepareStatement("INSERT INTO tick VALUES (1)")) {
            for (int i = 0; i < 2000; i++) {
                long since = System.nanoTime();
                insert.executeUpdate();
                times.add(System.nanoTime() - since);
            }
        }
        return percentile(times, 50);
    }

    private static double percentile(Iterable<Long> nanos, int percent) {
        var list = new ArrayList<Long>();
        nanos.forEach(list::add);
        var sorted = list.stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(sorted);
        return sorted.length == 0
                ? 0
                : sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)] / 1e6;
    }

    private Result floor(Report report, javax.sql.DataSource pool, int clients, String name)
            throws Exception {
        return measure(
                report,
                name,
                clients,
                () -> {
                    Connection connection = pool.getConnection();
                    connection.setAutoCommit(false);
                    var floor = new SagaFloor(connection);
                    return new Client() {
                        @Override
                        public void run() throws SQLException {
                            floor.run(
                                    connection,
                                    floors.incrementAndGet(),
                                    () -> ThreadLocalRandom.current().nextInt(ACCOUNTS));
                        }

                        @Override
                        public void close() throws SQLException {
                            connection.close();
                        }
                    };
                });
    }

    private static Saga<String> saga(String name, Action<String> step, boolean grouped) {
        var saga = Saga.define(name, Codec.text());
        for (int i = 0; i < 3; i++) {
            saga.step("s" + i, step);
            if (grouped) {
                saga.grouped();
            }
        }
        return saga.build();
    }

    private static final String BUSINESS = "UPDATE account SET balance = balance + 1 WHERE id = ?";

    private static void write(dev.weir.saga.Step<String> step) {
        step.write(BUSINESS, ThreadLocalRandom.current().nextInt(ACCOUNTS));
    }

    private static void execute(dev.weir.saga.Step<String> step) throws SQLException {
        try (var statement = step.connection().prepareStatement(BUSINESS)) {
            statement.setInt(1, ThreadLocalRandom.current().nextInt(ACCOUNTS));
            statement.executeUpdate();
        }
    }

    private Result weir(
            Report report, javax.sql.DataSource pool, Saga<String> saga, int clients, String name)
            throws Exception {
        try (var engine =
                SagaEngine.open(pool, SagaOptions.DEFAULT.withPrefix(saga.name() + "_"), saga)) {
            return measure(
                    report,
                    name,
                    clients,
                    () -> () -> engine.start(saga, null, "{\"amount\":100}").await(LONG));
        }
    }

    private Result dbos(Report report, PostgresServer postgres) throws Exception {
        try (var pool = pool(postgres, CLIENTS / 2 + 4)) {
            var dbos = new DBOS(DBOSConfig.defaults("bench").withDataSource(pool));
            var flow = new EmptyFlow();
            flow.dbos = dbos;
            var proxy = dbos.registerProxy(Flow.class, flow);
            dbos.launch();
            var result =
                    measure(
                            report,
                            "DBOS Transact, empty steps, 64 clients",
                            CLIENTS,
                            () -> () -> proxy.run(3));
            dbos.shutdown();
            return result;
        }
    }

    private Result measure(Report report, String name, int clients, Clients open) throws Exception {
        var times = new ConcurrentLinkedQueue<Long>();
        var measuring = new AtomicBoolean();
        var stop = new AtomicBoolean();
        var threads = new ArrayList<Thread>();
        var failure = new ConcurrentLinkedQueue<Exception>();
        for (int i = 0; i < clients; i++) {
            threads.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    var client = open.open();
                                    while (!stop.get()) {
                                        long since = System.nanoTime();
                                        client.run();
                                        if (measuring.get()) {
                                            times.add(System.nanoTime() - since);
                                        }
                                    }
                                    client.close();
                                } catch (Exception e) {
                                    failure.add(e);
                                }
                            }));
        }
        Thread.sleep(WARM.toMillis());
        measuring.set(true);
        long since = System.nanoTime();
        Thread.sleep(length.toMillis());
        measuring.set(false);
        double seconds = (System.nanoTime() - since) / 1e9;
        stop.set(true);
        for (var thread : threads) {
            thread.join();
        }
        if (!failure.isEmpty()) {
            throw failure.peek();
        }
        var result =
                new Result(times.size() / seconds, percentile(times, 50), percentile(times, 99));
        report.row(name, result.perSecond, "sagas/s");
        report.row(name + ", p50", result.medianMillis, "ms");
        report.row(name + ", p99", result.p99Millis, "ms");
        return result;
    }
}
