package dev.weir.bench;

import dev.weir.store.Store;
import dev.weir.store.StoreOptions;
import dev.weir.store.Write;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/// Durable creates of 1 KiB: every write is on disk before its writer goes on. The peer is MVStore
/// with a commit and a sync for each write, which is what it takes to promise the same.
final class StoreBenchmark implements Benchmark {
    private static final int ROUNDS = 3;
    private static final long NANOS = 2_000_000_000L;
    private static final byte[] VALUE = new byte[1024];

    @FunctionalInterface
    private interface Put {
        void put(String key);
    }

    @Override
    public String name() {
        return "store";
    }

    @Override
    public void run(Report report) throws Exception {
        for (int writers : new int[] {1, 16, 64, 256}) {
            double ours = median(() -> weir(writers));
            double theirs = median(() -> mvStore(writers));
            report.row("weir-store, " + writers + " writers", ours, "creates/s");
            report.row("MVStore commit+sync, " + writers + " writers", theirs, "creates/s");
            report.ratio("store-" + writers + "-writers", "mvstore", ours / theirs);
        }
    }

    @FunctionalInterface
    private interface Measure {
        double once() throws Exception;
    }

    private static double median(Measure measure) throws Exception {
        var results = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            results[i] = measure.once();
        }
        Arrays.sort(results);
        return results[ROUNDS / 2];
    }

    private static double weir(int writers) throws Exception {
        var directory = Folders.fresh();
        try (var store = Store.open(directory, StoreOptions.DEFAULT)) {
            return rate(
                    writers,
                    key -> store.commit(new Write.Create(key, VALUE, UUID.randomUUID(), null)));
        } finally {
            Folders.remove(directory);
        }
    }

    private static double mvStore(int writers) throws Exception {
        var directory = Folders.fresh();
        try (var store =
                new MVStore.Builder()
                        .fileName(directory.resolve("mv").toString())
                        .autoCommitDisabled()
                        .open()) {
            MVMap<String, byte[]> map = store.openMap("kv");
            return rate(
                    writers,
                    key -> {
                        map.put(key, VALUE);
                        store.commit();
                        store.sync();
                    });
        } finally {
            Folders.remove(directory);
        }
    }

    private static double rate(int writers, Put put) {
        var count = new AtomicLong();
        long start = System.nanoTime();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < writers; i++) {
                int writer = i;
                threads.submit(() -> {
                    for (long n = 0; System.nanoTime() - start < NANOS; n++) {
                        put.put("k/" + writer + "/" + n);
                        count.incrementAndGet();
                    }
                });
            }
        }
        return count.get() * 1e9 / (System.nanoTime() - start);
    }
}
