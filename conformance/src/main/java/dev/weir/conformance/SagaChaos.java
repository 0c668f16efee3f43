package dev.weir.conformance;

import dev.weir.databases.DatabaseServer;
import dev.weir.databases.H2Server;
import dev.weir.databases.MariaDbServer;
import dev.weir.databases.PostgresServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/// Kills and stops the nodes of a service that runs orders as sagas, stops its database and cuts
/// the connections to it; afterwards nothing is lost, done twice or left over. A kill passes when
/// other nodes own all of the dead one's sagas in time. Nobody is killed before another one works:
/// the time of a takeover would be that of a JVM's start.
final class SagaChaos implements Suite {
    private static final int NODES = 3;
    private static final int KILLS = 30;
    private static final long TAKEOVER_NANOS = 60_000_000_000L;
    private static final int MONEY = 1000;
    private static final int MANY_KILLS = 1000;

    private final Process[] nodes = new Process[NODES];

    /// What the nodes' names in the database begin with: each process has another.
    private final String[] names = new String[NODES];

    private int started;
    private final List<Long> takeovers = new ArrayList<>();
    private final List<Long> afterStops = new ArrayList<>();
    private int databaseStops;
    private int pauses;
    private int cuts;

    @Override
    public String name() {
        return "saga-chaos";
    }

    @Override
    public String summary() {
        return "kill -9, SIGSTOP, cut connections and stops of the database while 3 JVMs run sagas, then all is conserved"
                + " (--kills N, --long, --seed N, --database postgresql|mariadb|h2)";
    }

