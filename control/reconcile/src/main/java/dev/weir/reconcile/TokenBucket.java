package dev.weir.reconcile;

/// A limit on events a second that lets short bursts through. Not thread-safe.
final class TokenBucket {
    private final double nanosPerToken;
    private final double burst;
    private double tokens;
    private long last;

    /// @param perSecond tokens that come back a second
    /// @param burst the greatest count of tokens saved up
    TokenBucket(double perSecond, int burst, long now) {
        this.nanosPerToken = 1e9 / perSecond;
        this.burst = burst;
        this.tokens = burst;
        this.last = now;
    }

    /// Takes a token, from the future where none is left; answers how many nanoseconds away it is.
    long reserve(long now) {
        fill(now);
        tokens--;
        return tokens >= 0 ? 0 : (long) (-tokens * nanosPerToken);
    }

    /// Takes a token if one is left.
    boolean take(long now) {
        fill(now);
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }

    private void fill(long now) {
        tokens = Math.min(burst, tokens + Math.max(0, now - last) / nanosPerToken);
        last = now;
    }
}
