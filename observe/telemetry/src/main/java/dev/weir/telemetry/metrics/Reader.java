package dev.weir.telemetry.metrics;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Runs a task at an interval until it is stopped.
///
/// It is a platform thread: its work needs a core and blocks on nothing, and it must come to run
/// when every carrier of virtual threads is taken, which is when metrics matter most.
final class Reader implements Runnable {
    private final long interval;
    private final Runnable task;
    private final CountDownLatch stopped = new CountDownLatch(1);

    Reader(Duration interval, Runnable task) {
        this.interval = interval.toNanos();
        this.task = task;
    }

    void start() {
        var thread = new Thread(this, "weir-metric-reader");
        thread.setDaemon(true);
        thread.start();
    }

    /// Ends the thread after what it does now.
    ///
    /// @return whether it was not stopped before
    boolean stop() {
        boolean first = stopped.getCount() > 0;
        stopped.countDown();
        return first;
    }

    @Override
    public void run() {
        long next = System.nanoTime() + interval;
        try {
            while (!stopped.await(next - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                runOnce();
                next = Math.max(next + interval, System.nanoTime());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void runOnce() {
        try {
            task.run();
        } catch (RuntimeException e) {
            Warnings.log().log(
                    System.Logger.Level.WARNING, "metrics were not collected; trying again", e);
        }
    }
}
