package dev.weir.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// What compaction by itself keeps: by age, by count, by size.
class RetentionTest {
    private static final int KEPT = 3;

    private final SettableClock clock = new SettableClock();

    @Test
    void forgetsWhatIsOldButForTheNewest() {
        try (var store = open(1 << 20)) {
            put(store, 10);
            later(61);
            put(store, 1);
            assertThat(store.compactedRevision()).as("nothing is a minute old").isZero();
            later(61);
            put(store, 1);
            assertThat(store.compactedRevision()).isEqualTo(11 - KEPT);
            later(61);
            put(store, 1);
            assertThat(store.compactedRevision()).isEqualTo(12 - KEPT);
        }
    }

    @Test
    void forgetsTheOlderHalfWhenHistoryIsLarge() {
        try (var store = open(2_000)) {
            put(store, 1);
            assertThat(store.compactedRevision()).isZero();
            put(store, 40);
            assertThat(store.compactedRevision()).isBetween(20L, 41L - KEPT);
        }
    }

    @Test
    void isNotHeldUpByAClockThatIsSetBack() {
        try (var store = open(1 << 20)) {
            put(store, 10);
            clock.add(Duration.ofDays(-1));
            put(store, 1);
            later(61);
            put(store, 1);
            later(61);
            put(store, 1);
            assertThat(store.compactedRevision()).isPositive();
        }
    }

    @Test
    void keepsTheNewestWhenTheClockIsSetAhead() {
        try (var store = open(1 << 20)) {
            put(store, 10);
            clock.add(Duration.ofDays(1000));
            put(store, 1);
            assertThat(store.compactedRevision()).isLessThanOrEqualTo(11 - KEPT);
        }
    }

    private Store open(long retainBytes) {
        return Store.inMemory(
                new StoreOptions(
                        4096,
                        1 << 16,
                        KEPT,
                        Duration.ofMinutes(1),
                        retainBytes,
                        64,
                        Long.MAX_VALUE,
                        clock));
    }

    private void later(int seconds) {
        clock.add(Duration.ofSeconds(seconds));
    }

    private static void put(Store store, int times) {
        for (int i = 0; i < times; i++) {
            if (store.get("k").isEmpty()) {
                store.commit(new Write.Create("k", new byte[50], UUID.randomUUID(), null));
            } else {
                store.commit(new Write.Update("k", new byte[50], null, 0, false, null));
            }
        }
    }
}
