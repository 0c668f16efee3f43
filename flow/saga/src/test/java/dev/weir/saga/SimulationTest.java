package dev.weir.saga;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The engine itself, in thousands of worlds: three processes that die, stop past their leases and
/// lose their connections, and a database that says that a commit failed although it did not. At
/// the end every saga is done or compensated, each effect is there once or was taken back once, and
/// no money came or went.
class SimulationTest {
    private static final int SEEDS = Integer.getInteger("weir.saga.seeds", 2000);
    private static final long FIRST = Long.getLong("weir.saga.seed", 1);

    @Test
    void everySagaEndsAndEveryEffectIsThereOnce() throws Exception {
        onAVirtualThread(SimulationTest::lives);
    }

    /// Where a change of threads is cheap.
    private static void onAVirtualThread(java.util.concurrent.Callable<Void> task)
            throws Exception {
        try (var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
            threads.submit(task).get();
        }
    }

    private static Void lives() throws Exception {
        int sagas = 0;
        int faults = 0;
        try (var server = new SimServer("sim")) {
            for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
                var life = new Life(seed, server, SimMutant.NONE);
                life.live();
                sagas += life.sagas;
                faults += life.database.faults;
            }
        }
        System.out.println(
                SEEDS + " seeds, " + sagas + " sagas, " + faults + " faults of the database");
        assertThat(faults).isGreaterThan(SEEDS);
        return null;
    }

    @Test
    void theSameSeedIsTheSameLife() throws Exception {
        onAVirtualThread(SimulationTest::twice);
    }

    private static Void twice() throws Exception {
        try (var server = new SimServer("twice")) {
            for (long seed = 1; seed < 20; seed++) {
                var first = new Life(seed, server, SimMutant.NONE);
                first.live();
                var second = new Life(seed, server, SimMutant.NONE);
                second.live();
                assertThat(second.world.now).isEqualTo(first.world.now);
                assertThat(second.world.switches).isEqualTo(first.world.switches);
                assertThat(second.database.faults).isEqualTo(first.database.faults);
            }
        }
        return null;
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void anEngineWithoutAPartIsCaught(SimMutant mutant) throws Exception {
        onAVirtualThread(() -> caught(mutant));
    }

    private static Void caught(SimMutant mutant) throws Exception {
        int mutations = 0;
        try (var server = new SimServer("mutant")) {
            for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
                var life = new Life(seed, server, mutant);
                try {
                    life.live();
                } catch (AssertionError e) {
                    System.out.println(mutant + " caught by seed " + seed + ": " + e.getMessage());
                    return null;
                }
                mutations += life.database.mutations;
            }
        }
        throw new AssertionError(
                mutant + ": not caught by " + SEEDS + " seeds, " + mutations + " mutations");
    }

    /// A saga that goes on until all others are over.
    private static final String LONG = "long";

    /// A saga that fails once, and then waits for an operator longer than a life lasts.
    private static final String ASKING = "asking";

    private static final Duration KEEP = Duration.ofSeconds(40);

    /// How long the others may take when all is calm: more than the longest pauses in a row.
    private static final Duration PATIENCE = Duration.ofSeconds(200);

    /// What happens in one world.
    static final class Life {
        private final long seed;
        private final SimServer server;
        final SimWorld world;
        final SimDatabase database;
        private final SimWorld.Process[] processes = new SimWorld.Process[3];
        private final SagaEngine[] engines = new SagaEngine[3];
        private final List<Saga<String>> definitions = new ArrayList<>();
        private final Set<String> told = new TreeSet<>();

        /// Whether sagas are forgotten, later than a process may be stopped.
        private final boolean forgetful;

        private final SagaOptions options;
        private SimWorld.Process client;
        private int sagas;

        Life(long seed, SimServer server, SimMutant mutant) {
            this.seed = seed;
            this.server = server;
            this.world = new SimWorld(seed);
            SimServer.millis = world.now / 1_000_000;
            this.database = new SimDatabase(world, server, mutant);
            this.forgetful = seed % 4 == 0;
            this.options =
                    SagaOptions.DEFAULT
                            .withPrefix(SimServer.PREFIX)
                            .withPark(Duration.ofMillis(500))
                            .withGroups(4, 2)
                            .withKeep(forgetful ? KEEP : null);
        }

        void live() throws Exception {
            server.reset();
            definitions();
            client = world.new Process("client", 0);
            for (int i = 0; i < 3; i++) {
                boot(i);
            }
            database.failing = world.random.nextInt(3) == 0 ? 0 : 8 + world.random.nextInt(30);
            client.fork(this::load);
            client.fork(this::trouble);
            busy = world.random.nextInt(4) == 0;
            boolean quiet;
            try {
                quiet = world.run(this::isQuiet, Duration.ofSeconds(600));
            } catch (IllegalStateException e) {
                throw new AssertionError("seed " + seed, e);
            }
            for (var process : processes) {
                kill(process);
            }
            kill(client);
            world.bury();
            database.settle();
            if (world.failure != null) {
                throw new AssertionError("seed " + seed, world.failure);
            }
            assertThat(quiet).as("seed %d: stranded %s", seed, unfinished()).isTrue();
            check();
        }

        // --- the sagas
        // -----------------------------------------------------------------------------------------

        private boolean chance(Step<String> step, int percent) {
            int hash =
                    (step.sagaId().hashCode() * 31 + step.name().hashCode()) * 31 + step.attempt();
            return Math.floorMod(hash ^ (int) seed, 100) < percent;
        }

        private Action<String> move(String account, int amount, int refusing, int failing) {
            return step -> {
                if (!step.isCompensation() && chance(step, refusing)) {
                    throw new RefusedException("refused");
                }
                if (chance(step, failing + refusing)) {
                    throw new IllegalStateException("failed");
                }
                add(step.connection(), account, amount);
                effect(step.connection(), step.sagaId(), step.name(), step.isCompensation());
                step.update(c -> c + "," + step.name());
            };
        }

        private static void add(java.sql.Connection connection, String account, int amount)
                throws SQLException {
            try (var statement =
                    connection.prepareStatement(
                            "UPDATE account SET balance = balance + ? WHERE id = ?")) {
                statement.setInt(1, amount);
                statement.setString(2, account);
                statement.executeUpdate();
            }
        }

        private static void effect(
                java.sql.Connection connection, String saga, String step, boolean undo)
                throws SQLException {
            try (var statement =
                    connection.prepareStatement("INSERT INTO effect VALUES (?, ?, ?)")) {
                statement.setString(1, saga);
                statement.setString(2, step);
                statement.setInt(3, undo ? 1 : 0);
                statement.executeUpdate();
            }
        }

        private Action<String> writes(String account, int amount, int failing) {
            return step -> {
                if (chance(step, failing)) {
                    throw new IllegalStateException("failed");
                }
                step.write(
                        "UPDATE account SET balance = balance + ? WHERE id = ?", amount, account);
                step.write(
                        "INSERT INTO effect VALUES (?, ?, ?)",
                        step.sagaId(),
                        step.name(),
                        step.isCompensation() ? 1 : 0);
                step.update(c -> c + "," + step.name());
            };
        }

        /// A participant behind a network that loses requests and answers, and delays both.
        private Remote<String> remote(String account, int amount) {
            return Remote.of(
                    (message, key, _, _) -> {
                        var caller = world.current.process;
                        caller.sleep(Duration.ofMillis(world.random.nextInt(20)));
                        if (world.random.nextInt(100) < 10) {
                            client.after(
                                    Duration.ofMillis(world.random.nextInt(3000)),
                                    () -> serve(key, account, amount));
                            throw new java.io.IOException("request held back");
                        }
                        var reply = serve(key, account, amount);
                        caller.sleep(Duration.ofMillis(world.random.nextInt(20)));
                        if (world.random.nextInt(100) < 10) {
                            throw new java.io.IOException("answer lost");
                        }
                        return reply;
                    },
                    _ -> new Remote.Message("", ""));
        }

        private Remote.Reply serve(String key, String account, int amount) {
            var link = database.source(client);
            var part = key.split("/");
            try {
                return Inbox.openForTests(link, SimServer.DIALECT, SimServer.PREFIX)
                        .serve(
                                key,
                                connection -> {
                                    if (part[3].equals("do")
                                            && Math.floorMod(key.hashCode(), 10) == 0) {
                                        throw new RefusedException("participant refuses");
                                    }
                                    add(connection, account, amount);
                                    effect(connection, part[0], part[2], part[3].equals("undo"));
                                    return "ok";
                                });
            } catch (SagaException e) {
                return new Remote.Reply(Remote.Outcome.UNKNOWN, String.valueOf(e.getMessage()));
            }
        }

        private void definitions() {
            var retry = new RetryPolicy(3, Duration.ofMillis(20), Duration.ofMillis(2000));
            var text = Codec.text();
            definitions.add(
                    Saga.define("transfer", text)
                            .retry(retry)
                            .step("take", move("a", -10, 5, 10))
                            .compensate(move("a", 10, 0, 20))
                            .pivot("give", move("b", 10, 10, 10))
                            .step("tell", move("c", 0, 0, 30))
                            .build());
            definitions.add(
                    Saga.define("fork", text)
                            .retry(retry)
                            .step("first", move("a", -2, 0, 10))
                            .compensate(move("a", 2, 0, 10))
                            .parallel(p ->
                                    p.branch(
                                                    "l",
                                                    b ->
                                                            b.step("l1", move("b", 1, 0, 10))
                                                                    .compensate(
                                                                            move("b", -1, 0, 10))
                                                                    .step("l2", move("b", 0, 10, 0))
                                                                    .compensate(
                                                                            move("b", 0, 0, 10)))
                                            .branch(
                                                    "r",
                                                    b ->
                                                            b.step("r1", move("c", 1, 5, 10))
                                                                    .compensate(
                                                                            move("c", -1, 0, 10))))
                            .build());
            definitions.add(
                    Saga.define("group", text)
                            .retry(retry)
                            .step("g1", writes("a", -3, 10))
                            .grouped()
                            .compensate(writes("a", 3, 10))
                            .step("g2", writes("b", 3, 40))
                            .grouped()
                            .compensate(writes("b", -3, 10))
                            .step("g3", writes("c", 0, 40))
                            .grouped()
                            .compensate(writes("c", 0, 10))
                            .build());
            definitions.add(
                    Saga.define("remote", text)
                            .retry(retry)
                            .deadline(Duration.ofSeconds(20))
                            .step("m1", remote("a", -5))
                            .compensate(remote("a", 5))
                            .step("m2", remote("b", 5))
                            .compensate(remote("b", -5))
                            .step("m3", move("c", 0, 10, 10))
                            .compensate(move("c", 0, 0, 0))
                            .build());
            definitions.add(
                    Saga.define("nested", text)
                            .retry(retry)
                            .step("n1", move("c", -1, 0, 10))
                            .compensate(move("c", 1, 0, 0))
                            .nested(
                                    "sub",
                                    definitions.get(2),
                                    c -> c,
                                    (step, c) -> step.update(o -> o + "+" + c.length()))
                            .step("n2", move("c", 1, 30, 10))
                            .compensate(move("c", -1, 0, 0))
                            .build());
            definitions.add(
                    Saga.define(ASKING, text)
                            .retry(new RetryPolicy(1, Duration.ofHours(1), Duration.ofHours(1)))
                            .step("a1", move("a", -4, 0, 0))
                            .pivot("a2", move("b", 4, 0, 0))
                            .step(
                                    "a3",
                                    step -> {
                                        if (step.attempt() == 1) {
                                            client.fork(() -> operate(step.sagaId()));
                                            throw new IllegalStateException("asks");
                                        }
                                        move("c", 0, 0, 0).run(step);
                                    })
                            .build());
            definitions.add(
                    Saga.define(LONG, text)
                            .step(
                                    "works",
                                    _ -> {
                                        while (!over) {
                                            world.current.process.sleep(Duration.ofSeconds(1));
                                        }
                                    })
                            .grouped()
                            .build());
        }

        // --- what happens
        // --------------------------------------------------------------------------------------

        private void boot(int index) {
            var process =
                    world
                    .new Process(
                            "n" + index, world.random.nextLong(2_000_000_000L) - 1_000_000_000L);
            processes[index] = process;
            process.fork(() -> {
                while (true) {
                    try {
                        engines[index] =
                                SagaEngine.open(
                                        database.source(process),
                                        options.withNode(process.name),
                                        List.copyOf(definitions),
                                        process,
                                        SimServer.DIALECT);
                        if (busy) {
                            engines[index].start(definitions.getLast(), null, "");
                        }
                        return;
                    } catch (SagaException e) {
                        process.sleep(Duration.ofMillis(100));
                    }
                }
            });
        }

        private void kill(SimWorld.Process process) {
            world.kill(process, () -> database.disconnect(process));
        }

        private boolean loaded;
        private boolean calm;
        private long calmAt;

        /// Whether nodes have work all the time, so that none forgets what it owns by being idle.
        private boolean busy;

        /// Whether the long work of busy nodes ends.
        private boolean over;

        private void load() {
            int count = 4 + world.random.nextInt(6);
            for (int i = 0; i < count; i++) {
                client.sleep(Duration.ofMillis(world.random.nextInt(800)));
                int node = world.random.nextInt(3);
                var engine = engines[node];
                var definition = definitions.get(world.random.nextInt(definitions.size() - 1));
                if (engine != null && !processes[node].dead) {
                    sagas++;
                    var key = world.random.nextBoolean() ? "key" + world.random.nextInt(4) : null;
                    processes[node].fork(() -> {
                        try {
                            engine.start(definition, key, "");
                        } catch (SagaException e) {
                            // A closed or full node.
                        }
                    });
                }
            }
            loaded = true;
        }

        /// Tells a saga that asks for it, once, to try again: mostly as soon as it asks.
        private void operate(String id) {
            for (int look = 0; !told.contains(id); look++) {
                if (look < 100) {
                    world.yield();
                } else {
                    client.sleep(Duration.ofSeconds(1));
                }
                int node = world.random.nextInt(3);
                var engine = engines[node];
                if (engine != null && !processes[node].dead && asks(id)) {
                    retry(processes[node], engine, id);
                }
            }
        }

        private void retry(SimWorld.Process process, SagaEngine engine, String id) {
            process.fork(() -> {
                try {
                    engine.retry(id);
                    told.add(id);
                } catch (SagaException e) {
                    // The operator does so later.
                }
            });
            client.sleep(Duration.ofMillis(200));
        }

        private boolean asks(String id) {
            try {
                return server.read("SELECT id FROM s_saga WHERE stuck = 1 AND due IS NOT NULL")
                        .contains(id);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        private void trouble() {
            int events = world.random.nextInt(5);
            for (int i = 0; i < events; i++) {
                client.sleep(Duration.ofMillis(200 + world.random.nextInt(2500)));
                int victim = world.random.nextInt(3);
                if (world.random.nextBoolean()) {
                    kill(processes[victim]);
                    engines[victim] = null;
                    boot(victim);
                } else {
                    processes[victim].stoppedUntil =
                            world.now + (500L + world.random.nextInt(5000)) * 1_000_000;
                }
            }
            client.sleep(Duration.ofSeconds(3));
            database.failing = 0;
            database.stopping = 0;
            calm = true;
            calmAt = world.now;
        }

        private boolean isQuiet() {
            if (!loaded || !calm || ++looks % 25 != 0) {
                return false;
            }
            try {
                var left = unfinished();
                over |= left.stream().allMatch(row -> row.startsWith(LONG));
                if (!over && world.now - calmAt > PATIENCE.toNanos()) {
                    throw new AssertionError("seed " + seed + ": left behind: " + left);
                }
                return left.isEmpty() && (!forgetful || isForgotten());
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        private int looks;

        private boolean isForgotten() throws SQLException {
            if (world.now - calmAt > 2 * PATIENCE.toNanos()) {
                throw new AssertionError("seed " + seed + ": not forgotten: " + kept());
            }
            return kept().isEmpty();
        }

        private List<String> kept() throws SQLException {
            return server.read("SELECT id FROM s_saga UNION ALL SELECT saga_id FROM s_step");
        }

        private List<String> unfinished() throws SQLException {
            return server.read(
                    "SELECT def, id, status, owner, due, stuck, why FROM s_saga WHERE due IS NOT NULL");
        }

        private void check() throws SQLException {
            assertThat(server.read("SELECT SUM(balance) FROM account"))
                    .as("seed %d: money", seed)
                    .containsExactly("300");
            assertThat(server.read("SELECT id FROM s_saga WHERE due IS NULL AND owner IS NOT NULL"))
                    .as("seed %d: sagas that ended have no owner", seed)
                    .isEmpty();
            var statuses = new TreeMap<String, String>();
            var kinds = new TreeMap<String, String>();
            for (var row : server.read("SELECT id, status, def FROM s_saga")) {
                var parts = row.split("/");
                statuses.put(parts[0], parts[1]);
                kinds.put(parts[0], parts[2]);
            }
            var done = effects(0);
            var undone = effects(1);
            done.forEach((key, count) -> {
                var id = key.substring(0, key.indexOf('/'));
                var status = forgetful ? told(undone, id) : statuses.get(id);
                var as = "seed %d: %s of a %s that is %s";
                assertThat(count).as(as, seed, key, kinds.get(id), status).isEqualTo(1);
                assertThat(undone.getOrDefault(key, 0))
                        .as(as + ": back", seed, key, kinds.get(id), status)
                        .isEqualTo("COMPENSATED".equals(status) ? 1 : 0);
                assertThat(status).as(as, seed, key, kinds.get(id), status).isNotNull();
            });
            assertThat(done.keySet()).as("seed %d", seed).containsAll(undone.keySet());
            if (forgetful) {
                done.keySet().forEach(key -> tell(key, statuses, kinds, undone));
            }
            statuses.forEach((id, status) -> {
                if (status.equals("DONE")) {
                    assertThat(done.keySet())
                            .as("seed %d: effects of a done saga", seed)
                            .containsAll(steps(id, kinds.get(id)));
                }
            });
        }

        /// What the effects of a saga that is forgotten say of its end.
        private static String told(Map<String, Integer> undone, String id) {
            boolean back = undone.keySet().stream().anyMatch(key -> key.startsWith(id + "/"));
            return back ? "COMPENSATED" : "DONE";
        }

        private void tell(
                String effect,
                Map<String, String> statuses,
                Map<String, String> kinds,
                Map<String, Integer> undone) {
            int slash = effect.indexOf('/');
            var id = effect.substring(0, slash);
            statuses.put(id, told(undone, id));
            definitions.stream()
                    .filter(definition ->
                            definition.steps().containsKey(effect.substring(slash + 1)))
                    .forEach(definition -> kinds.put(id, definition.name()));
        }

        /// How often each effect, or its compensation, is there.
        private Map<String, Integer> effects(int undo) throws SQLException {
            var found = new TreeMap<String, Integer>();
            for (var key : server.read("SELECT saga, step FROM effect WHERE undo = " + undo)) {
                found.merge(key, 1, Integer::sum);
            }
            return found;
        }

        private List<String> steps(String id, String kind) {
            return definitions.stream()
                    .filter(definition -> definition.name().equals(kind))
                    .flatMap(definition -> definition.steps().values().stream())
                    .filter(step -> !(step.work() instanceof Work.Nested<?, ?>))
                    .map(step -> id + "/" + step.name())
                    .toList();
        }
    }
}
