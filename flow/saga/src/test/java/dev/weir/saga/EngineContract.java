package dev.weir.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the engine does, on each database.
abstract class EngineContract {
    record Pay(String account, int amount, String note) {
        Pay noting(String word) {
            return new Pay(account, amount, note == null ? word : note + "," + word);
        }
    }

    static final Codec<Pay> CODEC = Codec.record(Pay.class);
    static final Duration LONG = Duration.ofSeconds(30);
    static final Instant TOMORROW = Instant.now().plusSeconds(86_400);
    static final RetryPolicy QUICK =
            new RetryPolicy(3, Duration.ofMillis(5), Duration.ofMillis(50));

    final List<AutoCloseable> opened = new ArrayList<>();
    final SagaOptions options =
            SagaOptions.DEFAULT
                    .withPrefix(
                            "t"
                                    + Integer.toHexString(new java.util.Random().nextInt(1 << 24))
                                    + "_")
                    .withLease(
                            Duration.ofMillis(100), Duration.ofMillis(400), Duration.ofMillis(150));
    Pool source;

    abstract DataSource database() throws Exception;

    @BeforeEach
    void open() throws Exception {
        var given = database();
        source = given instanceof Pool pool ? pool : new Pool(given);
        opened.add(source);
        execute("CREATE TABLE IF NOT EXISTS account (id VARCHAR(50) PRIMARY KEY, balance INT)");
        execute("DELETE FROM account");
        execute("INSERT INTO account VALUES ('a', 100)");
        execute("INSERT INTO account VALUES ('b', 100)");
    }

    @AfterEach
    void close() throws Exception {
        for (var one : opened.reversed()) {
            one.close();
        }
        assertThat(source.left).as("a connection came back with a transaction").isFalse();
    }

    SagaEngine engine(Saga<?>... sagas) {
        var engine = SagaEngine.open(source, options, sagas);
        opened.add(engine);
        return engine;
    }

