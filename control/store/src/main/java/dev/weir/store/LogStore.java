package dev.weir.store;

import static dev.weir.store.StoreException.Code.CLOSED;
import static dev.weir.store.StoreException.Code.IO;
import static dev.weir.store.StoreException.Code.TOO_LARGE;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The one engine behind [Store]; without a journal it forgets everything when it is closed.
///
/// One writer thread does all changes, a batch at a time: take what waits; check each write against
/// the newest state and the earlier writes of the batch; make the batch durable; only then put it
/// into the index, show it to readers, tell the watchers, and complete the futures, in that order.
/// What fails before it is durable leaves no trace but the failed futures.
final class LogStore implements Store {
    private static final int MAX_BATCH = 4096;
    private static final long MAX_BATCH_BYTES = 4L << 20;
    private static final int QUEUE = 16_384;
    private static final int CUT = 4096;
    private static final System.Logger LOG = System.getLogger("dev.weir.store");

    private sealed interface Order {
        /// A write, who waits for it, and who is told before anyone sees it.
        record Put(Write write, CompletableFuture<Entry> done, Consumer<Entry> first)
                implements Order {}

        /// A compaction and who waits for it.
        record Compact(long revision, CompletableFuture<Entry> done) implements Order {}

        /// The last order of all.
        record Stop() implements Order {}

        /// Wakes the writer to free memory.
        record Tidy() implements Order {}
    }

    /// Where the writer is with a batch. Tests cut the power there.
    enum Step {
        /// It is on disk; nobody knows of it.
        FORCED,
        /// It is in the index, behind the newest revision that is shown.
        APPLIED,
        /// Readers see it, watchers are not told yet.
        PUBLISHED,
        /// Watchers see it, callers have no answer yet.
        TOLD,
        /// What the batch compacts is no longer read.
        COMPACTED
    }

    private final StoreOptions options;
    private final @Nullable Journal journal;
    private final Index index = new Index();
    private final Retention retention;
    private final WatchRing ring;
    private final SyncTimes syncs = new SyncTimes();
    private final LinkedBlockingQueue<Order> orders = new LinkedBlockingQueue<>(QUEUE);
    private final Consumer<Step> steps;
    private final Thread writer;

    private volatile @Nullable StoreException broken;
    private volatile boolean closed;

    /// Set before the writer refuses what is left in the queue: whoever puts an order later sees
    /// it.
    private volatile boolean finished;

    private volatile @Nullable Thread snapshotter;
    private final Retry snapshotRetry;

    private LogStore(StoreOptions options, @Nullable Journal journal, Consumer<Step> steps) {
        this.options = options;
        this.journal = journal;
        retention = new Retention(options);
        this.steps = steps;
        ring = new WatchRing(options.watchRingEvents());
        snapshotRetry = new Retry(options.clock());
        if (journal != null) {
            journal.recover(new Recovery(index));
        }
        ring.publish(index.revision());
        writer = Thread.ofPlatform().name("weir-store-writer").daemon().start(this::run);
    }

    static LogStore onDisk(Disk disk, StoreOptions options) {
        return onDisk(disk, options, _ -> {});
    }

    /// @param steps is told where the writer is, on its thread
    static LogStore onDisk(Disk disk, StoreOptions options, Consumer<Step> steps) {
        try {
            return new LogStore(options, new Journal(disk, options.segmentBytes()), steps);
        } catch (RuntimeException e) {
            disk.close();
            throw e;
        }
    }

    static LogStore inMemory(StoreOptions options) {
        return new LogStore(options, null, _ -> {});
    }

    // The writer

