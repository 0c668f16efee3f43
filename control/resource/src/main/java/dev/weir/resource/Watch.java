package dev.weir.resource;

import java.time.Duration;
import java.util.Optional;

/// An open stream of changes, in the order in which they were stored. One thread reads, any may
/// close.
public interface Watch<R extends Resource> extends AutoCloseable {
    /// The next change; empty when none came within `wait`.
    ///
    /// @throws StatusException `Expired` when changes were lost (list again, then watch from
    ///   there); `ServiceUnavailable` when the stream ended and may be reopened from the last
    ///   version seen
    /// @throws InterruptedException when the thread is interrupted while it waits
    Optional<WatchEvent<R>> next(Duration wait) throws InterruptedException;

    /// Ends the stream. Idempotent.
    @Override
    void close();
}
