package dev.weir.store;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// An ordered map from keys to bytes that remembers its past: every change gets the next revision
/// of one global, gapless counter, old revisions stay readable until compacted, and watchers see
/// each change once, in order.
///
/// A write is acknowledged, readable and visible to watchers only when it is on disk (for [#open]).
/// Thread-safe. Keys are non-empty strings, ordered by their UTF-8 bytes.
public sealed interface Store extends AutoCloseable permits LogStore {
    /// Opens the store in a directory, making it where it is missing, and recovers what a crash
    /// left.
    ///
    /// @throws StoreException `LOCKED` when another process has it open, `CORRUPT` when
    ///   acknowledged data cannot be read (the message has file and offset), `IO` for anything else
    ///   of the disk
    static Store open(Path directory, StoreOptions options) {
        return LogStore.onDisk(NioDisk.open(directory), options);
    }

    /// A store that forgets everything when it is closed; the same rules otherwise.
    static Store inMemory(StoreOptions options) {
        return LogStore.inMemory(options);
    }

    /// The newest revision that is stored; 0 in a new store.
    long revision();

    /// The newest revision whose predecessors may be gone: reads at lower ones fail. 0 before the
    /// first compaction.
    long compactedRevision();

    /// Hands a write to the writer. The future completes with what was written when it is durable,
    /// or exceptionally with a [StoreException]: `CONFLICT`, `EXISTS` or `NOT_FOUND` when a
    /// condition of the write did not hold, `FENCED`, `TOO_LARGE`, `FULL`, `IO`, `CLOSED`.
    CompletableFuture<Entry> submit(Write write);

    /// [#submit], waiting.
    ///
    /// @throws StoreException what the future would complete with
    Entry commit(Write write);

    /// [#commit(Write)], for a change that others go by: `first` is told of it on the writer's
    /// thread, once it is durable and before anyone else can see it. What it throws breaks the
    /// store, and it must not use the store.
    ///
    /// @throws StoreException what the future would complete with
    Entry commit(Write write, Consumer<Entry> first);

    /// The newest value of the key.
    Optional<Entry> get(String key);

    /// The value of the key as of a revision.
    ///
    /// @param revision 0 for the newest
    /// @throws StoreException `COMPACTED` when it is no longer kept, `FUTURE` when it does not
    ///   exist yet
    Optional<Entry> get(String key, long revision);

    /// The entries whose keys start with `prefix`, in key order, all as of one revision.
    ///
    /// @param afterKey start behind this key; empty for the first
    /// @param limit the greatest count; 0 for all
    /// @param revision 0 for the newest
    /// @throws StoreException as [#get(String, long)]
    Page list(String prefix, String afterKey, int limit, long revision);

    /// The number of keys that start with `prefix` now. O(log n) at best, O(matches) at worst.
    long count(String prefix);

    /// A stream of the changes after a revision to keys that start with `prefix`.
    ///
    /// @param afterRevision 0 for all changes ever, [#revision()] for those from now on
    /// @throws StoreException `COMPACTED` when changes after that revision are no longer kept,
    ///   `FUTURE` when the revision does not exist yet
    StoreWatch watch(String prefix, long afterRevision);

    /// Forgets the states before a revision. Runs in the background of writes.
    ///
    /// @throws StoreException `FUTURE` when the revision does not exist yet
    void compact(long revision);

    /// Counters and latencies since the store was opened.
    StoreStats stats();

    /// Why it takes no writes any more, until it is opened anew: the disk failed, or it is closed.
    /// Empty while it does its work; a disk that is merely full is no failure.
    Optional<StoreException> failure();

    /// Waits for the writes handed in, then closes the files. Later calls throw `CLOSED`.
    /// Idempotent.
    @Override
    void close();
}
