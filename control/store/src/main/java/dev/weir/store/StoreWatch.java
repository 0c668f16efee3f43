package dev.weir.store;

import java.time.Duration;
import java.util.List;

/// A cursor in the stream of changes: in order, each once, none left out, all changes of a revision
/// together. One thread reads, any may close. It holds no events of its own: a reader that falls
/// behind what the ring keeps is told so, and resumes from its last revision as far as that is
/// still kept.
public interface StoreWatch extends AutoCloseable {
    /// The next changes, at most `max`, waiting for the first up to `wait`; empty when none came.
    ///
    /// @throws StoreException `COMPACTED` when changes after [#revision()] are no longer kept,
    ///   `CLOSED` when the watch or the store was closed
    /// @throws InterruptedException when the thread is interrupted while it waits
    List<StoreEvent> next(int max, Duration wait) throws InterruptedException;

    /// The revision up to which this watch has told everything: safe to resume from, safe as a
    /// bookmark. For the thread that reads: another one may see it before the reader has the last
    /// events.
    long revision();

    /// Ends the watch and wakes its reader. Idempotent.
    @Override
    void close();
}
