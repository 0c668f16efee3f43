package dev.weir.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every store does, whatever it is kept on.
abstract class StoreContract {
    static final StoreOptions OPTIONS =
            new StoreOptions(
                    1 << 16,
                    1 << 16,
                    0,
                    Duration.ZERO,
                    64L << 20,
                    64,
                    1 << 17,
                    java.time.Clock.systemUTC());

    private static final Duration SOON = Duration.ofSeconds(5);

    private Store store;

    abstract Store open();

    @BeforeEach
    void openStore() {
        store = open();
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Test
    void countsRevisionsWithoutGaps() {
        for (int i = 1; i <= 10; i++) {
            assertThat(create("k" + i, "v").revision()).isEqualTo(i);
        }
        refused(StoreException.Code.EXISTS, () -> create("k1", "again"));
        assertThat(create("k11", "v").revision()).isEqualTo(11);
    }

    @Test
    void readsAnyKeptRevisionExactly() {
        create("a", "1");
        update("a", "2", 1);
        store.commit(new Write.Delete("a", null, 2, null));
        create("a", "3");
        assertThat(text("a", 1)).isEqualTo("1");
        assertThat(text("a", 2)).isEqualTo("2");
        assertThat(store.get("a", 3)).isEmpty();
        assertThat(text("a", 0)).isEqualTo("3");
        assertThat(store.get("a").orElseThrow().createRevision()).isEqualTo(4);
        refused(StoreException.Code.FUTURE, () -> store.get("a", 5));
    }

    @Test
    void checksConditionsInTheWriter() {
        var entry = create("a", "1");
        refused(StoreException.Code.CONFLICT, () -> update("a", "2", 7));
        refused(
                StoreException.Code.CONFLICT,
                () -> store.commit(new Write.Delete("a", UUID.randomUUID(), 0, null)));
        refused(StoreException.Code.NOT_FOUND, () -> update("b", "2", 0));
        assertThat(store.revision()).isEqualTo(1);
        store.commit(new Write.Delete("a", entry.uid(), entry.revision(), null));
        refused(
                StoreException.Code.NOT_FOUND,
                () -> store.commit(new Write.Delete("a", null, 0, null)));
    }

    @Test
    void listsPagesAsOfOneRevision() {
        for (var key : List.of("p/b", "p/a", "q/z", "p/c")) {
            create(key, key);
        }
        var first = store.list("p/", "", 2, 0);
        create("p/aa", "late");
        var second = store.list("p/", "p/b", 2, first.revision());
        assertThat(first.entries()).extracting(Entry::key).containsExactly("p/a", "p/b");
        assertThat(first.more()).isTrue();
        assertThat(first.remaining()).isEqualTo(1);
        assertThat(second.entries()).extracting(Entry::key).containsExactly("p/c");
        assertThat(second.more()).isFalse();
        assertThat(store.count("p/")).isEqualTo(4);
    }

    @Test
    void tellsWatchersEachChangeOnceInOrder() throws InterruptedException {
        create("p/a", "1");
        try (var watch = store.watch("p/", store.revision());
                var replay = store.watch("p/", 1)) {
            update("p/a", "2", 0);
            create("q/x", "other");
            store.commit(new Write.Delete("p/a", null, 0, null));
            for (var each : List.of(watch, replay)) {
                var events = take(each, 2);
                assertThat(events).extracting(StoreEvent::revision).containsExactly(2L, 4L);
                assertThat(events.get(0).previous().value()).isEqualTo("1".getBytes());
                assertThat(events.get(1).deletion()).isTrue();
                assertThat(events.get(1).entry().value()).isEqualTo("2".getBytes());
            }
            assertThat(watch.next(1, Duration.ofMillis(1))).isEmpty();
            assertThat(watch.revision()).isEqualTo(4);
        }
    }

    @Test
    void replaysAllChangesToAWatchFromTheBeginning() throws InterruptedException {
        long empty = store.list("p/", "", 0, 0).revision();
        create("p/a", "1");
        try (var watch = store.watch("p/", empty)) {
            assertThat(take(watch, 1)).extracting(StoreEvent::revision).containsExactly(1L);
        }
    }

    @Test
    void dropsAWatcherThatFallsBehindTheRing() throws InterruptedException {
        create("p/first", "1");
        try (var slow = store.watch("p/", 1)) {
            update("p/first", "2", 0);
            take(slow, 1);
            for (int i = 0; i < 200; i++) {
                create("p/" + i, "v");
            }
            refused(StoreException.Code.COMPACTED, () -> slow.next(1, SOON));
            try (var resumed = store.watch("p/", slow.revision())) {
                assertThat(take(resumed, 200)).hasSize(200);
            }
        }
    }

    @Test
    void forgetsWhatIsCompactedAndNothingElse() throws InterruptedException {
        create("a", "1");
        update("a", "2", 0);
        create("gone", "x");
        store.commit(new Write.Delete("gone", null, 0, null));
        update("a", "3", 0);
        store.compact(3);
        assertThat(store.compactedRevision()).isEqualTo(3);
        refused(StoreException.Code.COMPACTED, () -> store.get("a", 2));
        refused(StoreException.Code.COMPACTED, () -> store.watch("", 2));
        assertThat(text("a", 3)).isEqualTo("2");
        assertThat(text("gone", 3)).isEqualTo("x");
        try (var watch = store.watch("", 3)) {
            var events = take(watch, 2);
            assertThat(events.getFirst().deletion()).isTrue();
            assertThat(events.getLast().entry().value()).isEqualTo("3".getBytes());
        }
        refused(StoreException.Code.FUTURE, () -> store.compact(99));
    }

    @Test
    void fencesAWriterWhoseLeadershipPassedOn() {
        var lease = create("lease", "me");
        var mine = new Write.Fence("lease", lease.epoch());
        var taken =
                store.commit(
                        new Write.Update(
                                "lease", "you".getBytes(), null, lease.revision(), true, mine));
        assertThat(taken.epoch()).isEqualTo(taken.revision());
        refused(
                StoreException.Code.FENCED,
                () -> store.commit(new Write.Create("x", new byte[0], UUID.randomUUID(), mine)));
        var yours = new Write.Fence("lease", taken.epoch());
        var renewed =
                store.commit(new Write.Update("lease", "you2".getBytes(), null, 0, false, yours));
        assertThat(renewed.epoch()).isEqualTo(taken.epoch());
        store.commit(new Write.Create("x", new byte[0], UUID.randomUUID(), yours));
        store.commit(new Write.Delete("lease", null, 0, null));
        refused(
                StoreException.Code.FENCED,
                () -> store.commit(new Write.Delete("x", null, 0, yours)));
    }

    @Test
    void refusesWhatIsTooLarge() {
        refused(StoreException.Code.TOO_LARGE, () -> create("a", "x".repeat((1 << 16) + 1)));
        assertThat(store.revision()).isZero();
    }

    @Test
    void letsOneOfManyRacingWritersWin() {
        create("counter", "0");
        var wins = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 16; i++) {
                threads.submit(() -> {
                    for (int done = 0; done < 20; ) {
                        var old = store.get("counter").orElseThrow();
                        int value =
                                Integer.parseInt(new String(old.value(), StandardCharsets.UTF_8));
                        try {
                            update("counter", Integer.toString(value + 1), old.revision());
                            wins.incrementAndGet();
                            done++;
                        } catch (StoreException e) {
                            assertThat(e.code()).isEqualTo(StoreException.Code.CONFLICT);
                        }
                    }
                });
            }
        }
        assertThat(wins).hasValue(320);
        assertThat(text("counter", 0)).isEqualTo("320");
    }

    @Test
    void endsItsWatchesWhenItCloses() {
        var watch = store.watch("", 0);
        store.close();
        refused(StoreException.Code.CLOSED, () -> watch.next(1, SOON));
        refused(StoreException.Code.CLOSED, () -> create("a", "1"));
    }

    private Entry create(String key, String value) {
        return store.commit(
                new Write.Create(
                        key, value.getBytes(StandardCharsets.UTF_8), UUID.randomUUID(), null));
    }

    private Entry update(String key, String value, long revision) {
        return store.commit(
                new Write.Update(
                        key, value.getBytes(StandardCharsets.UTF_8), null, revision, false, null));
    }

    private String text(String key, long revision) {
        return new String(store.get(key, revision).orElseThrow().value(), StandardCharsets.UTF_8);
    }

    private static List<StoreEvent> take(StoreWatch watch, int count) throws InterruptedException {
        var events = new ArrayList<StoreEvent>();
        while (events.size() < count) {
            var more = watch.next(count - events.size(), SOON);
            assertThat(more).isNotEmpty();
            events.addAll(more);
        }
        return events;
    }

    private static void refused(StoreException.Code code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
