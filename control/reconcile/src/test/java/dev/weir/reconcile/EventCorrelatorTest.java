package dev.weir.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.resource.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EventCorrelatorTest {
    private final EventCorrelator correlator = new EventCorrelator();
    private final Clock clock = new Clock();

    @Test
    void countsWhatWasToldBefore() {
        var first = tell("a", "Opened", "the shop is open").orElseThrow();
        clock.pass(Duration.ofSeconds(3));
        var second = tell("a", "Opened", "the shop is open").orElseThrow();
        assertThat(first.count()).isEqualTo(1);
        assertThat(second.count()).isEqualTo(2);
        assertThat(second.metadata().name()).isEqualTo(first.metadata().name());
        assertThat(second.firstTimestamp()).isEqualTo(first.firstTimestamp());
        assertThat(second.lastTimestamp()).isAfter(first.lastTimestamp());
    }

    @Test
    void keepsApartWhatDiffers() {
        var names = new HashSet<String>();
        names.add(tell("a", "Opened", "one").orElseThrow().metadata().name());
        names.add(tell("a", "Opened", "two").orElseThrow().metadata().name());
        names.add(tell("a", "Closed", "one").orElseThrow().metadata().name());
        names.add(tell("b", "Opened", "one").orElseThrow().metadata().name());
        assertThat(names).hasSize(4);
    }

    @Test
    void makesOneOfTenThatAreSimilar() {
        var events = new ArrayList<Event>();
        for (int i = 0; i < 15; i++) {
            events.add(tell("a", "Gone", "till " + i).orElseThrow());
        }
        assertThat(events.subList(0, 9)).allMatch(e -> e.message().matches("till \\d"));
        assertThat(events.subList(9, 15))
                .allMatch(e ->
                        e.message().startsWith("(combined from similar events): till 1")
                                || e.message().endsWith("till 9"));
        assertThat(events.stream().map(e -> e.metadata().name()).distinct()).hasSize(10);
        assertThat(events.getLast().count()).isEqualTo(6);
    }

    @Test
    void whatIsTenMinutesApartIsNotSimilar() {
        for (int i = 0; i < 9; i++) {
            tell("a", "Gone", "till " + i);
        }
        clock.pass(Duration.ofMinutes(11));
        assertThat(tell("a", "Gone", "till 9").orElseThrow().message()).isEqualTo("till 9");
    }

    @Test
    void anObjectHasTwentyFiveEventsThenOneInFiveMinutes() {
        int passed = 0;
        for (int i = 0; i < 100; i++) {
            passed += tell("a", "Spam" + i, "x").isPresent() ? 1 : 0;
        }
        assertThat(passed).isEqualTo(25);
        assertThat(tell("b", "Spam", "x")).isPresent();
        clock.pass(Duration.ofMinutes(5));
        assertThat(tell("a", "Spam", "x")).isPresent();
        assertThat(tell("a", "Spam", "x")).isEmpty();
    }

    @Test
    void namesAreNewAndFitWhateverTheObjectIsCalled() {
        var name = "a".repeat(235) + "." + "b".repeat(17);
        var names = new HashSet<String>();
        for (int i = 0; i < 5; i++) {
            names.add(tell(name, "R" + i, "x").orElseThrow().metadata().name());
        }
        assertThat(names).hasSize(5).allMatch(n -> n.length() <= 253 && !n.contains(".."));
    }

    @Test
    void cutsALongMessage() {
        var event = tell("a", "Long", "x".repeat(2000)).orElseThrow();
        assertThat(event.message()).hasSize(1024).endsWith("...");
    }

    @Test
    void forgetsWhatWasUsedLongestAgo() {
        var first = tell("a", "Opened", "x").orElseThrow();
        for (int i = 0; i < 5_000; i++) {
            tell("o" + i, "Opened", "x");
        }
        var again = tell("a", "Opened", "x").orElseThrow();
        assertThat(again.count()).isEqualTo(1);
        assertThat(List.of(first.metadata().name())).doesNotContain(again.metadata().name());
    }

    private Optional<Event> tell(String object, String reason, String message) {
        var about =
                new Event.Target("v1", "ConfigMap", "default", object, "u-" + object, "7", null);
        return correlator.correlate(
                new Occurrence(
                        "test", about, "Normal", reason, message, clock.now(), clock.nanos()));
    }
}
