package dev.weir.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskStoreTest extends StoreContract {
    @TempDir Path directory;

    @Override
    Store open() {
        return Store.open(directory.resolve("contract"), OPTIONS);
    }

    @Test
    void readsBackHistoryAfterReopening() throws InterruptedException {
        try (var store = reopen()) {
            put(store, "a", 100);
            store.commit(new Write.Update("a", new byte[200], null, 0, true, null));
            store.commit(new Write.Delete("a", null, 0, null));
            put(store, "b", 10);
            store.compact(2);
        }
        try (var store = reopen();
                var watch = store.watch("", 2)) {
            assertThat(store.revision()).isEqualTo(4);
            assertThat(store.compactedRevision()).isEqualTo(2);
            assertThat(store.get("a", 2).orElseThrow().epoch()).isEqualTo(2);
            assertThat(store.get("a")).isEmpty();
            assertThat(watch.next(10, Duration.ofSeconds(5))).hasSize(2);
            assertThat(put(store, "c", 1).revision()).isEqualTo(5);
        }
    }

    @Test
    void startsFromASnapshotAndDropsOldSegments() throws Exception {
        try (var store = reopen()) {
            for (int i = 0; i < 100; i++) {
                put(store, "k" + i, 5_000);
            }
            store.compact(90);
            put(store, "last", 1);
            await(() -> names().anyMatch(name -> name.equals("snapshot-000000000000005a")));
        }
        assertThat(names().filter(name -> name.startsWith("log-")).count()).isLessThan(5);
        try (var store = reopen()) {
            assertThat(store.count("k")).isEqualTo(100);
            assertThat(store.get("k95", 96).orElseThrow().value()).hasSize(5_000);
        }
    }

    @Test
    void namesTheProcessThatHasItOpen() {
        try (var _ = reopen()) {
            assertThatThrownBy(this::reopen)
                    .isInstanceOfSatisfying(
                            StoreException.class,
                            e -> assertThat(e.code()).isEqualTo(StoreException.Code.LOCKED))
                    .hasMessageContaining("already");
        }
        reopen().close();
    }

    @Test
    void reportsDamageToAcknowledgedDataWithItsPlace() throws IOException {
        try (var store = reopen()) {
            put(store, "a", 64);
            put(store, "b", 64);
        }
        var segment = directory.resolve("data/log-0000000000000001");
        var bytes = Files.readAllBytes(segment);
        for (int place = 32; place < 200; place += 7) {
            var damaged = bytes.clone();
            damaged[place] ^= 0x10;
            Files.write(segment, damaged);
            assertThatThrownBy(this::reopen)
                    .as("byte %d", place)
                    .isInstanceOfSatisfying(
                            StoreException.class,
                            e -> assertThat(e.code()).isEqualTo(StoreException.Code.CORRUPT))
                    .hasMessageContaining("log-0000000000000001 at byte");
        }
        Files.write(segment, bytes);
        try (var store = reopen()) {
            assertThat(store.revision()).isEqualTo(2);
        }
    }

    @Test
    void refusesAPlaceThatIsNoDirectory() throws IOException {
        var file = Files.writeString(directory.resolve("file"), "x");
        assertThatThrownBy(() -> Store.open(file, OPTIONS))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("cannot be used as a store");
    }

    private Store reopen() {
        return Store.open(directory.resolve("data"), OPTIONS);
    }

    private static Entry put(Store store, String key, int size) {
        return store.commit(new Write.Create(key, new byte[size], UUID.randomUUID(), null));
    }

    private java.util.stream.Stream<String> names() throws IOException {
        try (var files = Files.list(directory.resolve("data"))) {
            return files.map(file -> file.getFileName().toString()).toList().stream();
        }
    }

    private interface Check {
        boolean holds() throws IOException;
    }

    private static void await(Check check) throws Exception {
        for (int i = 0; i < 500 && !check.holds(); i++) {
            Thread.sleep(10);
        }
        assertThat(check.holds()).isTrue();
    }
}
