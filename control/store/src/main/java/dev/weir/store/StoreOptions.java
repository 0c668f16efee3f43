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
/// @param retainBytes how many bytes of superseded values may stay in memory; where there are more,
///   the older half goes before `retainTime` is over, as far as `retainRevisions` allows
/// @param watchRingEvents how many of the newest changes watchers may lag behind
/// @param snapshotBytes how many bytes of log make a new snapshot due
/// @param clock tells the age of revisions
public record StoreOptions(
        int segmentBytes,
        int maxValueBytes,
        long retainRevisions,
        Duration retainTime,
        long retainBytes,
        int watchRingEvents,
        long snapshotBytes,
        Clock clock) {

    /// 16 MiB segments, values up to 3 MiB, 10,000 revisions or 5 minutes or 64 MiB of history,
    /// 65,536 events, a snapshot each 64 MiB of log.
    public static final StoreOptions DEFAULT =
            new StoreOptions(
                    16 << 20,
                    3 << 20,
                    10_000,
                    Duration.ofMinutes(5),
                    64L << 20,
                    1 << 16,
                    64L << 20,
                    Clock.systemUTC());

    /// Refuses sizes that cannot work.
    public StoreOptions {
        between("segmentBytes", segmentBytes, 4096, 1 << 30);
        between("maxValueBytes", maxValueBytes, 1, 1 << 28);
        between("retainRevisions", retainRevisions, 0, Long.MAX_VALUE);
        between("retainBytes", retainBytes, 0, Long.MAX_VALUE);
        between("watchRingEvents", watchRingEvents, 1, 1 << 28);
        between("snapshotBytes", snapshotBytes, 0, Long.MAX_VALUE);
    }

    /// The same, with another clock.
    public StoreOptions withClock(Clock clock) {
        return new StoreOptions(
                segmentBytes,
                maxValueBytes,
                retainRevisions,
                retainTime,
                retainBytes,
                watchRingEvents,
                snapshotBytes,
                clock);
    }

    private static void between(String name, long value, long least, long greatest) {
        if (value < least || value > greatest) {
            throw new IllegalArgumentException(
                    name + " is " + value + ": expected " + least + " to " + greatest);
        }
    }
}
