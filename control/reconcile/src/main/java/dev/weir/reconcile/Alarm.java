package dev.weir.reconcile;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Interrupts the thread that set it once its time is over, unless that thread ended it before:
/// then never, however close the two were.
final class Alarm {
    private final Thread sleeper = Thread.currentThread();
    private @Nullable Future<?> call;

    /// Guarded by this, as is the other.
    private boolean rang;

    private boolean ended;

    private Alarm() {}

    static Alarm in(Duration time, ScheduledExecutorService clock) {
        var alarm = new Alarm();
        alarm.call = clock.schedule(alarm::ring, time.toNanos(), TimeUnit.NANOSECONDS);
        return alarm;
    }

    private synchronized void ring() {
        if (!ended) {
            rang = true;
            sleeper.interrupt();
        }
    }

    /// Ends it, in the thread that set it, and takes its interrupt back.
    ///
    /// @return whether it rang
    boolean end() {
        if (call != null) {
            call.cancel(false);
        }
        synchronized (this) {
            ended = true;
            if (rang) {
                Thread.interrupted();
            }
            return rang;
        }
    }
}