    private void run() {
        var batch = new ArrayList<Order>();
        try {
            boolean going = true;
            while (going) {
                batch.clear();
                batch.add(orders.take());
                gather(batch);
                going = !(batch.getLast() instanceof Order.Stop);
                carryOut(batch);
                tidy();
            }
        } catch (InterruptedException e) {
            broken = new StoreException(CLOSED, "the writer was interrupted", e);
        } catch (RuntimeException | Error e) {
            broken = new StoreException(IO, "the writer failed: " + e, e);
            batch.forEach(order -> refuse(order, broken()));
        }
        finished = true;
        for (var order = orders.poll(); order != null; order = orders.poll()) {
            refuse(order, broken());
        }
    }

    private StoreException broken() {
        var why = broken;
        return why != null ? why : new StoreException(CLOSED, "the store is closed");
    }

    private void gather(List<Order> batch) {
        long bytes = 0;
        while (batch.size() < MAX_BATCH
                && bytes < MAX_BATCH_BYTES
                && !(batch.getLast() instanceof Order.Stop)) {
            var next = orders.poll();
            if (next == null) {
                return;
            }
            batch.add(next);
            bytes += next instanceof Order.Put put ? size(put.write()) : 0;
        }
    }

    private static int size(Write write) {
        return switch (write) {
            case Write.Create create -> create.value().length;
            case Write.Update update -> update.value().length;
            case Write.Delete _ -> 0;
        };
    }

    private void carryOut(List<Order> orders) {
        if (broken != null) {
            orders.forEach(order -> refuse(order, broken()));
            return;
        }
        var batch = new Batch(index);
        long compact = retention.due(index);
        for (var order : orders) {
            switch (order) {
                case Order.Put put -> batch.add(put.write(), put.done(), put.first());
                case Order.Compact compaction -> {
                    compact = Math.max(compact, compaction.revision());
                    batch.await(compaction.done());
                }
                case Order.Stop _, Order.Tidy _ -> {}
            }
        }
        var versions = batch.versions();
        try {
            if (!versions.isEmpty() || compact > index.compacted()) {
                persist(versions, compact);
                steps.accept(Step.FORCED);
                batch.announce();
                show(versions, compact);
            }
        } catch (StoreException e) {
            if (e.code() == IO) {
                broken = e;
            }
            batch.fail(e);
            return;
        }
        batch.answer();
    }

    private void persist(List<Version> versions, long compact) {
        if (journal == null) {
            return;
        }
        var changes = versions.stream().map(Frame::change).toList();
        long start = System.nanoTime();
        journal.append(new Frame(index.revision() + 1, compact, changes));
        syncs.add(System.nanoTime() - start, versions.size());
    }

    private void show(List<Version> versions, long compact) {
        for (var version : versions) {
            index.apply(version);
            ring.put(version.event());
        }
        steps.accept(Step.APPLIED);
        long newest = index.revision() + versions.size();
        index.publish(newest);
        steps.accept(Step.PUBLISHED);
        ring.publish(newest);
        steps.accept(Step.TOLD);
        index.compact(compact);
        steps.accept(Step.COMPACTED);
    }

    /// Frees what is compacted, a bit at a time, and has a snapshot written when one is due.
    private void tidy() {
        if (index.cutPending()) {
            index.cut(CUT);
            if (index.cutPending()) {
                orders.offer(new Order.Tidy());
            }
        }
        if (journal == null
                || snapshotter != null
                || journal.bytes() < options.snapshotBytes()
                || index.compacted() <= journal.snapshotRevision()
                || !snapshotRetry.due()) {
            return;
        }
        long at = index.pin();
        var thread =
                Thread.ofPlatform()
                        .name("weir-store-snapshot")
                        .daemon()
                        .unstarted(() -> snapshot(journal, at));
        // Set first, as the thread takes it away when it is done, which may be at once.
        snapshotter = thread;
        thread.start();
    }

    private void snapshot(Journal target, long at) {
        try {
            target.snapshot(at, index.dump(at));
            snapshotRetry.succeeded();
        } catch (StoreException e) {
            if (e.code() == IO) {
                broken = e;
            } else {
                LOG.log(System.Logger.Level.WARNING, e.getMessage());
            }
            snapshotRetry.failed();
        } finally {
            index.unpin();
            snapshotter = null;
        }
    }

