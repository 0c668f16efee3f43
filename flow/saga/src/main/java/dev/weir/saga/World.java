package dev.weir.saga;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// Threads, time and chance, as the engine sees them.
interface World {
    /// A clock that only goes forward, in nanoseconds.
    long nanos();

    /// Milliseconds since 1970, for the names of things only.
    long millis();

    /// Runs a task on a thread of its own.
    void fork(Runnable task);

    /// Runs a task on a thread of its own after a time.
    ///
    /// @return what takes it back
    Runnable after(Duration time, Runnable task);

    /// Something that one at a time may have.
    Turn turn();

    RandomGenerator random();

    /// Taken by one thread, given back by any.
    interface Turn {
        void take();

        void give();
    }

    /// Virtual threads and the machine's time.
    final class Real implements World, AutoCloseable {
        private final ScheduledThreadPoolExecutor timer;
        private final RandomGenerator random = new java.security.SecureRandom();

        Real() {
            timer =
                    new ScheduledThreadPoolExecutor(
                            1, Thread.ofPlatform().daemon().name("weir-saga-timer").factory());
            timer.setRemoveOnCancelPolicy(true);
            timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        }

        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public long millis() {
            return System.currentTimeMillis();
        }

        @Override
        public void fork(Runnable task) {
            Thread.ofVirtual().name("weir-saga").start(task);
        }

        @Override
        public Runnable after(Duration time, Runnable task) {
            if (timer.isShutdown()) {
                return () -> {};
            }
            var scheduled = timer.schedule(() -> fork(task), time.toNanos(), TimeUnit.NANOSECONDS);
            return () -> scheduled.cancel(false);
        }

        @Override
        public Turn turn() {
            var semaphore = new Semaphore(1);
            return new Turn() {
                @Override
                public void take() {
                    semaphore.acquireUninterruptibly();
                }

                @Override
                public void give() {
                    semaphore.release();
                }
            };
        }

        @Override
        public RandomGenerator random() {
            return random;
        }

        @Override
        public void close() {
            timer.shutdownNow();
        }
    }
}
