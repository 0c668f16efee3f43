package dev.weir.store;

import java.util.Arrays;

/// How long the recent syncs took. Written by the writer, read by anyone.
final class SyncTimes {
    private static final int KEPT = 1024;

    private final long[] nanos = new long[KEPT];
    private long syncs;
    private long commits;

    synchronized void add(long duration, int writes) {
        nanos[(int) (syncs++ % KEPT)] = duration;
        commits += writes;
    }

    synchronized StoreStats stats(long diskBytes) {
        var recent = Arrays.copyOf(nanos, (int) Math.min(syncs, KEPT));
        Arrays.sort(recent);
        return new StoreStats(commits, syncs, at(recent, 0.5), at(recent, 0.99), diskBytes);
    }

    private static long at(long[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[(int) (share * (sorted.length - 1))];
    }
}
