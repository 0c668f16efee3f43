package dev.weir.telemetry.metrics;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All callbacks once, on a thread of their own, so that one that hangs costs a collection its
/// values and nothing else.
final class CallbackRound implements Runnable {
    private final List<Callback> callbacks;
    private volatile @Nullable Callback current;
    private volatile boolean given;

    private CallbackRound(List<Callback> callbacks) {
        this.callbacks = callbacks;
    }

    /// Runs callbacks for a bounded time.
    static void run(List<Callback> callbacks, Duration timeout) {
        if (callbacks.isEmpty()) {
            return;
        }
        var round = new CallbackRound(callbacks);
        var thread = Thread.ofPlatform().daemon().name("weir-metric-callbacks").start(round);
        boolean interrupted = false;
        try {
            if (thread.join(timeout)) {
                return;
            }
        } catch (InterruptedException _) {
            interrupted = true;
        }
        round.giveUp(timeout);
        thread.interrupt();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        for (var callback : callbacks) {
            if (given) {
                return;
            }
            if (!callback.running()) {
                current = callback;
                callback.run();
            }
        }
    }

    private void giveUp(Duration timeout) {
        given = true;
        var hung = current;
        if (hung != null) {
            hung.abandon();
        }
        Warnings.log().log(
                System.Logger.Level.WARNING,
                "metric callbacks took longer than {0}; one still runs, the rest were left out",
                timeout);
    }
}
