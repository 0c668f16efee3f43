package dev.weir.reconcile;

import java.time.Duration;

/// Delays that double with each failure in a row.
///
/// @param base the delay after the first failure
/// @param max the greatest delay
record Backoff(Duration base, Duration max) {
    Backoff {
        if (!base.isPositive() || max.compareTo(base) < 0) {
            throw new IllegalArgumentException("0 < base <= max, found " + base + ", " + max);
        }
    }

    /// Nanoseconds to wait after that many failures in a row.
    ///
    /// @param failures from 1
    long nanos(int failures) {
        int doublings = Math.min(failures - 1, 62);
        long first = base.toNanos();
        long greatest = max.toNanos();
        return first > (greatest >> doublings) ? greatest : first << doublings;
    }
}
