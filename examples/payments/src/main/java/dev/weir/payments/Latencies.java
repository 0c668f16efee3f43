package dev.weir.payments;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;

/// A histogram of durations: to the microsecond below 64 µs, within 1/32 of the duration above.
/// Thread-safe and without locks; a quantile that is asked for while others record may miss what
/// they record.
final class Latencies {
    private static final int HALF = 32;
    private static final long MAX = 1L << 40;

    private final AtomicLongArray counts = new AtomicLongArray(index(MAX) + 1);

    /// Counts a duration; what lasts longer than 12 days counts as 12 days.
    void record(Duration duration) {
        counts.incrementAndGet(index(Math.clamp(duration.toNanos() / 1000, 0, MAX)));
    }

    /// The least duration that this share of all did not exceed; 0 where there are none.
    ///
    /// @param share from 0 to 1
    Duration quantile(double share) {
        long total = 0;
        for (int i = 0; i < counts.length(); i++) {
            total += counts.get(i);
        }
        long rank = (long) Math.ceil(share * total);
        long seen = 0;
        for (int i = 0; i < counts.length(); i++) {
            seen += counts.get(i);
            if (seen >= rank && seen > 0) {
                return Duration.ofNanos(greatest(i) * 1000);
            }
        }
        return Duration.ZERO;
    }

    // The highest six bits, and by how many the number was shifted to leave these.
    private static int index(long micros) {
        int shift = Math.max(0, 58 - Long.numberOfLeadingZeros(micros));
        return shift * HALF + (int) (micros >> shift);
    }

    private static long greatest(int index) {
        int shift = Math.max(0, index / HALF - 1);
        return ((index - (long) shift * HALF + 1) << shift) - 1;
    }
}
