package dev.weir.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.store.Operation.Call;
import dev.weir.store.Operation.Outcome;
import dev.weir.store.WatchRecord.Step;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Clients and watchers that use a store at the same time, over several lives of it, and write down
/// what they did and what they were told.
final class RecordedRun {
    private static final List<String> KEYS = List.of("a/1", "a/2", "b/1", "b/2");
    private static final int CLIENTS = 4;

    private final AtomicLong clock = new AtomicLong();
    private final Queue<Operation> operations = new ConcurrentLinkedQueue<>();
    private final Queue<ListRead> lists = new ConcurrentLinkedQueue<>();
    private final List<WatchRecord> watchers =
            List.of(new WatchRecord(""), new WatchRecord("a/"), new WatchRecord("b/2"));
    private final long[] positions = new long[watchers.size()];
    private final Truth truth = new Truth();
    private final AtomicReference<Throwable> trouble = new AtomicReference<>();

    /// How many operations of a thousand are compactions.
    private final int compactions;

    RecordedRun(int compactions) {
        this.compactions = compactions;
    }

    /// One life of a store: until each client made `count` operations, or the store is broken.
    void live(Store store, int count, Random random) throws InterruptedException {
        replay(store);
        var finished = new AtomicReference<Long>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < watchers.size(); i++) {
                int watcher = i;
                threads.submit(() -> guarded(() -> watch(store, watcher, finished)));
            }
            for (int i = 0; i < CLIENTS; i++) {
                var own = new Random(random.nextLong());
                clients.submit(() -> guarded(() -> work(store, count, own)));
            }
            clients.shutdown();
            while (!clients.awaitTermination(10, TimeUnit.SECONDS)) {
                throw new AssertionError("clients hang");
            }
            finished.set(store.revision());
        }
        if (trouble.get() != null) {
            throw new AssertionError(trouble.get());
        }
    }

    private interface Action {
        void run() throws InterruptedException;
    }

    private void guarded(Action action) {
        try {
            action.run();
        } catch (InterruptedException | RuntimeException | Error e) {
            trouble.set(e);
        }
    }

    /// Adds what the store holds to the truth.
    void replay(Store store) throws InterruptedException {
        long newest = store.revision();
        long at = store.compactedRevision();
        try (var watch = store.watch("", at)) {
            while (at < newest) {
                for (var event : watch.next(100, Duration.ofSeconds(5))) {
                    truth.add(Fact.of(event)).ifPresent(RecordedRun::fail);
                    at = event.revision();
                }
            }
        }
        truth.complete(store.compactedRevision());
    }

    private static void fail(String contradiction) {
        throw new AssertionError(contradiction);
    }

    /// What is wrong with all that was written down, behind a last [#replay].
    Optional<String> violation() {
        for (var watcher : watchers) {
            var violations = WatchGuarantees.violations(watcher, truth);
            if (!violations.isEmpty()) {
                return Optional.of(violations.toString());
            }
        }
        var made = new ArrayList<>(operations);
        for (var list : lists) {
            var violation = list.violation(made, truth);
            if (violation.isPresent()) {
                return violation;
            }
        }
        return Linearizability.violation(made);
    }

    int operations() {
        return operations.size();
    }

    private void work(Store store, int count, Random random) {
        Entry known = null;
        for (int i = 0; i < count; i++) {
            var key = KEYS.get(random.nextInt(KEYS.size()));
            if (random.nextInt(1000) < compactions) {
                compact(store, random);
                continue;
            }
            if (random.nextInt(10) == 0) {
                list(store, random);
            }
            if (random.nextInt(3) == 0) {
                long called = clock.incrementAndGet();
                known = store.get(key).orElse(null);
                var found = new Outcome.Found(known);
                operations.add(
                        new Operation(new Call.Read(key), called, clock.incrementAndGet(), found));
                continue;
            }
            if (!commit(store, write(key, known, random))) {
                return;
            }
        }
    }

    /// The newest state, and one of the past, where it is still kept.
    private void list(Store store, Random random) {
        long called = clock.incrementAndGet();
        var page = store.list("a/", "", 0, 0);
        lists.add(new ListRead("a/", called, clock.incrementAndGet(), page));
        long past = random.nextLong(page.revision() + 1);
        try {
            if (past > 0) {
                lists.add(ListRead.past("a/", store.list("a/", "", 0, past)));
            }
        } catch (StoreException e) {
            assertThat(e.code()).isEqualTo(StoreException.Code.COMPACTED);
            assertThat(store.compactedRevision()).isGreaterThan(past);
        }
    }

    private static void compact(Store store, Random random) {
        try {
            store.compact(Math.max(0, store.revision() - random.nextInt(20)));
        } catch (StoreException e) {
            if (e.code() != StoreException.Code.IO && e.code() != StoreException.Code.CLOSED) {
                throw e;
            }
        }
    }

    /// Mostly on the state that was read last, so that some conditions hold and some do not.
    private static Write write(String key, @Nullable Entry known, Random random) {
        var value = Long.toHexString(random.nextLong()).getBytes(StandardCharsets.UTF_8);
        if (known == null || random.nextInt(4) == 0) {
            return new Write.Create(
                    key, value, new UUID(random.nextLong(), random.nextLong()), null);
        }
        var uid = random.nextBoolean() ? known.uid() : null;
        long revision = random.nextInt(4) == 0 ? 0 : known.revision();
        return random.nextInt(3) == 0
                ? new Write.Delete(known.key(), uid, revision, null)
                : new Write.Update(known.key(), value, uid, revision, false, null);
    }

    /// Whether the store takes more writes.
    private boolean commit(Store store, Write write) {
        long called = clock.incrementAndGet();
        Outcome outcome;
        boolean works = true;
        try {
            var entry = store.commit(write);
            outcome = new Outcome.Done(entry);
        } catch (StoreException e) {
            switch (e.code()) {
                case IO, CLOSED -> {
                    outcome = new Outcome.Unknown();
                    works = false;
                }
                default -> outcome = new Outcome.Refused(e.code());
            }
        }
        long returned = works ? clock.incrementAndGet() : Operation.NEVER;
        operations.add(new Operation(new Call.Change(write), called, returned, outcome));
        return works;
    }

    /// Watches until all of what the clients did was told, opening the watch again and again.
    private void watch(Store store, int number, AtomicReference<Long> finished)
            throws InterruptedException {
        var record = watchers.get(number);
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!done(finished, positions[number])) {
            if (System.nanoTime() > end) {
                throw new AssertionError(
                        "a watcher stays at " + positions[number] + " of " + finished.get());
            }
            long after = positions[number];
            try (var watch = store.watch(record.prefix(), after)) {
                record.steps().add(new Step.Opened(after));
                read(watch, number, finished);
            } catch (StoreException e) {
                long compacted = store.compactedRevision();
                record.steps().add(new Step.Refused(after, e.code(), compacted));
                positions[number] = store.list("", "", 1, 0).revision();
            }
        }
    }

    private void read(StoreWatch watch, int number, AtomicReference<Long> finished)
            throws InterruptedException {
        var steps = watchers.get(number).steps();
        for (int i = 0; i < 30 && !done(finished, positions[number]); i++) {
            try {
                var events = watch.next(5, Duration.ofMillis(2));
                steps.add(new Step.Told(events.stream().map(Fact::of).toList()));
            } catch (StoreException e) {
                // Too slow for the ring: what comes next is asked for behind what was told.
                assertThat(e.code()).isEqualTo(StoreException.Code.COMPACTED);
                return;
            }
            positions[number] = watch.revision();
            steps.add(new Step.Bookmark(positions[number]));
        }
    }

    private static boolean done(AtomicReference<Long> finished, long position) {
        var target = finished.get();
        return target != null && position >= target;
    }
}