    @Override
    public void run(Report report) throws Exception {
        boolean many = !report.option("long", "no").equals("no");
        int kills = report.option("kills", many ? MANY_KILLS : KILLS);
        var random = new Random(report.option("seed", 42));
        try (var database = database(report);
                var wire = new Wire(database.port())) {
            report.line("on " + database.name());
            prepare(database);
            try {
                for (int i = 0; i < NODES; i++) {
                    start(database.url(wire.port()), i);
                }
                awaitFirst(database);
                for (int kill = 1; kill <= kills; kill++) {
                    report.check("kill " + kill, () -> cycle(database, wire, random));
                    report.progress(kill, kills);
                }
                finish(report, database);
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

    /// The one that is asked for; without, PostgreSQL where it is installed, and H2 elsewhere.
    private static DatabaseServer database(Report report) throws IOException, InterruptedException {
        var usual = PostgresServer.isInstalled() ? "postgresql" : "h2";
        var name = report.option("database", usual);
        return switch (name) {
            case "postgresql" -> {
                present(PostgresServer.isInstalled(), PostgresServer.NEEDED);
                yield PostgresServer.start();
            }
            case "mariadb" -> {
                present(MariaDbServer.isInstalled(), MariaDbServer.NEEDED);
                yield MariaDbServer.start();
            }
            case "h2" -> H2Server.start();
            default ->
                    throw new IllegalArgumentException(
                            "--database: expected postgresql, mariadb or h2, found " + name);
        };
    }

    private static void present(boolean installed, String needed) {
        if (!installed) {
            throw new AbsentException(needed);
        }
    }

    private void prepare(DatabaseServer database) throws SQLException {
        try (var connection = connect(database);
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE account (id INT PRIMARY KEY, balance INT NOT NULL)");
            statement.execute("CREATE TABLE stock (item INT PRIMARY KEY, amount INT NOT NULL)");
            statement.execute("CREATE TABLE effect (saga VARCHAR(32), step VARCHAR(20), back INT)");
            statement.execute("CREATE INDEX effect_saga ON effect (saga)");
            statement.execute("CREATE TABLE quiet (node VARCHAR(20))");
            for (int i = 0; i < SagaChaosNode.ACCOUNTS; i++) {
                statement.execute("INSERT INTO account VALUES (" + i + ", " + MONEY + ")");
            }
            for (int i = 0; i < SagaChaosNode.ITEMS; i++) {
                statement.execute("INSERT INTO stock VALUES (" + i + ", 0)");
            }
        }
    }

    private void start(String url, int index) throws IOException {
        var name = "n" + index + "-" + started++;
        names[index] = name + "/";
        nodes[index] = Child.start(SagaChaosNode.class, url, name);
    }

    private static void awaitFirst(DatabaseServer database)
            throws SQLException, InterruptedException {
        long since = System.nanoTime();
        while (true) {
            try {
                if (count(database, "SELECT COUNT(*) FROM weir_saga WHERE due IS NULL") > 0) {
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

    /// Lets the nodes work, hurts one or the database, and waits for the takeover.
    private void cycle(DatabaseServer database, Wire wire, Random random)
            throws IOException, InterruptedException, SQLException {
        Thread.sleep(500 + random.nextInt(1500));
        int what = random.nextInt(8);
        int victim = random.nextInt(NODES);
        awaitOther(database, victim);
        if (what == 0) {
            databaseStops++;
            database.stop();
            Thread.sleep(random.nextInt(1000));
            database.boot();
        } else if (what == 3) {
            // All at once: the node dies while the others find out.
            databaseStops++;
            cuts++;
            database.stop();
            wire.cut();
            kill(victim);
            database.boot();
        } else if (what == 1) {
            // Longer than a lease: what this node wakes up with belongs to others.
            pauses++;
            var stopped = nodes[random.nextInt(NODES)];
            signal(stopped, "STOP");
            Thread.sleep(2500 + random.nextInt(1500));
            signal(stopped, "CONT");
        } else if (what == 2) {
            cuts++;
            wire.cut();
        }
        kill(victim);
        long since = System.nanoTime();
        awaitTakeover(database, names[victim], since);
        long took = System.nanoTime() - since;
        (what == 0 || what == 3 ? afterStops : takeovers).add(took / 1_000_000);
        start(database.url(wire.port()), victim);
    }

    private void kill(int victim) throws InterruptedException {
        nodes[victim].toHandle().destroyForcibly();
        nodes[victim].waitFor(10, TimeUnit.SECONDS);
    }

    /// Waits until another node than the victim has a lease that lasts.
    private void awaitOther(DatabaseServer database, int victim)
            throws SQLException, InterruptedException {
        long since = System.nanoTime();
        while (true) {
            long live = 0;
            for (int i = 0; i < NODES; i++) {
                live += i == victim ? 0 : count(database, live(names[i]));
            }
            if (live > 0) {
                return;
            }
            if (System.nanoTime() - since > TAKEOVER_NANOS) {
                throw new AssertionError("no node came up in 60 s");
            }
            Thread.sleep(50);
        }
    }

    /// Node and database have one clock.
    private static String live(String name) {
        return "SELECT COUNT(*) FROM weir_node WHERE expires > "
                + System.currentTimeMillis()
                + " AND id LIKE '"
                + name
                + "%'";
    }

    private void awaitTakeover(DatabaseServer database, String node, long since)
            throws SQLException, InterruptedException {
        while (count(
                        database,
                        "SELECT COUNT(*) FROM weir_saga WHERE due IS NOT NULL AND owner LIKE '"
                                + node
                                + "%'")
                > 0) {
            if (System.nanoTime() - since > TAKEOVER_NANOS) {
                throw new AssertionError("sagas of " + node + " are left after 60 s");
            }
            Thread.sleep(50);
        }
    }

    private void finish(Report report, DatabaseServer database)
            throws IOException, InterruptedException, SQLException {
        for (var node : nodes) {
            node.getOutputStream().write('q');
            node.getOutputStream().flush();
        }
        // A node that was started last may only begin now.
        var quiet = "SELECT COUNT(DISTINCT node) - " + NODES + " FROM quiet";
        awaitZero(database, quiet);
        awaitZero(database, "SELECT COUNT(*) FROM weir_saga WHERE due IS NOT NULL");
        zero(report, database, "every node ended its load", quiet);
        zero(
                report,
                database,
                "no saga is stranded",
                "SELECT COUNT(*) FROM weir_saga WHERE due IS NOT NULL");
        zero(
                report,
                database,
                "money is conserved",
                "SELECT SUM(balance) - " + MONEY * SagaChaosNode.ACCOUNTS + " FROM account");
        zero(
                report,
                database,
                "stock is what done orders took",
                "SELECT (SELECT SUM(amount) FROM stock) + (SELECT COUNT(*) FROM weir_saga WHERE status = 'DONE')");
        zero(
                report,
                database,
                "no effect is there twice",
                "SELECT COUNT(*) FROM (SELECT 1 FROM effect GROUP BY saga, step, back HAVING COUNT(*) > 1) x");
        zero(
                report,
                database,
                "done orders have all effects and none taken back",
                "SELECT COUNT(*) FROM weir_saga s WHERE s.status = 'DONE' AND ((SELECT COUNT(*) FROM effect e WHERE e.saga = s.id AND e.back = 0) <> 5"
                        + " OR EXISTS (SELECT 1 FROM effect e WHERE e.saga = s.id AND e.back = 1))");
        zero(
                report,
                database,
                "compensated orders have each effect taken back",
                "SELECT COUNT(*) FROM weir_saga s WHERE s.status <> 'DONE' AND (s.status <> 'COMPENSATED' OR EXISTS"
                        + " (SELECT 1 FROM effect e WHERE e.saga = s.id AND e.step IN ('stock', 'take') GROUP BY e.step HAVING SUM(1 - 2 * e.back) <> 0)"
                        + " OR EXISTS (SELECT 1 FROM effect e WHERE e.saga = s.id AND e.step IN ('give', 'tell')))");
        long done = count(database, "SELECT COUNT(*) FROM weir_saga WHERE status = 'DONE'");
        long back = count(database, "SELECT COUNT(*) FROM weir_saga WHERE status = 'COMPENSATED'");
        report.line(
                done
                        + " orders done, "
                        + back
                        + " compensated; "
                        + pauses
                        + " pauses, "
                        + cuts
                        + " cuts of the connections, "
                        + databaseStops
                        + " stops of the database");
        report.line("takeovers: " + times(takeovers));
        report.line("takeovers after a database is back: " + times(afterStops));
    }

    /// The median, the ninth tenth and the longest.
    private static String times(List<Long> millis) {
        if (millis.isEmpty()) {
            return "none";
        }
        Collections.sort(millis);
        int last = millis.size() - 1;
        return "p50 %d ms, p90 %d ms, longest %d ms"
                .formatted(millis.get(last / 2), millis.get(last * 9 / 10), millis.get(last));
    }

    private static void awaitZero(DatabaseServer database, String query)
            throws InterruptedException, SQLException {
        long since = System.nanoTime();
        while (count(database, query) != 0 && System.nanoTime() - since < TAKEOVER_NANOS) {
            Thread.sleep(100);
        }
    }

    private static void zero(Report report, DatabaseServer database, String what, String query)
            throws InterruptedException {
        report.check(
                what,
                () -> {
                    long found = count(database, query);
                    if (found != 0) {
                        throw new AssertionError("expected 0, found " + found);
                    }
                });
    }

    private static long count(DatabaseServer database, String query) throws SQLException {
        try (var connection = connect(database);
                var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static Connection connect(DatabaseServer database) throws SQLException {
        return DriverManager.getConnection(database.url());
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
