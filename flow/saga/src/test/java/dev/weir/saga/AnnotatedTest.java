package dev.weir.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

/// Definitions that are methods of a class.
class AnnotatedTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @SagaSteps(value = "trip", deadlineMillis = 60_000)
    static final class Trip {
        final List<String> heard = Collections.synchronizedList(new ArrayList<>());

        @SagaSteps.Do(10)
        void book(Step<String> step) {
            step.update(c -> c + ",book");
        }

        @SagaSteps.Undo("book")
        void unbook(Step<String> step) {
            step.update(c -> c + ",unbook");
        }

        @SagaSteps.Do(value = 20, branch = "l")
        void hotel(Step<String> step) {
            heard.add(step.idempotencyKey());
        }

        @SagaSteps.Do(value = 21, branch = "r", name = "the flight", grouped = true)
        void flight(Step<String> step) {
            heard.add(step.idempotencyKey());
        }

        @SagaSteps.Do(value = 22, branch = "l")
        void room(Step<String> step) {
            heard.add(step.idempotencyKey());
        }

        @SagaSteps.Undo("the flight")
        void noFlight(Step<String> step) {
            heard.add(step.idempotencyKey());
        }

        @SagaSteps.Do(value = 30, attempts = 1)
        void check(Step<String> step) {
            if (step.context().startsWith("bad")) {
                throw new IllegalStateException("no");
            }
        }

        @SagaSteps.Do(value = 40, pivot = true, timeoutMillis = 5_000)
        private Remote<String> pay() {
            return Remote.of(
                    (message, key, _, limit) -> {
                        heard.add(key + " " + message.body() + " " + limit);
                        return new Remote.Reply(Remote.Outcome.DONE, "paid");
                    },
                    step -> new Remote.Message("bank", step.context()));
        }
    }

    private static Saga<String> built() {
        Action<String> nothing = _ -> {};
        return Saga.define("trip", Codec.text())
                .step("book", nothing)
                .compensate(nothing)
                .parallel(p ->
                        p.branch("l", b -> b.step("hotel", nothing).step("room", nothing))
                                .branch(
                                        "r",
                                        b ->
                                                b.step("the flight", nothing)
                                                        .grouped()
                                                        .compensate(nothing)))
                .step("check", nothing)
                .pivot("pay", Remote.of((_, _, _, _) -> null, _ -> new Remote.Message("", "")))
                .build();
    }

    @Test
    void isTheSameAsWhatIsBuilt() {
        var saga = Saga.of(new Trip(), Codec.text());
        assertThat(saga).hasToString(built().toString());
        assertThat(saga.deadline()).isEqualTo(Duration.ofMinutes(1));
        assertThat(saga.step("check").retry().attempts()).isEqualTo(1);
        assertThat(saga.step("book").retry()).isEqualTo(RetryPolicy.DEFAULT);
        assertThat(saga.step("book").timeout()).isNull();
        assertThat(saga.step("pay").timeout()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void runsAndGoesBack() throws Exception {
        var source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:annotated;DB_CLOSE_DELAY=-1");
        var trip = new Trip();
        var saga = Saga.of(trip, Codec.text());
        try (var pool = new Pool(source);
                var engine = SagaEngine.open(pool, SagaOptions.DEFAULT, saga)) {
            var good = engine.start(saga, null, "good").await(LONG);
            assertThat(good.status()).isEqualTo(SagaStatus.DONE);
            assertThat(good.context()).isEqualTo("good,book");
            assertThat(trip.heard)
                    .containsExactlyInAnyOrder(
                            good.id() + "/l/hotel/do",
                            good.id() + "/l/room/do",
                            good.id() + "/r/the flight/do",
                            good.id() + "//pay/do good,book PT5S");
            trip.heard.clear();
            var bad = engine.start(saga, null, "bad").await(LONG);
            assertThat(bad.status()).isEqualTo(SagaStatus.COMPENSATED);
            assertThat(bad.why()).contains("check: java.lang.IllegalStateException: no");
            assertThat(bad.context()).isEqualTo("bad,book,unbook");
            assertThat(trip.heard).contains(bad.id() + "/r/the flight/undo");
        }
    }

    @SagaSteps("twice")
    static final class Twice {
        @SagaSteps.Do(1)
        void one(Step<String> step) {}

        @SagaSteps.Do(1)
        void two(Step<String> step) {}
    }

    @SagaSteps("mixed")
    static final class Mixed {
        @SagaSteps.Do(1)
        void one(Step<String> step) {}

        @SagaSteps.Do(2)
        void two(Step<Integer> step) {}
    }

    @SagaSteps("lost")
    static final class Lost {
        @SagaSteps.Do(1)
        void one(Step<String> step) {}

        @SagaSteps.Undo("won")
        void two(Step<String> step) {}
    }

    @SagaSteps("shape")
    static final class Shape {
        @SagaSteps.Do(1)
        void one(String text) {}
    }

    @SagaSteps("none")
    static final class None {}

    @Test
    void refusesWhatIsNoDefinition() {
        refuses(new Twice(), "place 1 is that of");
        refuses(
                new Mixed(),
                "expected the context class java.lang.String, found class java.lang.I");
        refuses(new Lost(), "Lost.two: no step won to compensate");
        refuses(new Shape(), "expected void one(Step)");
        refuses(new None(), "expected a step");
        refuses("text", "expected a class with @SagaSteps");
    }

    private static void refuses(Object steps, String why) {
        assertThatThrownBy(() -> Saga.of(steps, Codec.text()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }
}
