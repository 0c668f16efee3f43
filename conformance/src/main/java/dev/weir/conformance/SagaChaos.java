package dev.weir.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/// Kills and stops the nodes of a service that runs orders as sagas, and its database; afterwards
/// nothing is lost, done twice or left over. A kill passes when other nodes own all of the dead
/// one's sagas in time.
final class SagaChaos implements Suite {
    private static final int NODES = 3;
    private static final int KILLS = 30;
    private static final long TAKEOVER_NANOS = 60_000_000_000L;
    private static final int MONEY = 1000;

    private final Process[] nodes = new Process[NODES];
    private long longestTakeover;
    private int databaseStops;
    private int pauses;

    @Override
    public String name() {
        return "saga-chaos";
    }

    @Override
    public String summary() {
        return "kill -9, SIGSTOP and stops of PostgreSQL while 3 JVMs run sagas, then all is conserved (--kills N, --seed N)";
    }

    @Override
    public void run(Report report) throws Exception {
        int kills = report.option("kills", KILLS);
        var random = new Random(report.option("seed", 42));
        try (var postgres = PostgresPeer.start()) {
            prepare(postgres);
            try {
                for (int i = 0; i < NODES; i++) {
                    start(postgres, i);
                }
                awaitFirst(postgres);
                for (int kill = 1; kill <= kills; kill++) {
                    report.check("kill " + kill, () -> cycle(postgres, random));
                    report.progress(kill, kills);
                }
                finish(report, postgres);
            } finally {
                for (var node : nodes) {
                    if (node != null) {
                        signal(node, "CONT");
                        node.toHandle().destroyForcibly();
                        node.waitFor(10, TimeUnit.SECONDS);
                    }
                }
            }
        }
    }

    private void prepare(PostgresPeer postgres) throws SQLException {
        try (var connection = connect(postgres);
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE account (id INT PRIMARY KEY, balance INT NOT NULL)");
            statement.execute("CREATE TABLE stock (item INT PRIMARY KEY, count INT NOT NULL)");
            statement.execute("CREATE TABLE effect (saga VARCHAR(32), step VARCHAR(20), undo INT)");
            statement.execute("CREATE INDEX effect_saga ON effect (saga)");
            statement.execute(
                    "INSERT INTO account SELECT g, "
                            + MONEY
                            + " FROM generate_series(0, "
                            + (SagaChaosNode.ACCOUNTS - 1)
                            + ") g");
            statement.execute(
                    "INSERT INTO stock SELECT g, 0 FROM generate_series(0, "
                            + (SagaChaosNode.ITEMS - 1)
                            + ") g");
        }
    }

