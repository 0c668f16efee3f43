package dev.weir.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Concurrent histories of stores are linearizable, and their watchers get what etcd's watchers are
/// promised; also over power cuts, restarts and compactions.
class ConsistencyTest {
    private static final int SEEDS = 60;

    /// Small segments and snapshots, so that a cut often falls into the change of one.
    private static final StoreOptions OPTIONS =
            new StoreOptions(
                    4096, 1 << 16, 0, Duration.ZERO, 64L << 20, 64, 1 << 13, Clock.systemUTC());

    @TempDir Path directory;

    @Test
    void holdsInMemory() throws InterruptedException {
        for (int seed = 0; seed < SEEDS; seed++) {
            var run = new RecordedRun(seed % 2 * 30);
            try (var store = Store.inMemory(OPTIONS)) {
                run.live(store, 150, new Random(seed));
                run.replay(store);
            }
            check(run, seed);
        }
    }

    @Test
    void holdsOverRestarts() throws InterruptedException {
        for (int seed = 0; seed < 6; seed++) {
            var run = new RecordedRun(seed % 2 * 30);
            var random = new Random(seed);
            var place = directory.resolve("store" + seed);
            for (int life = 0; life < 4; life++) {
                try (var store = Store.open(place, OPTIONS)) {
                    run.live(store, 60, random);
                    run.replay(store);
                }
            }
            check(run, seed);
        }
    }

    @Test
    void holdsOverPowerCuts() throws InterruptedException {
        for (int seed = 0; seed < SEEDS; seed++) {
            var run = new RecordedRun(seed % 2 * 30);
            var random = new Random(seed);
            var disk = new FaultyDisk(random.nextInt(20, 200));
            for (int life = 0; life < 5; life++) {
                live(run, disk, random);
                disk =
                        disk.restarted(
                                random, life == 4 ? Integer.MAX_VALUE : random.nextInt(5, 200));
            }
            try (var store = LogStore.onDisk(disk, OPTIONS)) {
                run.replay(store);
            }
            check(run, seed);
        }
    }

    private static void live(RecordedRun run, FaultyDisk disk, Random random)
            throws InterruptedException {
        try (var store = LogStore.onDisk(disk, OPTIONS)) {
            run.live(store, 60, random);
        } catch (StoreException e) {
            assertThat(e.code()).as("opening").isEqualTo(StoreException.Code.IO);
        }
    }

    private static void check(RecordedRun run, int seed) {
        assertThat(run.operations()).as("seed %d", seed).isPositive();
        assertThat(run.violation()).as("seed %d", seed).isEmpty();
    }
}
