package dev.weir.saga;

import java.time.Duration;

/// How often and how soon a step is tried again after it threw.
///
/// A step before the pivot that used up its attempts fails, and the saga is compensated. A step
/// after the pivot, a compensation, and a pivot whose outcome is unknown are tried for ever, with
/// the longest pause; after that many attempts the saga counts as stuck, which operators see.
///
/// @param attempts the greatest number of attempts, from 1
/// @param first the pause after the first failure, at least 1 ms
/// @param longest what the pause doubles up to, at least `first`
public record RetryPolicy(int attempts, Duration first, Duration longest) {
    /// Three attempts, 100 ms and 200 ms apart; for ever, at most 30 s apart.
    public static final RetryPolicy DEFAULT =
            new RetryPolicy(3, Duration.ofMillis(100), Duration.ofSeconds(30));

    /// One attempt.
    public static final RetryPolicy NEVER =
            new RetryPolicy(1, Duration.ofMillis(100), Duration.ofSeconds(30));

    /// Checks the ranges.
    public RetryPolicy {
        if (attempts < 1 || first.toMillis() < 1 || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "expected attempts >= 1 and 1 ms <= first <= longest, found "
                            + attempts
                            + ", "
                            + first
                            + ", "
                            + longest);
        }
    }

    /// The pause after the attempt of that number, from 1.
    Duration pause(int attempt) {
        int doublings = Math.min(attempt - 1, 30);
        long millis =
                first.toMillis()
                        << Math.min(doublings, Long.numberOfLeadingZeros(first.toMillis()) - 2);
        return Duration.ofMillis(Math.min(millis, longest.toMillis()));
    }
}
