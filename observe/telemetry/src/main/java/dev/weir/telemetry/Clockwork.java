package dev.weir.telemetry;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The one thread of an engine: does what is due now and then.
///
/// A daemon of the platform and not a virtual thread, so that spans are sent also while the
/// application keeps all carriers busy.
final class Clockwork implements Runnable {
    /// How often at least it looks, so that settings which change are noticed soon.
    private static final long LONGEST_NANOS = Duration.ofSeconds(5).toNanos();

    private final EngineTracerProvider tracers;
    private final SamplingWatch watch;
    private final long delayNanos;
    private final long roundNanos;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;

    Clockwork(EngineTracerProvider tracers, SamplingWatch watch, Duration delay) {
        this.tracers = tracers;
        this.watch = watch;
        delayNanos = delay.toNanos();
        roundNanos = Math.min(LONGEST_NANOS, delayNanos);
        thread = new Thread(this, "weir-telemetry");
        thread.setDaemon(true);
    }

    void start() {
        watch.look();
        thread.start();
    }

    /// Stops the thread and waits for its end.
    ///
    /// @return whether it was not stopped before
    boolean stop() {
        synchronized (this) {
            if (stopped.getCount() == 0) {
                return false;
            }
            stopped.countDown();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return true;
    }

    @Override
    public void run() {
        long waited = 0;
        while (!await()) {
            waited += roundNanos;
            try {
                watch.look();
                tracers.tick();
                if (waited >= delayNanos) {
                    waited = 0;
                    tracers.pipeline.flush();
                }
            } catch (RuntimeException e) {
                System.getLogger("dev.weir.telemetry")
                        .log(Level.WARNING, "telemetry goes on after a failure", e);
            }
        }
    }

    private boolean await() {
        try {
            return stopped.await(roundNanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException _) {
            // Only closing ends this thread.
            return false;
        }
    }
}
