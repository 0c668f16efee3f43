package dev.weir.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// A full disk refuses writes with a typed error, and nothing else; with space, all goes on.
class FullDiskTest {
    private final SettableClock clock = new SettableClock();
    private final FaultyDisk disk = new FaultyDisk(Integer.MAX_VALUE);

    @Test
    void refusesWritesGoesOnReadingAndTakesWritesAgain() throws InterruptedException {
        try (var store = open(4096, Long.MAX_VALUE);
                var watch = store.watch("", 0)) {
            disk.full(true);
            int stored = 0;
            StoreException refusal = null;
            while (refusal == null) {
                try {
                    put(store, stored, 900);
                    stored++;
                } catch (StoreException e) {
                    refusal = e;
                }
            }
            assertThat(refusal.code()).isEqualTo(StoreException.Code.FULL);
            assertThat(refusal).hasMessageContaining("memory: cannot begin a segment: No space");
            full(() -> put(store, 99, 900));
            assertThat(store.count("k")).isEqualTo(stored);
            assertThat(watch.next(100, Duration.ofSeconds(1))).hasSize(stored);
            assertThat(watch.next(100, Duration.ofMillis(1))).isEmpty();
            assertThat(disk.list()).noneMatch(name -> name.endsWith(".tmp"));
            disk.full(false);
            assertThat(put(store, stored, 900).revision()).isEqualTo(stored + 1L);
            assertThat(watch.next(100, Duration.ofSeconds(1))).hasSize(1);
        }
        try (var store = open(4096, Long.MAX_VALUE)) {
            assertThat(store.count("k")).isEqualTo(store.revision());
        }
    }

    /// Whether the new segment is there is unknown then: a batch in the old one could clash with
    /// it.
    @Test
    void takesNoMoreWritesWhenTheNameOfASegmentMayNotBeSafe() {
        try (var store = open(4096, Long.MAX_VALUE)) {
            disk.fullForNames(true);
            int stored = 0;
            StoreException refusal = null;
            while (refusal == null) {
                try {
                    put(store, stored, 900);
                    stored++;
                } catch (StoreException e) {
                    refusal = e;
                }
            }
            assertThat(refusal.code()).isEqualTo(StoreException.Code.IO);
            assertThatThrownBy(() -> put(store, 99, 1)).isInstanceOf(StoreException.class);
            assertThat(store.failure())
                    .hasValueSatisfying(
                            e -> assertThat(e.code()).isEqualTo(StoreException.Code.IO));
            assertThat(store.count("k")).isEqualTo(stored);
        }
        disk.fullForNames(false);
        try (var store = open(4096, Long.MAX_VALUE)) {
            assertThat(store.count("k")).isEqualTo(store.revision()).isPositive();
            put(store, 100, 900);
            assertThat(store.failure()).isEmpty();
        }
    }

    @Test
    void triesASnapshotThatDoesNotFitAgainOnlyAfterAWhile() {
        try (var store = open(1 << 16, 0)) {
            put(store, 0, 10);
            disk.full(true);
            store.compact(1);
            waitUntil(() -> disk.refusals() == 1);
            for (int i = 1; i < 50; i++) {
                put(store, i, 10);
            }
            assertThat(disk.refusals()).isEqualTo(1);
            putUntil(store, () -> disk.refusals() > 1);
            assertThat(disk.list()).noneMatch(name -> name.endsWith(".tmp"));
            disk.full(false);
            putUntil(store, this::hasSnapshot);
        }
    }

    // Another may follow, and the first go, before anyone looks.
    private boolean hasSnapshot() {
        return disk.list().stream()
                .anyMatch(name -> name.startsWith("snapshot-") && !name.endsWith(".tmp"));
    }

    private void putUntil(Store store, BooleanSupplier condition) {
        waitUntil(() -> {
            clock.add(Duration.ofMinutes(1));
            put(store, (int) store.revision(), 10);
            return condition.getAsBoolean();
        });
    }

    private LogStore open(int segmentBytes, long snapshotBytes) {
        return LogStore.onDisk(
                disk,
                new StoreOptions(
                        segmentBytes,
                        1 << 16,
                        0,
                        Duration.ZERO,
                        64L << 20,
                        64,
                        snapshotBytes,
                        clock));
    }

    private static Entry put(Store store, int key, int size) {
        return store.commit(new Write.Create("k" + key, new byte[size], UUID.randomUUID(), null));
    }

    private static void full(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StoreException.class,
                        e -> assertThat(e.code()).isEqualTo(StoreException.Code.FULL));
    }

    private static void waitUntil(BooleanSupplier condition) {
        for (int i = 0; i < 6_000; i++) {
            if (condition.getAsBoolean()) {
                return;
            }
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        throw new AssertionError("it did not come true");
    }
}