    private static void refuse(Order order, StoreException why) {
        switch (order) {
            case Order.Put put -> put.done().completeExceptionally(why);
            case Order.Compact compaction -> compaction.done().completeExceptionally(why);
            case Order.Stop _, Order.Tidy _ -> {}
        }
    }

    // Everybody else

    @Override
    public CompletableFuture<Entry> submit(Write write) {
        return submit(write, _ -> {});
    }

    private CompletableFuture<Entry> submit(Write write, Consumer<Entry> first) {
        KeyOrder.check(write.key());
        var done = new CompletableFuture<Entry>();
        if (size(write) > options.maxValueBytes()) {
            done.completeExceptionally(
                    new StoreException(
                            TOO_LARGE,
                            write.key()
                                    + ": a value of "
                                    + size(write)
                                    + " bytes, at most "
                                    + options.maxValueBytes()
                                    + " are allowed"));
            return done;
        }
        order(new Order.Put(write, done, first), done);
        return done;
    }

    private void order(Order order, CompletableFuture<Entry> done) {
        if (closed || broken != null) {
            done.completeExceptionally(broken());
            return;
        }
        try {
            orders.put(order);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            done.completeExceptionally(
                    new StoreException(CLOSED, "interrupted before the write was handed in", e));
            return;
        }
        if (finished && orders.remove(order)) {
            done.completeExceptionally(broken());
        }
    }

    @Override
    public Entry commit(Write write) {
        return await(submit(write));
    }

    @Override
    public Entry commit(Write write, Consumer<Entry> first) {
        return await(submit(write, first));
    }

    private static Entry await(CompletableFuture<Entry> done) {
        try {
            return done.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StoreException cause) {
                throw new StoreException(cause.code(), String.valueOf(cause.getMessage()), cause);
            }
            throw e;
        }
    }

    @Override
    public void compact(long revision) {
        if (revision > index.revision()) {
            throw index.future(revision);
        }
        var done = new CompletableFuture<Entry>();
        order(new Order.Compact(revision, done), done);
        await(done);
    }

    @Override
    public long revision() {
        return index.revision();
    }

    @Override
    public long compactedRevision() {
        return index.compacted();
    }

    @Override
    public Optional<Entry> get(String key) {
        return index.get(key, 0);
    }

    @Override
    public Optional<Entry> get(String key, long revision) {
        return index.get(key, revision);
    }

    @Override
    public Page list(String prefix, String afterKey, int limit, long revision) {
        return index.list(prefix, afterKey, limit, revision);
    }

    @Override
    public long count(String prefix) {
        return index.count(prefix);
    }

    @Override
    public StoreWatch watch(String prefix, long afterRevision) {
        if (closed) {
            throw broken();
        }
        if (afterRevision > index.revision()) {
            throw index.future(afterRevision);
        }
        if (afterRevision < index.compacted()) {
            throw index.compacted(afterRevision);
        }
        var watch = new RingWatch(prefix, afterRevision, index, ring);
        ring.add(watch);
        return watch;
    }

    @Override
    public StoreStats stats() {
        return syncs.stats(journal == null ? 0 : journal.bytes());
    }

    @Override
    public Optional<StoreException> failure() {
        return closed || broken != null ? Optional.of(broken()) : Optional.empty();
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        boolean interrupted = false;
        while (true) {
            try {
                orders.put(new Order.Stop());
                writer.join();
                var running = snapshotter;
                if (running != null) {
                    running.join();
                }
                break;
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        ring.close();
        if (journal != null) {
            end(journal);
        }
    }

    private void end(Journal target) {
        try (target) {
            if (broken == null) {
                target.seal(index.revision() + 1, index.compacted());
            }
        } catch (StoreException e) {
            // Every acknowledged write is safe already: the seal only tells damage from a crash.
            broken = e;
        }
    }
}