    private void start(PostgresPeer postgres, int index) throws IOException {
        var process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-Xmx128m",
                                "-Dslf4j.internal.verbosity=ERROR",
                                "-cp",
                                System.getProperty("java.class.path"),
                                SagaChaosNode.class.getName(),
                                postgres.url(),
                                "n" + index)
                        .redirectErrorStream(true)
                        .start();
        nodes[index] = process;
        Thread.ofVirtual().start(() -> drain(process));
    }

    private static void awaitFirst(PostgresPeer postgres)
            throws SQLException, InterruptedException {
        long since = System.nanoTime();
        while (true) {
            try {
                if (count(postgres, "SELECT COUNT(*) FROM weir_saga WHERE due IS NULL") > 0) {
                    return;
                }
            } catch (SQLException e) {
                if (System.nanoTime() - since > TAKEOVER_NANOS) {
                    throw e;
                }
            }
            Thread.sleep(200);
        }
    }

    private static void drain(Process process) {
        try (var lines = process.inputReader(UTF_8)) {
            while (lines.readLine() != null) {
                // Drivers warn of lost connections, as they should.
            }
        } catch (IOException e) {
            // It is dead.
        }
    }

    /// Lets the nodes work, hurts one or the database, and waits for the takeover.
    private void cycle(PostgresPeer postgres, Random random)
            throws IOException, InterruptedException, SQLException {
        Thread.sleep(500 + random.nextInt(1500));
        int what = random.nextInt(6);
        if (what == 0) {
            databaseStops++;
            postgres.stop();
            Thread.sleep(random.nextInt(1000));
            postgres.boot();
        } else if (what == 1) {
            // Longer than a lease: what this node wakes up with belongs to others.
            pauses++;
            var stopped = nodes[random.nextInt(NODES)];
            signal(stopped, "STOP");
            Thread.sleep(2500 + random.nextInt(1500));
            signal(stopped, "CONT");
        }
        int victim = random.nextInt(NODES);
        var node = nodes[victim];
        node.toHandle().destroyForcibly();
        node.waitFor(10, TimeUnit.SECONDS);
        long since = System.nanoTime();
        awaitTakeover(postgres, "n" + victim, since);
        longestTakeover = Math.max(longestTakeover, System.nanoTime() - since);
        start(postgres, victim);
    }

    private void awaitTakeover(PostgresPeer postgres, String node, long since)
            throws SQLException, InterruptedException {
        while (count(
                        postgres,
                        "SELECT COUNT(*) FROM weir_saga WHERE due IS NOT NULL AND owner LIKE '"
                                + node
                                + "/%'")
                > 0) {
            if (System.nanoTime() - since > TAKEOVER_NANOS) {
                throw new AssertionError("sagas of " + node + " are left after 60 s");
            }
            Thread.sleep(50);
        }
    }

    private void finish(Report report, PostgresPeer postgres)
            throws IOException, InterruptedException, SQLException {
        for (var node : nodes) {
            node.getOutputStream().write('q');
            node.getOutputStream().flush();
        }
        long since = System.nanoTime();
        while (count(postgres, "SELECT COUNT(*) FROM weir_saga WHERE due IS NOT NULL") > 0
                && System.nanoTime() - since < TAKEOVER_NANOS) {
            Thread.sleep(100);
        }
        zero(
                report,
                postgres,
                "no saga is stranded",
                "SELECT COUNT(*) FROM weir_saga WHERE due IS NOT NULL");
        zero(
                report,
                postgres,
                "money is conserved",
                "SELECT SUM(balance) - " + MONEY * SagaChaosNode.ACCOUNTS + " FROM account");
        zero(
                report,
                postgres,
                "stock is what done orders took",
                "SELECT (SELECT SUM(count) FROM stock) + (SELECT COUNT(*) FROM weir_saga WHERE status = 'DONE')");
        zero(
                report,
                postgres,
                "no effect is there twice",
                "SELECT COUNT(*) FROM (SELECT 1 FROM effect GROUP BY saga, step, undo HAVING COUNT(*) > 1) x");
        zero(
                report,
                postgres,
                "done orders have all effects and none taken back",
                "SELECT COUNT(*) FROM weir_saga s WHERE s.status = 'DONE' AND ((SELECT COUNT(*) FROM effect e WHERE e.saga = s.id AND e.undo = 0) <> 5"
                        + " OR EXISTS (SELECT 1 FROM effect e WHERE e.saga = s.id AND e.undo = 1))");
        zero(
                report,
                postgres,
                "compensated orders have each effect taken back",
                "SELECT COUNT(*) FROM weir_saga s WHERE s.status <> 'DONE' AND (s.status <> 'COMPENSATED' OR EXISTS"
                        + " (SELECT 1 FROM effect e WHERE e.saga = s.id AND e.step IN ('stock', 'take') GROUP BY e.step HAVING SUM(1 - 2 * e.undo) <> 0)"
                        + " OR EXISTS (SELECT 1 FROM effect e WHERE e.saga = s.id AND e.step IN ('give', 'tell')))");
        long done = count(postgres, "SELECT COUNT(*) FROM weir_saga WHERE status = 'DONE'");
        long back = count(postgres, "SELECT COUNT(*) FROM weir_saga WHERE status = 'COMPENSATED'");
        report.line(
                done
                        + " orders done, "
                        + back
                        + " compensated; "
                        + pauses
                        + " pauses, "
                        + databaseStops
                        + " stops of the database; longest takeover "
                        + longestTakeover / 1_000_000
                        + " ms");
    }

    private static void zero(Report report, PostgresPeer postgres, String what, String query)
            throws InterruptedException {
        report.check(
                what,
                () -> {
                    long found = count(postgres, query);
                    if (found != 0) {
                        throw new AssertionError("expected 0, found " + found);
                    }
                });
    }

    private static long count(PostgresPeer postgres, String query) throws SQLException {
        try (var connection = connect(postgres);
                var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static Connection connect(PostgresPeer postgres) throws SQLException {
        return DriverManager.getConnection(postgres.url());
    }

    private static void signal(Process process, String signal)
            throws IOException, InterruptedException {
        if (process.isAlive()) {
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        }
    }
}
