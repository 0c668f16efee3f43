package dev.weir.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The power is cut at every step of the disk in turn: nothing acknowledged may be missing after
/// it.
class PowerCutTest {
    private static final StoreOptions OPTIONS =
            new StoreOptions(
                    4096, 1 << 16, 0, Duration.ZERO, 64L << 20, 64, 1 << 13, Clock.systemUTC());
    private static final int CUTS = 1500;
    private static final int WRITER_CUTS = 200;

    /// What the callers know.
    private static final class Known {
        final Map<Long, Entry> acknowledged = new HashMap<>();
        final Map<Long, Boolean> deleted = new HashMap<>();
        long submitted;
        long compacted;
    }

    @Test
    void losesNothingAcknowledgedAtAnyCut() {
        for (int cut = 1; cut <= CUTS; cut++) {
            var random = new Random(cut);
            var known = new Known();
            var disk = new FaultyDisk(1 + cut % 500);
            work(disk, random, known);
            for (int restart = 0; restart < 2; restart++) {
                disk =
                        disk.restarted(
                                random,
                                random.nextBoolean() ? Integer.MAX_VALUE : random.nextInt(1, 60));
                work(disk, random, known);
            }
            check(disk.restarted(random, Integer.MAX_VALUE), known, cut);
        }
    }

    private static void work(FaultyDisk disk, Random random, Known known) {
        work(disk, random, known, new Cut(disk, known, LogStore.Step.FORCED, Integer.MAX_VALUE));
    }

    private static void work(FaultyDisk disk, Random random, Known known, Cut cut) {
        LogStore store;
        try {
            store = LogStore.onDisk(disk, OPTIONS, cut::reached);
            cut.store = store;
        } catch (StoreException e) {
            assertThat(e.code()).as(e.getMessage()).isEqualTo(StoreException.Code.IO);
            return;
        }
        try (store) {
            verify(store, known, "after a restart");
            for (int round = 0; round < 25 && !disk.off(); round++) {
                round(store, random, known);
            }
        }
    }

    /// Cuts the power when the writer comes to a step for the nth time, and notes what anyone can
    /// see then: that, too, must be there after it.
    private static final class Cut {
        private final FaultyDisk disk;
        private final Known known;
        private final LogStore.Step step;
        private int left;
        private long shown;
        private boolean early;
        private LogStore store;

        Cut(FaultyDisk disk, Known known, LogStore.Step step, int times) {
            this.disk = disk;
            this.known = known;
            this.step = step;
            this.left = times;
        }

        void reached(LogStore.Step at) {
            if (at == LogStore.Step.FORCED) {
                shown = store.revision();
            } else if (at == LogStore.Step.APPLIED) {
                early |= store.revision() != shown;
            }
            if (at == step && --left == 0) {
                look();
                disk.cut();
                throw new IllegalStateException("power cut");
            }
        }

        private void look() {
            var events = events();
            for (var event : events) {
                known.acknowledged.put(event.revision(), event.entry());
                known.deleted.put(event.revision(), event.deletion());
            }
            long told = events.isEmpty() ? 0 : events.getLast().revision();
            early |= told > store.revision();
            for (var entry : store.list("", "", 0, 0).entries()) {
                known.acknowledged.put(entry.revision(), entry);
                known.deleted.put(entry.revision(), false);
            }
        }

