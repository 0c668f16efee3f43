package dev.weir.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/// What must not happen, and what comes of it.
class BadInputTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final SagaOptions OPTIONS =
            SagaOptions.DEFAULT.withLease(
                    Duration.ofMillis(100), Duration.ofMillis(400), Duration.ofMillis(150));

    private Pool pool;

    @BeforeEach
    void open(TestInfo test) {
        var source = new JdbcDataSource();
        source.setURL(
                "jdbc:h2:mem:"
                        + test.getDisplayName().replaceAll("\\W", "")
                        + ";DB_CLOSE_DELAY=-1");
        pool = new Pool(source);
    }

    @AfterEach
    void close() throws SQLException {
        pool.close();
    }

    private void execute(String sql) throws SQLException {
        try (var connection = pool.getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void aContextThatIsTooLargeFailsTheStep() throws Exception {
        var saga =
                Saga.define("big", Codec.text())
                        .retry(RetryPolicy.NEVER)
                        .step("one", step -> step.update(c -> c.repeat(2000)))
                        .build();
        try (var engine = SagaEngine.open(pool, OPTIONS.withContextSize(1000), saga)) {
            var view = engine.start(saga, null, "x").await(LONG);
            assertThat(view.status()).isEqualTo(SagaStatus.COMPENSATED);
            assertThat(view.why()).contains("expected at most 1000 characters, found 2000");
            assertThatThrownBy(() -> engine.start(saga, null, "x".repeat(1001)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void errorsFailTheStepAndNotTheEngine() throws Exception {
        var saga =
                Saga.define("error", Codec.text())
                        .retry(RetryPolicy.NEVER)
                        .step(
                                "one",
                                _ -> {
                                    throw new StackOverflowError("deep");
                                })
                        .build();
        var garbage =
                Saga.define("garbage", Codec.<String>of(c -> null, c -> c))
                        .retry(RetryPolicy.NEVER)
                        .step("one", step -> step.update(c -> c + "y"))
                        .build();
        try (var engine = SagaEngine.open(pool, OPTIONS, saga, garbage)) {
            assertThat(engine.start(saga, null, "x").await(LONG).why()).contains("deep");
            assertThatThrownBy(() -> engine.start(garbage, null, "x"))
                    .isInstanceOf(NullPointerException.class);
            assertThat(engine.active()).isZero();
        }
    }

    @Test
    void aStepThatDoesNotHeedItsInterruptIsLeftBehind() throws Exception {
        var hangs = new AtomicBoolean(true);
        var entered = new AtomicInteger();
        Action<String> deaf =
                _ -> {
                    entered.incrementAndGet();
                    while (hangs.get()) {
                        java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
                        Thread.interrupted();
                    }
                };
        var limit = Duration.ofMillis(80);
        var local =
                Saga.define("local", Codec.text())
                        .retry(new RetryPolicy(2, Duration.ofMillis(5), Duration.ofMillis(5)))
                        .step("one", deaf)
                        .timeout(limit)
                        .build();
        var grouped =
                Saga.define("grouped", Codec.text())
                        .retry(RetryPolicy.NEVER)
                        .step("one", deaf)
                        .timeout(limit)
                        .grouped()
                        .build();
        try (var engine = SagaEngine.open(pool, OPTIONS, local, grouped)) {
            for (var saga : java.util.List.of(local, grouped)) {
                var view = engine.start(saga, null, "x").await(LONG);
                assertThat(view.status()).isEqualTo(SagaStatus.COMPENSATED);
                assertThat(view.why()).contains("took longer than PT0.08S");
            }
            EngineContract.until(() -> entered.get() == 3);
            hangs.set(false);
            assertThat(engine.active()).isZero();
        }
    }

    @Test
    void aContextThatIsNullFailsTheStep() throws Exception {
        var saga =
                Saga.define("null", Codec.text())
                        .retry(RetryPolicy.NEVER)
                        .step("one", step -> step.update(_ -> null))
                        .build();
        try (var engine = SagaEngine.open(pool, OPTIONS, saga)) {
            var view = engine.start(saga, null, "x").await(LONG);
            assertThat(view.status()).isEqualTo(SagaStatus.COMPENSATED);
            assertThat(view.context()).isEqualTo("x");
            assertThat(view.why()).contains("one");
        }
    }

    /// A participant that did what it says it refused, and did not what it says it did.
    @Test
    void aParticipantThatLiesIsBelieved() throws Exception {
        var asked = Collections.synchronizedList(new ArrayList<String>());
        Remote<String> liar =
                Remote.of(
                        (_, key, _, _) -> {
                            asked.add(key.substring(key.indexOf("//")));
                            boolean first = key.endsWith("a/do") || key.endsWith("undo");
                            return new Remote.Reply(
                                    first ? Remote.Outcome.DONE : Remote.Outcome.REFUSED, "");
                        },
                        _ -> new Remote.Message("", ""));
        var saga =
                Saga.define("lies", Codec.text())
                        .step("a", liar)
                        .compensate(liar)
                        .step("b", liar)
                        .compensate(liar)
                        .build();
        try (var engine = SagaEngine.open(pool, OPTIONS, saga)) {
            var view = engine.start(saga, null, "x").await(LONG);
            assertThat(view.status()).isEqualTo(SagaStatus.COMPENSATED);
            // What was refused is not compensated.
            assertThat(asked).containsExactly("//a/do", "//b/do", "//a/undo");
        }
    }

    @Test
    void aCompensationThatAlwaysFailsIsStuckAndTriedUntilItSucceeds() throws Exception {
        var calls = new AtomicInteger();
        var heals = new AtomicBoolean();
        var saga =
                Saga.define("undo", Codec.text())
                        .retry(new RetryPolicy(2, Duration.ofMillis(5), Duration.ofMillis(20)))
                        .step("one", _ -> {})
                        .compensate(_ -> {
                            calls.incrementAndGet();
                            if (!heals.get()) {
                                throw new RefusedException("never");
                            }
                        })
                        .step(
                                "two",
                                _ -> {
                                    throw new RefusedException("no");
                                })
                        .build();
        try (var engine = SagaEngine.open(pool, OPTIONS, saga)) {
            var handle = engine.start(saga, null, "x");
            EngineContract.until(() -> calls.get() > 5 && !engine.stuck(10).isEmpty());
            assertThat(engine.stuck(10).getFirst().why()).contains("never");
            assertThat(handle.done()).isNotDone();
            heals.set(true);
            var view = handle.await(LONG);
            assertThat(view.status()).isEqualTo(SagaStatus.COMPENSATED);
            assertThat(view.stuck()).isFalse();
        }
    }

    /// A node with the new definition leaves a saga of the old one alone, however far it has come,
    /// and one with both finishes it as it was begun.
    @Test
    void aDefinitionThatChangesUnderARunningSagaWaitsForItsVersion() throws Exception {
        var steps = Collections.synchronizedList(new ArrayList<String>());
        var waits = new AtomicBoolean(true);
        Action<String> notes = step -> steps.add(step.name());
        var old =
                Saga.define("pay", Codec.text())
                        .step("one", notes)
                        .step(
                                "two",
                                step -> {
                                    if (waits.get()) {
                                        steps.add("waits");
                                        Thread.sleep(100_000);
                                    }
                                    notes.run(step);
                                })
                        .build();
        var changed = Saga.define("pay", Codec.text()).step("other", notes).build();
        String id;
        try (var engine = SagaEngine.open(pool, OPTIONS, old)) {
            id = engine.start(old, null, "x").id();
            EngineContract.until(() -> steps.contains("waits"));
            waits.set(false);
            engine.dieForTests();
        }
        try (var engine = SagaEngine.open(pool, OPTIONS, changed)) {
            EngineContract.until(() -> !engine.stuck(10).isEmpty());
            assertThat(engine.stuck(10).getFirst().why())
                    .isEqualTo("waits for a node that has " + old);
            assertThat(engine.start(changed, null, "x").await(LONG).status())
                    .isEqualTo(SagaStatus.DONE);
        }
        try (var engine = SagaEngine.open(pool, OPTIONS, changed, old)) {
            EngineContract.until(() -> engine.find(id).orElseThrow().status().isEnd());
            assertThat(engine.find(id).orElseThrow().status()).isEqualTo(SagaStatus.DONE);
        }
        assertThat(steps).containsExactly("one", "waits", "other", "two");
    }

    @Test
    void anIdleNodeAsksLessThanOnceASecond() throws Exception {
        var saga = Saga.define("s", Codec.text()).step("one", _ -> {}).build();
        try (var engine = SagaEngine.open(pool, SagaOptions.DEFAULT, saga)) {
            // One that is due tomorrow is no work.
            engine.schedule(saga, null, "x", Instant.now().plusSeconds(86_400));
        }
        try (var engine = SagaEngine.open(pool, SagaOptions.DEFAULT, saga)) {
            engine.start(saga, null, "x").await(LONG);
            // So is one that somebody here waits for.
            engine.schedule(saga, null, "x", Instant.now().plusSeconds(86_400));
            looks(3);
            long since = System.nanoTime();
            looks(4);
            // The first may come at once.
            assertThat(System.nanoTime() - since).isGreaterThan(3_750_000_000L);
        }
    }

    private void looks(int count) throws Exception {
        long enough = pool.statements.get() + count;
        EngineContract.until(() -> pool.statements.get() >= enough);
    }

    @Test
    void aContextThatDoesNotDecodeWaitsVisibly() throws Exception {
        var broken = new AtomicBoolean(true);
        Codec<String> codec =
                Codec.of(
                        c -> c,
                        text -> {
                            if (broken.get()) {
                                throw new IllegalArgumentException("what is this: " + text);
                            }
                            return text;
                        });
        var saga = Saga.define("decode", codec).step("one", _ -> {}).build();
        try (var engine = SagaEngine.open(pool, OPTIONS, saga)) {
            var handle = engine.schedule(saga, null, "x", Instant.now());
            EngineContract.until(() -> !engine.stuck(10).isEmpty());
            assertThat(engine.stuck(10).getFirst().why()).contains("what is this: x");
            broken.set(false);
            engine.retry(handle.id());
            assertThat(handle.await(LONG).status()).isEqualTo(SagaStatus.DONE);
        }
    }

    @Test
    void tablesOfTheFutureAreLeftAlone() throws Exception {
        var saga = Saga.define("s", Codec.text()).step("one", _ -> {}).build();
        SagaEngine.open(pool, OPTIONS, saga).close();
        execute("UPDATE weir_meta SET version = 99");
        assertThatThrownBy(() -> SagaEngine.open(pool, OPTIONS, saga))
                .isInstanceOfSatisfying(
                        SagaException.class,
                        e -> assertThat(e.code()).isEqualTo(SagaException.Code.FUTURE));
    }

    @Test
    void definitionsAreChecked() {
        assertThatThrownBy(() -> Saga.define("none", Codec.text()).build())
                .hasMessageContaining("expected a step");
        assertThatThrownBy(() ->
                        Saga.define("twice", Codec.text())
                                .step("a", _ -> {})
                                .step("a", _ -> {})
                                .build())
                .hasMessageContaining("found twice a");
        assertThatThrownBy(() ->
                        Saga.define("points", Codec.text()).pivot("a", _ -> {}).pivot("b", _ -> {}))
                .hasMessageContaining("one pivot");
        assertThatThrownBy(() -> Saga.define("a/b", Codec.text()).step("x/y", _ -> {}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Codec.record(Bad.class)).hasMessageContaining("expected String");
    }

    record Bad(Object any) {}

    record Good(
            String text, int number, boolean flag, java.math.BigDecimal sum, SagaStatus status) {}

    @net.jqwik.api.Property(tries = 300)
    void recordsComeBackAsTheyWent(
            @net.jqwik.api.ForAll String text,
            @net.jqwik.api.ForAll int number,
            @net.jqwik.api.ForAll boolean flag) {
        var codec = Codec.record(Good.class);
        var good =
                new Good(
                        text,
                        number,
                        flag,
                        java.math.BigDecimal.valueOf(number, 2),
                        SagaStatus.DONE);
        assertThat(codec.decode(codec.encode(good))).isEqualTo(good);
    }

    @Test
    void theEngineOutlivesADatabaseThatIsReadOnlyForAWhile() throws Exception {
        var saga = Saga.define("s", Codec.text()).step("one", _ -> {}).step("two", _ -> {}).build();
        var away = new AtomicBoolean();
        var source =
                (javax.sql.DataSource)
                        java.lang.reflect.Proxy.newProxyInstance(
                                BadInputTest.class.getClassLoader(),
                                new Class<?>[] {javax.sql.DataSource.class},
                                (_, method, _) -> {
                                    if (away.get()) {
                                        throw new SQLException(
                                                "cannot execute in a read-only transaction",
                                                "25006");
                                    }
                                    return pool.getConnection();
                                });
        try (var engine = SagaEngine.open(source, OPTIONS, saga)) {
            away.set(true);
            var handle = engine.start(saga, null, "x");
            Thread.sleep(600);
            assertThat(handle.done()).isNotDone();
            away.set(false);
            assertThat(handle.await(LONG).status()).isEqualTo(SagaStatus.DONE);
        }
    }
}
