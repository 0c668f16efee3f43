package dev.weir.store;

import java.time.Clock;

/// When something that failed is tried again: after a second, then two, up to a minute.
/// Thread-safe.
final class Retry {
    private static final long FIRST = 1_000;
    private static final long LAST = 60_000;

    private final Clock clock;
    private long failedAt;
    private long wait;

    Retry(Clock clock) {
        this.clock = clock;
    }

    /// Whether to try now. A clock that was set back does not delay it.
    synchronized boolean due() {
        return wait == 0 || Math.abs(clock.millis() - failedAt) >= wait;
    }

    synchronized void failed() {
        failedAt = clock.millis();
        wait = wait == 0 ? FIRST : Math.min(LAST, 2 * wait);
    }

    synchronized void succeeded() {
        wait = 0;
    }
}