    void execute(String sql) throws SQLException {
        try (var connection = source.getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    int balance(String account) throws SQLException {
        try (var connection = source.getConnection();
                var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "SELECT balance FROM account WHERE id = '" + account + "'")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    static Action<Pay> adds(String account, int amount) {
        return step -> {
            try (var statement =
                    step.connection()
                            .prepareStatement(
                                    "UPDATE account SET balance = balance + ? WHERE id = ?")) {
                statement.setInt(1, amount);
                statement.setString(2, account);
                statement.executeUpdate();
            }
            step.update(pay -> pay.noting(step.name() + (step.isCompensation() ? "-undone" : "")));
        };
    }

    static Action<Pay> refuses() {
        return _ -> {
            throw new RefusedException("no");
        };
    }

    private static Saga<Pay> transfer(String name) {
        return Saga.define(name, CODEC)
                .step("take", adds("a", -10))
                .compensate(adds("a", 10))
                .step("check", adds("a", 0))
                .step("give", adds("b", 10))
                .compensate(adds("b", -10))
                .build();
    }

    @Test
    void doesItsStepsInOrder() throws Exception {
        var saga = transfer("pay");
        var view = engine(saga).start(saga, "k1", new Pay("a", 10, null)).await(LONG);
        assertThat(view.status()).isEqualTo(SagaStatus.DONE);
        assertThat(CODEC.decode(view.context()).note()).isEqualTo("take,check,give");
        assertThat(view.steps())
                .extracting(SagaView.StepView::name)
                .containsExactly("take", "check", "give");
        assertThat(balance("a")).isEqualTo(90);
        assertThat(balance("b")).isEqualTo(110);
    }

    @Test
    void threeStepsAreThreeCommits() throws Exception {
        var saga = transfer("pay");
        var options3 =
                options.withLease(
                                Duration.ofSeconds(60),
                                Duration.ofSeconds(120),
                                Duration.ofSeconds(60))
                        .withKeep(null);
        var engine = SagaEngine.open(source, options3, saga);
        opened.add(engine);
        engine.start(saga, null, new Pay("a", 10, null)).await(LONG);
        // The tables, the clock, the first look, and three steps.
        until(() -> source.commits.get() == 6);
        long before = source.commits.get();
        for (int i = 0; i < 5; i++) {
            engine.start(saga, null, new Pay("a", 10, null)).await(LONG);
        }
        assertThat(source.commits.get() - before).isEqualTo(15);
    }

    @Test
    void undoesInReverseOrder() throws Exception {
        var saga =
                Saga.define("back", CODEC)
                        .step("one", adds("a", -10))
                        .compensate(adds("a", 10))
                        .step("two", adds("b", -10))
                        .compensate(adds("b", 10))
                        .step("three", refuses())
                        .build();
        var view = engine(saga).start(saga, null, new Pay("a", 10, null)).await(LONG);
        assertThat(view.status()).isEqualTo(SagaStatus.COMPENSATED);
        assertThat(view.why()).contains("three").contains("no");
        assertThat(CODEC.decode(view.context()).note()).isEqualTo("one,two,two-undone,one-undone");
        assertThat(balance("a")).isEqualTo(100);
        assertThat(balance("b")).isEqualTo(100);
    }

    @Test
    void runsBranchesAtTheSameTime() throws Exception {
        var both = new CountDownLatch(2);
        Action<Pay> meets =
                step -> {
                    both.countDown();
                    assertThat(both.await(10, TimeUnit.SECONDS)).isTrue();
                    step.update(pay -> pay.noting("x"));
                };
        var saga =
                Saga.define("fork", CODEC)
                        .parallel(p ->
                                p.branch(
                                                "l",
                                                b ->
                                                        b.step("left", meets)
                                                                .step("left2", adds("a", 1)))
                                        .branch(
                                                "r",
                                                b ->
                                                        b.step("right", meets)
                                                                .step("right2", adds("b", 1))))
                        .step("join", adds("a", 1))
                        .build();
        var view = engine(saga).start(saga, null, new Pay("a", 10, null)).await(LONG);
        assertThat(view.status()).isEqualTo(SagaStatus.DONE);
        assertThat(CODEC.decode(view.context()).note().split(",")).hasSize(5).endsWith("join");
        assertThat(balance("a") + balance("b")).isEqualTo(203);
    }

    @Test
    void undoesBranchesWhenOneFails() throws Exception {
        var saga =
                Saga.define("fork-back", CODEC)
                        .step("first", adds("a", 5))
                        .compensate(adds("a", -5))
                        .parallel(p ->
                                p.branch(
                                                "l",
                                                b ->
                                                        b.step("left", adds("a", 1))
                                                                .compensate(adds("a", -1)))
                                        .branch(
                                                "r",
                                                b ->
                                                        b.step("right", adds("b", 1))
                                                                .compensate(adds("b", -1))
                                                                .step("no", refuses())))
                        .build();
        var view = engine(saga).start(saga, null, new Pay("a", 10, null)).await(LONG);
        assertThat(view.status()).isEqualTo(SagaStatus.COMPENSATED);
        assertThat(balance("a")).isEqualTo(100);
        assertThat(balance("b")).isEqualTo(100);
    }

    @Test
    void triesAgainAndThenGoesBack() throws Exception {
        var calls = new AtomicInteger();
        var saga =
                Saga.define("retry", CODEC)
                        .retry(QUICK)
                        .step("one", adds("a", -10))
                        .compensate(adds("a", 10))
                        .step(
                                "bad",
                                step -> {
                                    adds("b", 7).run(step);
                                    calls.incrementAndGet();
                                    throw new IllegalStateException("attempt " + step.attempt());
                                })
                        .build();
        var view = engine(saga).start(saga, null, new Pay("a", 10, null)).await(LONG);
        assertThat(view.status()).isEqualTo(SagaStatus.COMPENSATED);
        assertThat(calls).hasValue(3);
        assertThat(view.why()).contains("attempt 3");
        assertThat(balance("a") + balance("b")).isEqualTo(200);
    }

    @Test
    void goesForwardOnlyBehindThePivot() throws Exception {
        var calls = new AtomicInteger();
        var saga =
                Saga.define("pivot", CODEC)
                        .retry(QUICK)
                        .step("one", adds("a", -10))
                        .compensate(adds("a", 10))
                        .pivot("point", adds("b", 10))
                        .step(
                                "last",
                                step -> {
                                    if (calls.incrementAndGet() < 8) {
                                        throw new RefusedException("not yet");
                                    }
                                })
                        .build();
        var view = engine(saga).start(saga, null, new Pay("a", 10, null)).await(LONG);
        assertThat(view.status()).isEqualTo(SagaStatus.DONE);
        assertThat(calls).hasValue(8);
        assertThat(balance("b")).isEqualTo(110);
    }

    @Test
    void refusesASecondSagaOfTheSameKey() throws Exception {
        var saga = transfer("pay");
        var engine = engine(saga);
        var first = engine.start(saga, "order-1", new Pay("a", 10, null)).await(LONG);
        assertThatThrownBy(() -> engine.start(saga, "order-1", new Pay("a", 10, null)).await(LONG))
                .isInstanceOfSatisfying(
                        SagaException.class,
                        e -> {
                            assertThat(e.code()).isEqualTo(SagaException.Code.DUPLICATE);
                            assertThat(e).hasMessageContaining(first.id());
                        });
        assertThat(balance("a")).isEqualTo(90);
        assertThat(engine.active()).isZero();
    }

    @Test
    void anotherNodeFinishesWhatADeadOneBegan() throws Exception {
        var dead = new AtomicBoolean(true);
        var reached = new CountDownLatch(1);
        var saga =
                Saga.define("pay", CODEC)
                        .step("take", adds("a", -10))
                        .compensate(adds("a", 10))
                        .step(
                                "give",
                                step -> {
                                    if (dead.get()) {
                                        reached.countDown();
                                        Thread.sleep(100_000);
                                    }
                                    adds("b", 10).run(step);
                                })
                        .build();
        var first = SagaEngine.open(source, options, saga);
        var handle = first.start(saga, "k", new Pay("a", 10, null));
        assertThat(reached.await(10, TimeUnit.SECONDS)).isTrue();
        dead.set(false);
        opened.add(first);
        first.dieForTests();
        var second = engine(saga);
        long since = System.nanoTime();
        while (second.find(handle.id()).orElseThrow().status() != SagaStatus.DONE) {
            assertThat(System.nanoTime() - since).isLessThan(10_000_000_000L);
            Thread.sleep(20);
        }
        assertThat(balance("a")).isEqualTo(90);
        assertThat(balance("b")).isEqualTo(110);
    }

    @Test
    void takesOverWhileItsStepsHaveAllConnections() throws Exception {
        var release = new CountDownLatch(1);
        var held = new CountDownLatch(3);
        var saga =
                Saga.define("pay", CODEC)
                        .step("begin", adds("a", 0))
                        .step(
                                "take",
                                step -> {
                                    held.countDown();
                                    release.await();
                                    adds("a", -10).run(step);
                                })
                        .build();
        var first = SagaEngine.open(source, options, saga);
        opened.add(first);
        var left = first.start(saga, "left", new Pay("a", 10, null)).id();
        var narrow = new NarrowSource(source, 3);
        var second = SagaEngine.open(narrow, options.withNode("second"), saga);
        opened.add(second);
        var own = new ArrayList<SagaHandle>();
        for (int i = 0; i < 2; i++) {
            own.add(second.start(saga, null, new Pay("a", 10, null)));
        }
        assertThat(held.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        until(() -> narrow.free() == 0);
        // It would take what the patrol gives back.
        own.add(second.start(saga, null, new Pay("a", 10, null)));
        first.dieForTests();
        var owned =
                "SELECT owner FROM " + options.node().prefix() + "saga WHERE business_key = 'left'";
        until(() -> String.valueOf(first(owned)).startsWith("second/"));
        release.countDown();
        for (var handle : own) {
            assertThat(handle.await(LONG).status()).isEqualTo(SagaStatus.DONE);
        }
        until(() -> second.find(left).orElseThrow().status() == SagaStatus.DONE);
        assertThat(balance("a")).isEqualTo(60);
    }

    private String first(String query) throws SQLException {
        try (var connection = source.getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getString(1) : null;
        }
    }

    @Test
    void manySagasShareCommits() throws Exception {
        Action<Pay> writes =
                step ->
                        step.write(
                                "UPDATE account SET balance = balance + ? WHERE id = ?",
                                step.isCompensation() ? -1 : 1,
                                step.context().account());
        var saga =
                Saga.define("grouped", CODEC)
                        .step("one", writes)
                        .grouped()
                        .step("two", writes)
                        .grouped()
                        .step("three", writes)
                        .grouped()
                        .build();
        var engine = engine(saga);
        long before = source.commits.get();
        var handles = new ArrayList<SagaHandle>();
        for (int i = 0; i < 300; i++) {
            handles.add(engine.start(saga, null, new Pay(i % 2 == 0 ? "a" : "b", 1, null)));
        }
        for (var handle : handles) {
            assertThat(handle.await(LONG).status()).isEqualTo(SagaStatus.DONE);
        }
        assertThat(balance("a")).isEqualTo(100 + 450);
        assertThat(balance("b")).isEqualTo(100 + 450);
        assertThat(source.commits.get() - before).isLessThan(450);
    }

    @Test
    void aGroupThatWaitsForALockHoldsUpNoOther() throws Exception {
        var begun = new CountDownLatch(1);
        var saga =
                Saga.define("locked", CODEC)
                        .step(
                                "one",
                                step -> {
                                    step.write(
                                            "UPDATE account SET balance = balance + 1 WHERE id = ?",
                                            step.context().account());
                                    begun.countDown();
                                })
                        .grouped()
                        .build();
        var engine = engine(saga);
        SagaHandle waits;
        var others = new ArrayList<SagaHandle>();
        try (var connection = source.getConnection();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("UPDATE account SET balance = 0 WHERE id = 'a'");
            waits = engine.start(saga, null, new Pay("a", 1, null));
            assertThat(begun.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
            // Too few for a full group; the first of them may share the commit that waits.
            for (int i = 0; i < 10; i++) {
                others.add(engine.start(saga, null, new Pay("b", 1, null)));
                Thread.sleep(20);
            }
            CompletableFuture.anyOf(
                            others.stream().map(SagaHandle::done).toArray(CompletableFuture[]::new))
                    .get(LONG.toSeconds(), TimeUnit.SECONDS);
            assertThat(waits.done()).isNotDone();
            connection.rollback();
            connection.setAutoCommit(true);
        }
        assertThat(waits.await(LONG).status()).isEqualTo(SagaStatus.DONE);
        for (var other : others) {
            assertThat(other.await(LONG).status()).isEqualTo(SagaStatus.DONE);
        }
        assertThat(balance("a")).isEqualTo(101);
        assertThat(balance("b")).isEqualTo(100 + others.size());
    }

    @Test
    void oneBadSagaOfAGroupFailsAlone() throws Exception {
        var saga =
                Saga.define("mixed", CODEC)
                        .retry(RetryPolicy.NEVER)
                        .step(
                                "one",
                                step ->
                                        step.write(
                                                "INSERT INTO account VALUES (?, ?)",
                                                step.context().account(),
                                                0))
                        .grouped()
                        .build();
        var engine = engine(saga);
        var handles = new ArrayList<SagaHandle>();
        for (int i = 0; i < 50; i++) {
            handles.add(engine.start(saga, null, new Pay(i == 17 ? "a" : "n" + i, 1, null)));
        }
        for (int i = 0; i < 50; i++) {
            assertThat(handles.get(i).await(LONG).status())
                    .isEqualTo(i == 17 ? SagaStatus.COMPENSATED : SagaStatus.DONE);
        }
    }

    @Test
    void rollsBackAStepThatTakesTooLong() throws Exception {
        var saga =
                Saga.define("slow", CODEC)
                        .retry(RetryPolicy.NEVER)
                        .timeout(Duration.ofMillis(80))
                        .step(
                                "one",
                                step -> {
                                    adds("a", 5).run(step);
                                    Thread.sleep(60_000);
                                })
                        .build();
        var view = engine(saga).start(saga, null, new Pay("a", 10, null)).await(LONG);
        assertThat(view.status()).isEqualTo(SagaStatus.COMPENSATED);
        assertThat(view.why()).contains("took longer than PT0.08S");
        assertThat(balance("a")).isEqualTo(100);
    }

    @Test
    void failuresMaySayAnything() throws Exception {
        var words =
                List.of(
                        "nul \0.",
                        "half \ud83d.",
                        "x".repeat(5000),
                        // Cut in the middle of a character.
                        "x" + "\ud83d\ude00".repeat(2000));
        for (var word : words) {
            var saga =
                    Saga.define("words" + words.indexOf(word), CODEC)
                            .retry(RetryPolicy.NEVER)
                            .step("one", adds("a", 5))
                            .compensate(adds("a", -5))
                            .step(
                                    "two",
                                    _ -> {
                                        throw new IllegalStateException(word);
                                    })
                            .build();
            var view = engine(saga).start(saga, null, new Pay("a", 1, null)).await(LONG);
            assertThat(view.status()).isEqualTo(SagaStatus.COMPENSATED);
            assertThat(view.why()).contains(word.substring(0, 3));
        }
        assertThat(balance("a")).isEqualTo(100);
    }

    /// Also where what a step writes goes to the database with the step itself.
    @Test
    void writesThatTheDatabaseRefusesFailTheStep() throws Exception {
        var writes =
                List.of(
                        "UPDATE account SET balance = 1 / (balance - balance) WHERE id = 'a'",
                        "UPDATE account SET balance = ? WHERE id = 'a'",
                        "UPDATE nowhere SET balance = 1",
                        "INSERT INTO account VALUES ('a', 1)",
                        "UPDATE account SET balance = 1 / (balance - balance)",
                        "UPDATE account SET balance = ?",
                        "INSERT INTO account SELECT id, balance FROM account",
                        "what is this",
                        "UPDATE account SET balance = 'x");
        for (var write : writes) {
            var saga =
                    Saga.define("bad" + writes.indexOf(write), CODEC)
                            .retry(RetryPolicy.NEVER)
                            .step("one", adds("a", 5))
                            .compensate(adds("a", -5))
                            .step(
                                    "two",
                                    step -> {
                                        step.write("UPDATE account SET balance = 0 -- all");
                                        step.write(write);
                                    })
                            .build();
            var view = engine(saga).start(saga, null, new Pay("a", 1, null)).await(LONG);
            assertThat(view.status()).as(write).isEqualTo(SagaStatus.COMPENSATED);
            assertThat(view.why()).startsWith("two: ");
        }
        assertThat(balance("a")).isEqualTo(100);
        assertThat(balance("b")).isEqualTo(100);
        var good =
                Saga.define("good", CODEC)
                        .step(
                                "one",
                                step -> {
                                    step.write(
                                            "UPDATE account SET balance = ? WHERE id = ? -- one",
                                            7,
                                            "a");
                                    step.write(
                                            "UPDATE account SET balance = ? WHERE id = ?", 8, "b");
                                })
                        .build();
        engine(good).start(good, null, new Pay("a", 1, null)).await(LONG);
        assertThat(balance("a")).isEqualTo(7);
        assertThat(balance("b")).isEqualTo(8);
    }

    @Test
    void contextsThatTheDatabaseCannotHoldFailTheStep() throws Exception {
        var saga =
                Saga.define("nul", Codec.text())
                        .retry(RetryPolicy.NEVER)
                        .step("one", step -> step.update(c -> c + "\0"))
                        .build();
        var engine = engine(saga);
        var view = engine.start(saga, null, "x").await(LONG);
        // Only PostgreSQL has no such character.
        assertThat(view.status()).isIn(SagaStatus.DONE, SagaStatus.COMPENSATED);
        assertThat(view.context()).isEqualTo(view.status() == SagaStatus.DONE ? "x\0" : "x");
    }

    @Test
    void goesBackWhenTheDeadlineHasPassed() throws Exception {
        // One that waits in memory, and one that left it: neither is tried again before.
        for (var pause : List.of(options.park(), Duration.ofHours(1))) {
            var saga =
                    Saga.define("late" + pause.toHours(), CODEC)
                            .deadline(Duration.ofMillis(300))
                            .retry(new RetryPolicy(1000, pause, pause))
                            .step("one", adds("a", 5))
                            .compensate(adds("a", -5))
                            .step(
                                    "never",
                                    _ -> {
                                        throw new IllegalStateException("x");
                                    })
                            .build();
            var began = System.nanoTime();
            var view = engine(saga).start(saga, null, new Pay("a", 10, null)).await(LONG);
            assertThat(view.status()).isEqualTo(SagaStatus.COMPENSATED);
            assertThat(view.why()).isEqualTo("deadline passed");
            assertThat(balance("a")).isEqualTo(100);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(options.park());
        }
    }

    @Test
    void cancelsRetriesSkipsAndAbandons() throws Exception {
        var open = new AtomicBoolean();
        var saga =
                Saga.define("ops", CODEC)
                        .retry(new RetryPolicy(1, Duration.ofHours(1), Duration.ofHours(1)))
                        .step("one", adds("a", 5))
                        .compensate(step -> {
                            if (!open.get() || !"1".equals(step.businessKey())) {
                                throw new IllegalStateException("shut");
                            }
                            adds("a", -5).run(step);
                        })
                        .step("wait", _ -> Thread.sleep(100_000))
                        .build();
        var engine = engine(saga);
        var first = engine.start(saga, "1", new Pay("a", 1, null));
        var second = engine.start(saga, "2", new Pay("a", 1, null));
        var third = engine.start(saga, "3", new Pay("a", 1, null));
        for (var handle : List.of(first, second, third)) {
            until(() -> engine.find(handle.id()).map(v -> v.steps().size() == 1).orElse(false));
            engine.cancel(handle.id(), "changed my mind");
        }
        for (var handle : List.of(first, second, third)) {
            until(() -> engine.find(handle.id()).orElseThrow().stuck());
        }
        assertThat(engine.stuck(10))
                .hasSize(3)
                .allSatisfy(v -> assertThat(v.why()).contains("shut"));
        open.set(true);
        engine.retry(first.id());
        assertThat(first.await(LONG).status()).isEqualTo(SagaStatus.COMPENSATED);
        engine.skip(second.id(), "one");
        assertThat(second.await(LONG).status()).isEqualTo(SagaStatus.COMPENSATED);
        engine.abandon(third.id(), "paid by hand");
        var view = third.await(LONG);
        assertThat(view.status()).isEqualTo(SagaStatus.ABANDONED);
        assertThat(view.why()).isEqualTo("paid by hand");
        assertThat(balance("a")).isEqualTo(110);
        assertThatThrownBy(() -> engine.cancel(third.id(), "x"))
                .isInstanceOfSatisfying(
                        SagaException.class,
                        e -> assertThat(e.code()).isEqualTo(SagaException.Code.STATE));
        assertThat(engine.list("ops", SagaStatus.COMPENSATED, 10)).hasSize(2);
    }

    /// A saga that may be beyond its pivot is not cancelled before that is known. Other commands
    /// need not wait for that.
    @Test
    void aLaterCommandTakesThePlaceOfOneThatWaits() throws Exception {
        var pause = options.park().minusSeconds(1);
        var saga =
                Saga.define("unsure", CODEC)
                        .retry(new RetryPolicy(9, pause, pause))
                        .pivot(
                                "point",
                                Remote.<Pay>of(
                                        (_, _, _, _) -> {
                                            throw new java.io.IOException("no answer");
                                        },
                                        _ -> new Remote.Message("", "")))
                        .build();
        var engine = engine(saga);
        var handle = engine.start(saga, null, new Pay("a", 1, null));
        until(() ->
                engine.find(handle.id())
                        .map(v -> v.steps().stream().anyMatch(s -> s.attempts() == 1))
                        .orElse(false));
        engine.cancel(handle.id(), "please");
        // The second command comes when the first is known to have to wait.
        long looks = source.commits.get();
        until(() -> source.commits.get() > looks + 6);
        assertThat(handle.done()).isNotDone();
        engine.abandon(handle.id(), "nobody knows");
        var view = handle.await(LONG);
        assertThat(view.status()).isEqualTo(SagaStatus.ABANDONED);
        assertThat(view.steps().getFirst().attempts()).isEqualTo(1);
    }

    @Test
    void forgetsWhatEndedLongAgo() throws Exception {
        var inner = transfer("inner");
        var go = new CountDownLatch(1);
        var outer =
                Saga.define("outer", CODEC)
                        .nested("sub", inner, c -> c, (_, _) -> {})
                        .step("last", _ -> go.await())
                        .build();
        var saga = transfer("pay");
        var engine = engine(saga, outer);
        var old = new ArrayList<SagaHandle>();
        for (int i = 0; i < 150; i++) {
            old.add(engine.start(saga, "k" + i, new Pay("a", 1, null)));
        }
        for (var handle : old) {
            handle.await(LONG);
        }
        var around = engine.start(outer, null, new Pay("a", 1, null));
        until(() -> engine.list("inner", SagaStatus.DONE, 10).size() == 1);
        var waits = engine.schedule(saga, "later", new Pay("a", 1, null), TOMORROW);
        engine.close();
        // All that has an end ended two weeks ago, but for one.
        execute(
                "UPDATE "
                        + options.node().prefix()
                        + "saga SET ended = ended - 1209600000 WHERE ended IS NOT NULL");
        var second = engine(saga, outer);
        second.start(saga, "new", new Pay("a", 1, null)).await(LONG);
        until(() -> second.list("pay", SagaStatus.DONE, 1000).size() == 1);
        assertThat(second.find(old.getFirst().id())).isEmpty();
        assertThat(second.find(waits.id())).isPresent();
        assertThat(second.find("pay", "new")).isPresent();
        // The one around it is not at its end.
        assertThat(second.list("inner", null, 10)).hasSize(1);
        go.countDown();
        until(() -> second.find(around.id()).orElseThrow().status() == SagaStatus.DONE);
        assertThat(count("step WHERE saga_id NOT IN (SELECT id FROM $saga)")).isZero();
        // The key is free again.
        assertThat(second.start(saga, "k0", new Pay("a", 1, null)).await(LONG).status())
                .isEqualTo(SagaStatus.DONE);
    }

    private int count(String table) throws SQLException {
        var prefix = options.node().prefix();
        try (var connection = source.getConnection();
                var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "SELECT COUNT(*) FROM " + prefix + table.replace("$", prefix))) {
            rows.next();
            return rows.getInt(1);
        }
    }

    @Test
    void whoeverWaitsForASagaThatVanishesIsTold() throws Exception {
        var saga = transfer("pay");
        var engine = engine(saga);
        var handle = engine.schedule(saga, null, new Pay("a", 1, null), TOMORROW);
        execute("DELETE FROM " + options.node().prefix() + "saga");
        assertThatThrownBy(() -> handle.await(LONG))
                .isInstanceOfSatisfying(
                        SagaException.class,
                        e -> assertThat(e.code()).isEqualTo(SagaException.Code.NOT_FOUND));
    }

    @Test
    void theInboxForgetsWhatNobodyRepeats() throws Exception {
        var inbox = Inbox.open(source, options.node().prefix());
        var effects = new AtomicInteger();
        Inbox.Effect effect = _ -> "effect " + effects.incrementAndGet();
        for (var key : List.of("s//old/do", "s//heard/do", "s//undone/undo")) {
            inbox.serve(key, effect);
        }
        var week = Duration.ofDays(7);
        assertThat(inbox.forget(week)).isZero();
        execute(
                "UPDATE "
                        + options.node().prefix()
                        + "inbox SET at = at - "
                        + Duration.ofDays(8).toMillis());
        assertThat(inbox.serve("s//heard/do", effect).body()).isEqualTo("effect 2");
        assertThat(inbox.forget(week)).isEqualTo(2);
        assertThat(inbox.serve("s//heard/do", effect).body()).isEqualTo("effect 2");
        assertThat(inbox.serve("s//old/do", effect).body()).isEqualTo("effect 3");
    }

    @Test
    void theInboxForgetsByItselfALittleARequest() throws Exception {
        var week = Duration.ofDays(7);
        var prefix = options.node().prefix();
        var before = Inbox.open(source, prefix);
        for (int i = 0; i < 100; i++) {
            before.serve("old" + i + "//a/do", _ -> "");
        }
        execute("UPDATE " + prefix + "inbox SET at = at - " + Duration.ofDays(8).toMillis());
        before.serve("new//a/do", _ -> "first");
        assertThat(count("inbox")).isEqualTo(101);
        var inbox = Inbox.open(source, prefix, week);
        assertThat(inbox.serve("new//a/do", _ -> "second").body()).isEqualTo("first");
        assertThat(count("inbox")).isEqualTo(37);
        assertThat(inbox.serve("new//a/do", _ -> "second").body()).isEqualTo("first");
        assertThat(count("inbox")).isOne();
        assertThatThrownBy(() -> Inbox.open(source, prefix, Duration.ofMillis(999)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void skipsForwardToo() throws Exception {
        var saga =
                Saga.define("over", CODEC)
                        .retry(new RetryPolicy(1, Duration.ofHours(1), Duration.ofHours(1)))
                        .pivot("one", adds("a", 5))
                        .step(
                                "two",
                                _ -> {
                                    throw new IllegalStateException("shut");
                                })
                        .step("three", adds("b", 5))
                        .build();
        var engine = engine(saga);
        var handle = engine.start(saga, null, new Pay("a", 1, null));
        until(() -> !engine.stuck(10).isEmpty());
        engine.skip(handle.id(), "two");
        var view = handle.await(LONG);
        assertThat(view.status()).isEqualTo(SagaStatus.DONE);
        assertThat(view.steps())
                .extracting(SagaView.StepView::state)
                .containsExactly(StepState.DONE, StepState.SKIPPED, StepState.DONE);
        assertThat(balance("b")).isEqualTo(105);
    }

    @Test
    void startsWhenItIsTimeAndWithTheCallersTransaction() throws Exception {
        var began = new java.util.concurrent.atomic.AtomicReference<Instant>();
        var saga =
                Saga.define("pay", CODEC)
                        .step("one", _ -> began.compareAndSet(null, Instant.now()))
                        .build();
        var engine = engine(saga);
        var at = Instant.now().plusMillis(700).truncatedTo(java.time.temporal.ChronoUnit.MILLIS);
        var handle = engine.schedule(saga, "later", new Pay("a", 1, null), at);
        try (var connection = source.getConnection()) {
            connection.setAutoCommit(false);
            engine.enlist(connection, saga, "never", new Pay("a", 1, null), null);
            connection.rollback();
            connection.setAutoCommit(true);
        }
        assertThat(handle.await(LONG).status()).isEqualTo(SagaStatus.DONE);
        assertThat(began.get()).isAfterOrEqualTo(at);
        assertThat(engine.find("pay", "never")).isEmpty();
    }

    @Test
    void pausedDefinitionsStartNothing() throws Exception {
        var saga = transfer("pay");
        var engine = engine(saga);
        var later = engine.schedule(saga, null, new Pay("a", 1, null), TOMORROW);
        engine.pause("pay");
        until(() -> {
            try {
                engine.start(saga, null, new Pay("a", 1, null)).await(LONG);
                return false;
            } catch (SagaException e) {
                return e.code() == SagaException.Code.PAUSED;
            }
        });
        execute("UPDATE " + options.node().prefix() + "saga SET due = 0 WHERE due IS NOT NULL");
        until(() -> !engine.stuck(10).isEmpty());
        assertThat(engine.stuck(10))
                .singleElement()
                .satisfies(v -> assertThat(v.why()).isEqualTo("the definition is paused"));
        engine.resume("pay");
        assertThat(later.await(LONG).status()).isEqualTo(SagaStatus.DONE);
        until(() -> {
            try {
                return engine.start(saga, null, new Pay("a", 1, null)).await(LONG).status()
                        == SagaStatus.DONE;
            } catch (SagaException e) {
                return false;
            }
        });
    }

    @Test
    void nestedSagasFollowAndGoBackWithTheOneAround() throws Exception {
        var inner = transfer("inner");
        var good =
                Saga.define("good", CODEC)
                        .step("first", adds("a", 1))
                        .compensate(adds("a", -1))
                        .nested(
                                "sub",
                                inner,
                                c -> c,
                                (step, c) -> step.update(p -> p.noting("sub:" + c.note().length())))
                        .step("last", adds("a", 1))
                        .build();
        var bad =
                Saga.define("bad", CODEC)
                        .nested("sub", inner, c -> c, (_, _) -> {})
                        .step("last", refuses())
                        .build();
        var engine = engine(good, bad);
        var view = engine.start(good, null, new Pay("a", 10, null)).await(LONG);
        assertThat(view.status()).isEqualTo(SagaStatus.DONE);
        assertThat(CODEC.decode(view.context()).note()).contains("sub:");
        assertThat(balance("a")).isEqualTo(92);
        assertThat(engine.start(bad, null, new Pay("a", 10, null)).await(LONG).status())
                .isEqualTo(SagaStatus.COMPENSATED);
        assertThat(balance("a")).isEqualTo(92);
        assertThat(balance("b")).isEqualTo(110);
    }

    @Test
    void remoteStepsAreAskedUntilTheOutcomeIsKnown() throws Exception {
        var inbox = Inbox.open(source, options.node().prefix());
        var calls = Collections.synchronizedList(new ArrayList<String>());
        Remote.Transport lossy =
                (message, key, _, _) -> {
                    calls.add(key);
                    var reply =
                            inbox.serve(
                                    key,
                                    connection -> {
                                        try (var statement = connection.createStatement()) {
                                            statement.execute(
                                                    "UPDATE account SET balance = balance + "
                                                            + message.body()
                                                            + " WHERE id = '"
                                                            + message.target()
                                                            + "'");
                                        }
                                        return "ok";
                                    });
                    if (calls.stream().filter(key::equals).count() < 3) {
                        throw new java.io.IOException("answer lost");
                    }
                    return reply;
                };
        var saga =
                Saga.define("remote", CODEC)
                        .retry(new RetryPolicy(10, Duration.ofMillis(5), Duration.ofMillis(5)))
                        .step("take", Remote.<Pay>of(lossy, _ -> new Remote.Message("a", "-10")))
                        .compensate(Remote.<Pay>of(lossy, _ -> new Remote.Message("a", "10")))
                        .step("give", Remote.<Pay>of(lossy, _ -> new Remote.Message("b", "10")))
                        .compensate(Remote.<Pay>of(lossy, _ -> new Remote.Message("b", "-10")))
                        .step(
                                "last",
                                step -> {
                                    if (step.context().amount() == 0) {
                                        throw new RefusedException("zero");
                                    }
                                })
                        .build();
        var engine = engine(saga);
        assertThat(engine.start(saga, null, new Pay("a", 10, null)).await(LONG).status())
                .isEqualTo(SagaStatus.DONE);
        assertThat(balance("a")).isEqualTo(90);
        assertThat(balance("b")).isEqualTo(110);
        assertThat(calls).hasSize(6);
        assertThat(engine.start(saga, null, new Pay("a", 0, null)).await(LONG).status())
                .isEqualTo(SagaStatus.COMPENSATED);
        assertThat(balance("a")).isEqualTo(90);
        assertThat(balance("b")).isEqualTo(110);
    }

    @Test
    void compensatesAnUnknownOutcomeAndTheParticipantRefusesTheLateCall() throws Exception {
        var inbox = Inbox.open(source, options.node().prefix());
        var keys = new ArrayList<String>();
        Inbox.Effect effect =
                connection -> {
                    try (var statement = connection.createStatement()) {
                        statement.execute("UPDATE account SET balance = 0 WHERE id = 'a'");
                    }
                    return "ok";
                };
        Remote.Transport holds =
                (_, key, _, _) -> {
                    keys.add(key);
                    throw new java.io.IOException("held back");
                };
        Remote.Transport direct = (_, key, _, _) -> inbox.serve(key, effect);
        var saga =
                Saga.define("unknown", CODEC)
                        .retry(QUICK)
                        .step("take", Remote.<Pay>of(holds, _ -> new Remote.Message("", "")))
                        .compensate(Remote.<Pay>of(direct, _ -> new Remote.Message("", "")))
                        .build();
        var view = engine(saga).start(saga, null, new Pay("a", 10, null)).await(LONG);
        assertThat(view.status()).isEqualTo(SagaStatus.COMPENSATED);
        assertThat(inbox.serve(keys.getFirst(), effect).outcome())
                .isEqualTo(Remote.Outcome.REFUSED);
        assertThat(balance("a")).isEqualTo(100);
    }

    @Test
    void messagesLeaveWithTheStep() throws Exception {
        var saga =
                Saga.define("send", CODEC)
                        .step("one", step -> step.send("topic", step.idempotencyKey(), "hello"))
                        .step(
                                "two",
                                step -> {
                                    step.send("topic", step.idempotencyKey(), "never");
                                    throw new RefusedException("no");
                                })
                        .build();
        var engine = engine(saga);
        engine.start(saga, null, new Pay("a", 10, null)).await(LONG);
        var got = new ArrayList<String>();
        var outbox = Outbox.open(source, options.node().prefix(), (_, _, body, _) -> got.add(body));
        assertThat(outbox.relay()).isEqualTo(1);
        assertThat(outbox.relay()).isZero();
        assertThat(got).containsExactly("hello");
    }

    @Test
    void onlyForceTakesBackWhatIsBeyondThePivot() throws Exception {
        var saga =
                Saga.define("force", CODEC)
                        .step("take", adds("a", -10))
                        .compensate(adds("a", 10))
                        .pivot("give", adds("b", 10))
                        .compensate(adds("b", -10))
                        .step(
                                "tell",
                                _ -> {
                                    throw new IllegalStateException("never");
                                })
                        .retry(new RetryPolicy(1, Duration.ofHours(1), Duration.ofHours(1)))
                        .build();
        var engine = engine(saga);
        var handle = engine.start(saga, null, new Pay("a", 10, null));
        until(() -> !engine.stuck(10).isEmpty());
        assertThat(engine.stuck(10).getFirst().why()).contains("tell").contains("never");
        engine.cancel(handle.id(), "please");
        // Only a command makes it try again so soon.
        until(() -> engine.find(handle.id()).orElseThrow().steps().getLast().attempts() > 1);
        assertThat(engine.find(handle.id()).orElseThrow().status()).isEqualTo(SagaStatus.RUNNING);
        assertThat(balance("b")).isEqualTo(110);
        engine.compensate(handle.id(), "the shop is gone");
        var view = handle.await(LONG);
        assertThat(view.status()).isEqualTo(SagaStatus.COMPENSATED);
        assertThat(view.why()).isEqualTo("compensation forced: the shop is gone");
        assertThat(CODEC.decode(view.context()).note())
                .isEqualTo("take,give,give-undone,take-undone");
        assertThat(balance("a")).isEqualTo(100);
        assertThat(balance("b")).isEqualTo(100);
        assertThatThrownBy(() -> engine.compensate(handle.id(), "again"))
                .isInstanceOfSatisfying(
                        SagaException.class,
                        e -> assertThat(e.code()).isEqualTo(SagaException.Code.STATE));
    }

    @Test
    void keysThatLookAlikeAreTwo() throws Exception {
        var saga = transfer("pay");
        var engine = engine(saga);
        for (var key : List.of("k", "K", "k ", "\u00e9\ud83d\ude80")) {
            engine.start(saga, key, new Pay("a", 1, key)).await(LONG);
            var found = engine.find("pay", key).orElseThrow();
            assertThat(found.key()).isEqualTo(key);
            assertThat(CODEC.decode(found.context()).note()).startsWith(key + ",");
        }
        assertThat(engine.list("pay", SagaStatus.DONE, 10)).hasSize(4);
        assertThatThrownBy(() -> engine.start(saga, "K", new Pay("a", 1, null)).await(LONG))
                .isInstanceOfSatisfying(
                        SagaException.class,
                        e -> assertThat(e.code()).isEqualTo(SagaException.Code.DUPLICATE));
    }

    @Test
    void tablesThatAreHalfMadeAreFinished() throws Exception {
        var saga = transfer("pay");
        engine(saga).close();
        execute("DELETE FROM " + options.node().prefix() + "meta");
        execute("DROP TABLE " + options.node().prefix() + "inbox");
        var view = engine(saga).start(saga, null, new Pay("a", 1, null)).await(LONG);
        assertThat(view.status()).isEqualTo(SagaStatus.DONE);
        assertThat(
                        Inbox.open(source, options.node().prefix())
                                .serve("s//t/do", _ -> "ok")
                                .outcome())
                .isEqualTo(Remote.Outcome.DONE);
    }

    @Test
    void aFullNodeLetsStartsWait() throws Exception {
        var go = new CountDownLatch(1);
        var saga = Saga.define("full", CODEC).step("one", _ -> go.await()).build();
        var engine = SagaEngine.open(source, options.withAdmission(2, Duration.ofMillis(50)), saga);
        opened.add(engine);
        var first = engine.start(saga, null, new Pay("a", 1, null));
        engine.start(saga, null, new Pay("a", 1, null));
        assertThatThrownBy(() -> engine.start(saga, null, new Pay("a", 1, null)))
                .isInstanceOfSatisfying(
                        SagaException.class,
                        e -> assertThat(e.code()).isEqualTo(SagaException.Code.BUSY));
        go.countDown();
        first.await(LONG);
        engine.start(saga, null, new Pay("a", 1, null)).await(LONG);
    }

    @Test
    void sagasOfAnUnknownVersionWaitVisibly() throws Exception {
        var old = transfer("pay");
        var engine = engine(old);
        var handle = engine.schedule(old, "k", new Pay("a", 10, null), TOMORROW);
        engine.close();
        execute("UPDATE " + options.node().prefix() + "saga SET due = 0");
        var changed = Saga.define("pay", CODEC).step("other", adds("a", 1)).build();
        var second = engine(changed);
        until(() -> !second.stuck(10).isEmpty());
        assertThat(second.stuck(10).getFirst().why()).isEqualTo("waits for a node that has " + old);
        var third = engine(changed, old);
        until(() -> third.find(handle.id()).orElseThrow().status() == SagaStatus.DONE);
    }

    interface Trouble {
        void happen() throws Exception;
    }

    /// Runs sagas before, while and after something happens to the database: all are done, and each
    /// effect is there once.
    void surviving(Trouble trouble) throws Exception {
        var saga = transfer("pay");
        var engine = engine(saga);
        var stop = new AtomicBoolean();
        var handles = Collections.synchronizedList(new ArrayList<SagaHandle>());
        var load =
                Thread.ofVirtual()
                        .start(() -> {
                            while (!stop.get()) {
                                handles.add(engine.start(saga, null, new Pay("a", 10, null)));
                                java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
                            }
                        });
        until(() -> handles.size() > 10);
        trouble.happen();
        int so = handles.size();
        until(() -> handles.size() > so + 10);
        stop.set(true);
        load.join();
        for (var handle : handles) {
            assertThat(handle.await(LONG).status()).isEqualTo(SagaStatus.DONE);
        }
        assertThat(balance("a")).isEqualTo(100 - 10 * handles.size());
        assertThat(balance("b")).isEqualTo(100 + 10 * handles.size());
    }

    interface Condition {
        boolean holds() throws Exception;
    }

    static void until(Condition condition) throws Exception {
        long since = System.nanoTime();
        while (!condition.holds()) {
            assertThat(System.nanoTime() - since).as("waited").isLessThan(20_000_000_000L);
            Thread.sleep(15);
        }
    }
}
