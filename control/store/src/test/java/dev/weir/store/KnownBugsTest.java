package dev.weir.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// The consistency bugs that etcd's robustness tests have on record, each as a test of this store;
/// all but the one of etcd's users and roles (14571), which this store does not have. Numbers are
/// those of github.com/etcd-io/etcd/issues.
class KnownBugsTest {
    private static final StoreOptions OPTIONS =
            new StoreOptions(
                    4096, 1 << 16, 0, Duration.ZERO, 64L << 20, 64, 1 << 13, Clock.systemUTC());
    private static final Duration SOON = Duration.ofSeconds(5);

    @Test
    void issue13766CrashUnderLoadLeavesNoGapInTheRevisions() throws InterruptedException {
        for (int cut = 20; cut < 120; cut++) {
            var disk = new FaultyDisk(cut);
            var futures = new ArrayList<CompletableFuture<Entry>>();
            try (var store = LogStore.onDisk(disk, OPTIONS)) {
                for (int i = 0; i < 500; i++) {
                    futures.add(store.submit(create("k" + i, 20)));
                }
            }
            var acknowledged = futures.stream().filter(done -> !done.isCompletedExceptionally());
            long newest = acknowledged.mapToLong(done -> done.join().revision()).max().orElse(0);
            try (var store = reopen(disk, cut);
                    var watch = store.watch("", 0)) {
                assertThat(store.revision()).isGreaterThanOrEqualTo(newest);
                for (long next = 1; next <= store.revision(); ) {
                    for (var event : watch.next(100, SOON)) {
                        assertThat(event.revision()).isEqualTo(next++);
                    }
                }
            }
        }
    }

    @Test
    void issue14370SingleNodeKeepsAWriteThatWasAcknowledgedBeforeTheCrash() {
        for (int cut = 5; cut < 80; cut++) {
            var disk = new FaultyDisk(cut);
            Entry last = null;
            try (var store = LogStore.onDisk(disk, OPTIONS)) {
                for (int i = 0; i < 100; i++) {
                    last = store.commit(create("k" + i, 100));
                }
            } catch (StoreException e) {
                assertThat(e.code()).isEqualTo(StoreException.Code.IO);
            }
            try (var store = reopen(disk, cut)) {
                if (last != null) {
                    assertThat(store.get(last.key()).orElseThrow().revision())
                            .isEqualTo(last.revision());
                }
            }
        }
    }

    /// Our snapshots do what defragmentation does there.
    @Test
    void issue14685CrashInASnapshotKeepsStateAndRevision() {
        for (int cut = 40; cut < 160; cut++) {
            var disk = new FaultyDisk(cut);
            long revision = 0;
            int keys = 0;
            try (var store = LogStore.onDisk(disk, OPTIONS)) {
                for (int i = 0; i < 60; i++) {
                    revision = store.commit(create("k" + i, 500)).revision();
                    keys++;
                    store.compact(revision);
                }
            } catch (StoreException e) {
                assertThat(e.code()).isEqualTo(StoreException.Code.IO);
            }
            try (var store = reopen(disk, cut)) {
                assertThat(store.revision()).isBetween(revision, revision + 1);
                assertThat(store.count("k"))
                        .isEqualTo(store.revision())
                        .isGreaterThanOrEqualTo(keys);
            }
        }
    }

    @Test
    void issue15220ProgressIsNeverAheadOfTheEvents() throws InterruptedException {
        try (var store = Store.inMemory(OPTIONS);
                var watch = store.watch("p/", 0);
                var writer = Executors.newVirtualThreadPerTaskExecutor()) {
            writer.submit(() -> {
                for (int i = 1; i <= 3_000; i++) {
                    store.commit(create((i % 7 == 0 ? "p/" : "q/") + i, 1));
                }
            });
            long told = 0;
            long promised = 0;
            long after = 0;
            var current = watch;
            while (promised < 3_000) {
                List<StoreEvent> events;
                try {
                    events = current.next(3, Duration.ofMillis(20));
                } catch (StoreException _) {
                    current = store.watch("p/", after);
                    continue;
                }
                for (var event : events) {
                    assertThat(event.revision()).isEqualTo(told + 7).isGreaterThan(promised);
                    told = event.revision();
                }
                promised = current.revision();
                after = promised;
                assertThat(promised).isBetween(told, told + 6);
            }
        }
    }

    @Test
    void issue15271WatchDoesNotTravelBackOverARestart() throws InterruptedException {
        var disk = new FaultyDisk(Integer.MAX_VALUE);
        long position;
        try (var store = LogStore.onDisk(disk, OPTIONS);
                var watch = store.watch("", 0)) {
            store.commit(create("a", 1));
            store.commit(create("b", 1));
            watch.next(1, SOON);
            position = watch.revision();
        }
        try (var store = reopen(disk, 1);
                var watch = store.watch("", position)) {
            store.commit(create("c", 1));
            assertThat(take(watch, 2)).extracting(StoreEvent::revision).containsExactly(2L, 3L);
        }
    }