        private List<StoreEvent> events() {
            try (var watch = store.watch("", store.compactedRevision())) {
                return watch.next(Integer.MAX_VALUE, Duration.ZERO);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void losesNothingThatAnyoneSawWhereverTheWriterIs(LogStore.Step step) {
        for (int cut = 1; cut <= WRITER_CUTS; cut++) {
            var random = new Random(cut);
            var known = new Known();
            var disk = new FaultyDisk(Integer.MAX_VALUE);
            for (int life = 0; life < 3; life++) {
                var next = new Cut(disk, known, step, 1 + random.nextInt(20));
                work(disk, random, known, next);
                assertThat(next.early).as("shown before it was published, cut %d", cut).isFalse();
                disk = disk.restarted(random, Integer.MAX_VALUE);
            }
            check(disk, known, cut);
        }
    }

    private static void round(LogStore store, Random random, Known known) {
        var writes = new ArrayList<Write>();
        var futures = new ArrayList<CompletableFuture<Entry>>();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            var write = write(store, random);
            writes.add(write);
            futures.add(store.submit(write));
        }
        known.submitted += writes.size();
        for (int i = 0; i < writes.size(); i++) {
            try {
                var entry = futures.get(i).join();
                known.acknowledged.put(entry.revision(), entry);
                known.deleted.put(entry.revision(), writes.get(i) instanceof Write.Delete);
            } catch (CompletionException e) {
                assertThat(e.getCause()).isInstanceOf(StoreException.class);
            }
        }
        if (random.nextInt(8) == 0) {
            long target = store.revision();
            try {
                store.compact(target);
                known.compacted = Math.max(known.compacted, target);
            } catch (StoreException e) {
                assertThat(e.code()).isIn(StoreException.Code.IO, StoreException.Code.CLOSED);
            }
        }
    }

    private static Write write(LogStore store, Random random) {
        var key = "k" + random.nextInt(6);
        var value = new byte[random.nextInt(1500)];
        random.nextBytes(value);
        if (store.get(key).isEmpty()) {
            return new Write.Create(
                    key, value, new UUID(random.nextLong(), random.nextLong()), null);
        }
        return random.nextInt(4) == 0
                ? new Write.Delete(key, null, 0, null)
                : new Write.Update(key, value, null, 0, random.nextBoolean(), null);
    }

    private static void check(FaultyDisk disk, Known known, int cut) {
        try (var store = LogStore.onDisk(disk, OPTIONS)) {
            verify(store, known, "cut " + cut);
        }
    }

    private static void verify(LogStore store, Known known, String when) {
        long newest = known.acknowledged.keySet().stream().max(Long::compare).orElse(0L);
        assertThat(store.revision()).as(when).isBetween(newest, known.submitted);
        assertThat(store.compactedRevision()).as(when).isGreaterThanOrEqualTo(known.compacted);
        known.acknowledged.forEach((revision, entry) -> {
            if (revision >= store.compactedRevision()) {
                var found = store.get(entry.key(), revision);
                if (known.deleted.get(revision)) {
                    assertThat(found).as(when).isEmpty();
                } else {
                    assertThat(found).as(when).isPresent();
                    assertThat(found.get().value()).as(when).isEqualTo(entry.value());
                    assertThat(found.get().epoch()).as(when).isEqualTo(entry.epoch());
                }
            }
        });
    }

    /// A segment that holds nothing but compactions makes way for one of the same name.
    @Test
    void keepsACompactionWhileTheSegmentIsReplaced() {
        for (int steps = 300; steps < 500; steps++) {
            var disk = new FaultyDisk(steps);
            long compacted = 0;
            try (var store = LogStore.onDisk(disk, OPTIONS)) {
                store.commit(new Write.Create("k", new byte[0], UUID.randomUUID(), null));
                for (int i = 0; i < 200; i++) {
                    store.submit(new Write.Update("k", new byte[0], null, 0, false, null));
                }
                for (long target = 1; target < 200; target++) {
                    store.compact(target);
                    compacted = target;
                }
            } catch (StoreException e) {
                assertThat(e.code()).isEqualTo(StoreException.Code.IO);
            }
            try (var store =
                    LogStore.onDisk(
                            disk.restarted(new Random(steps), Integer.MAX_VALUE), OPTIONS)) {
                assertThat(store.compactedRevision())
                        .as("after %d steps", steps)
                        .isGreaterThanOrEqualTo(compacted);
            }
        }
    }

    @Test
    void takesNoMoreWritesWhenTheDiskFails() {
        var disk = new FaultyDisk(40);
        try (var store = LogStore.onDisk(disk, OPTIONS)) {
            assertThatThrownBy(
                            () -> {
                                for (int i = 0; i < 100; i++) {
                                    store.commit(
                                            new Write.Create(
                                                    "k" + i, new byte[9], UUID.randomUUID(), null));
                                }
                            })
                    .isInstanceOfSatisfying(
                            StoreException.class,
                            e -> assertThat(e.code()).isEqualTo(StoreException.Code.IO));
            long seen = store.revision();
            assertThat(store.get("k0")).isPresent();
            assertThatThrownBy(() ->
                            store.commit(
                                    new Write.Create("x", new byte[9], UUID.randomUUID(), null)))
                    .isInstanceOf(StoreException.class);
            assertThat(store.revision()).isEqualTo(seen);
        }
    }

    @Test
    void anyBytesDecodeToABatchOrToNone() {
        var store = new UUID(1, 2);
        var random = new Random(7);
        var entry = new Entry("key", new byte[40], new UUID(3, 4), 1, 1, 1);
        var whole = new Frame(1, 0, List.of(new Frame.Change(entry, false))).encode(store);
        assertThat(Frame.decode(whole.duplicate(), store)).isNotNull();
        assertThat(Frame.decode(whole.duplicate(), new UUID(9, 9))).isNull();
        for (int i = 0; i < 50_000; i++) {
            var bytes = new byte[whole.capacity()];
            whole.get(0, bytes);
            int place = random.nextInt(60);
            bytes[place] ^= (byte) (1 << random.nextInt(8));
            var frame =
                    Frame.decode(
                            ByteBuffer.wrap(bytes, 0, random.nextInt(bytes.length + 1)), store);
            assertThat(frame).isNull();
        }
    }
}
