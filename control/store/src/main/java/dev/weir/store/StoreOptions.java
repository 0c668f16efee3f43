package dev.weir.store;

import java.time.Clock;
import java.time.Duration;

/// Settings of a store.
///
/// @param segmentBytes size of a pre-allocated log segment
/// @param maxValueBytes the largest value that is taken
/// @param retainRevisions how many revisions compaction always keeps readable
/// @param retainTime how long compaction keeps a revision readable at least; older ones go when
///   `retainRevisions` allows. Zero or negative: no automatic compaction
/// @param watchRingEvents how many of the newest changes watchers may lag behind
/// @param snapshotBytes how many bytes of log make a new snapshot due
/// @param clock tells the age of revisions
public record StoreOptions(
        int segmentBytes,
        int maxValueBytes,
        long retainRevisions,
        Duration retainTime,
        int watchRingEvents,
        long snapshotBytes,
        Clock clock) {

    /// 16 MiB segments, values up to 3 MiB, 10,000 revisions or 5 minutes, 65,536 events, a
    /// snapshot each 64 MiB of log.
    public static final StoreOptions DEFAULT =
            new StoreOptions(
                    16 << 20,
                    3 << 20,
                    10_000,
                    Duration.ofMinutes(5),
                    1 << 16,
                    64L << 20,
                    Clock.systemUTC());
}