    @Test
    void issue17247NoEventIsToldTwice() throws InterruptedException {
        try (var store = Store.inMemory(OPTIONS);
                var watch = store.watch("", 0)) {
            var futures = new ArrayList<CompletableFuture<Entry>>();
            for (int i = 0; i < 50; i++) {
                futures.add(store.submit(create("k" + i, 1)));
                store.submit(create("k" + i, 1));
            }
            futures.forEach(CompletableFuture::join);
            assertThat(take(watch, 50)).extracting(StoreEvent::revision).doesNotHaveDuplicates();
            assertThat(watch.next(10, Duration.ofMillis(5))).isEmpty();
        }
    }

    @Test
    void issue17529StarvedWatchLosesNothing() throws InterruptedException {
        try (var store = Store.inMemory(OPTIONS)) {
            long position = 0;
            long next = 1;
            for (int round = 0; round < 20; round++) {
                try (var watch = store.watch("", position)) {
                    for (int i = 0; i < 200; i++) {
                        store.commit(create("k" + round + "/" + i, 1));
                    }
                    // Reads from the history up to the ring, then is too slow for it.
                    for (var event : watch.next(7, SOON)) {
                        assertThat(event.revision()).isEqualTo(next++);
                    }
                    position = watch.revision();
                }
            }
            try (var watch = store.watch("", position)) {
                for (var event : take(watch, (int) (store.revision() - position))) {
                    assertThat(event.revision()).isEqualTo(next++);
                }
            }
        }
    }

    /// There, the revision was taken from what compaction left over; a deletion is not left over.
    @Test
    void issue17780RevisionDoesNotDecreaseWhenACrashMeetsACompaction() {
        for (int cut = 10; cut < 110; cut++) {
            var disk = new FaultyDisk(cut);
            long revision = 0;
            long compacted = 0;
            try (var store = LogStore.onDisk(disk, OPTIONS)) {
                for (int i = 0; i < 40; i++) {
                    store.commit(create("k", 700));
                    revision = store.commit(delete("k")).revision();
                    store.compact(revision);
                    compacted = revision;
                }
            } catch (StoreException e) {
                assertThat(e.code()).isEqualTo(StoreException.Code.IO);
            }
            try (var store = reopen(disk, cut)) {
                assertThat(store.revision()).isGreaterThanOrEqualTo(revision);
                assertThat(store.compactedRevision()).isGreaterThanOrEqualTo(compacted);
                long next = store.commit(create("after", 1)).revision();
                assertThat(next).isGreaterThan(revision);
            }
        }
    }

    @Test
    void issue18089WatchTellsADeletionBehindWhatIsCompacted() throws InterruptedException {
        try (var store = Store.inMemory(OPTIONS)) {
            store.commit(create("a", 1));
            store.commit(create("b", 1));
            store.commit(delete("a"));
            store.compact(2);
            try (var watch = store.watch("", 2)) {
                assertThat(take(watch, 1).getFirst().deletion()).isTrue();
            }
            store.compact(3);
            refused(StoreException.Code.COMPACTED, () -> store.watch("", 2));
        }
    }

    @Test
    void issue18667ReadsOfCompactedRevisionsFailEvenAfterARestart() {
        var disk = new FaultyDisk(Integer.MAX_VALUE);
        try (var store = LogStore.onDisk(disk, OPTIONS)) {
            store.commit(create("a", 1));
            store.commit(delete("a"));
            store.commit(create("b", 1));
            store.compact(2);
            refused(StoreException.Code.COMPACTED, () -> store.get("a", 1));
            refused(StoreException.Code.COMPACTED, () -> store.list("", "", 0, 1));
            assertThat(store.get("a", 2)).isEmpty();
        }
        try (var store = reopen(disk, 1)) {
            refused(StoreException.Code.COMPACTED, () -> store.get("a", 1));
            assertThat(store.get("a", 2)).isEmpty();
            assertThat(store.get("b", 3)).isPresent();
        }
    }

    @Test
    void issue19179WatchOpenedWhileItsRevisionIsCompactedTellsTheDeletionOrIsRefused()
            throws Exception {
        for (int round = 0; round < 300; round++) {
            try (var store = Store.inMemory(OPTIONS);
                    var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                store.commit(create("a", 1));
                store.commit(delete("a"));
                store.commit(create("b", 1));
                var compaction = threads.submit(() -> store.compact(2));
                try (var watch = store.watch("", 1)) {
                    var events = take(watch, 2);
                    assertThat(events.getFirst().deletion()).isTrue();
                    assertThat(events.getFirst().previous()).isNotNull();
                } catch (StoreException e) {
                    assertThat(e.code()).isEqualTo(StoreException.Code.COMPACTED);
                }
                compaction.get();
            }
        }
    }

    @Test
    void issue20221WatchOfAFutureRevisionIsRefused() {
        try (var store = Store.inMemory(OPTIONS)) {
            store.commit(create("a", 1));
            refused(StoreException.Code.FUTURE, () -> store.watch("", 2));
        }
    }

    private static LogStore reopen(FaultyDisk disk, int seed) {
        return LogStore.onDisk(disk.restarted(new Random(seed), Integer.MAX_VALUE), OPTIONS);
    }

    private static Write create(String key, int size) {
        return new Write.Create(key, new byte[size], UUID.randomUUID(), null);
    }

    private static Write delete(String key) {
        return new Write.Delete(key, null, 0, null);
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
