package dev.weir.telemetry.otlp;

import java.time.Duration;

/// When a request that failed, and may succeed later, is sent again: after a delay that grows with
/// each failure in a row, each a random part shorter or longer; later where the receiver asks so.
///
/// @param first the delay after the first failure
/// @param greatest what delays grow to
/// @param factor by what they grow
/// @param jitter the random part, 0 to below 1
/// @param limit how long a request is kept in memory since its first failure, then it is dropped;
///   one on disk is kept
public record RetryPolicy(
        Duration first, Duration greatest, double factor, double jitter, Duration limit) {
    /// 1 s, growing by 1.6 up to 30 s, a fifth of it random, for 5 minutes.
    public static final RetryPolicy DEFAULT =
            new RetryPolicy(
                    Duration.ofSeconds(1), Duration.ofSeconds(30), 1.6, 0.2, Duration.ofMinutes(5));

    /// Refuses what is out of range.
    public RetryPolicy {
        if (first.isNegative() || first.isZero() || greatest.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "retry delays are "
                            + first
                            + " to "
                            + greatest
                            + ": expected more than zero, the greatest not below the first");
        }
        if (!(factor >= 1) || !(jitter >= 0) || jitter >= 1) {
            throw new IllegalArgumentException(
                    "retry factor is "
                            + factor
                            + " and jitter "
                            + jitter
                            + ": expected 1 or more, and 0 to below 1");
        }
        if (limit.isNegative()) {
            throw new IllegalArgumentException("retry limit is " + limit + ": expected 0 or more");
        }
    }

    /// The delay after a number of failures in a row, in nanoseconds.
    ///
    /// @param failures 1 or more
    /// @param random from 0 to below 1
    long nanos(int failures, double random) {
        double delay =
                Math.min(first.toNanos() * Math.pow(factor, failures - 1.0), greatest.toNanos());
        return (long) (delay * (1 + jitter * (2 * random - 1)));
    }
}
