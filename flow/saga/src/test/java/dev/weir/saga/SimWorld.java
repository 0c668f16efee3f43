package dev.weir.saga;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;

/// Threads of which one runs at a time, chosen by a seed, in a time that only goes on when all
/// wait. Processes are groups of threads that stop or die together.
final class SimWorld {
    /// What ends the threads of a dead process.
    static final class Killed extends Error {
        private static final long serialVersionUID = 1;

        Killed() {
            super("killed", null, false, false);
        }
    }

    final class Fiber {
        final Process process;
        private final Semaphore go = new Semaphore(0);

        Fiber(Process process) {
            this.process = process;
        }

        private void body(Runnable task) {
            go.acquireUninterruptibly();
            try {
                if (!process.dead) {
                    task.run();
                }
            } catch (Killed e) {
                // As intended.
            } catch (Throwable e) {
                failure = failure == null ? e : failure;
            } finally {
                process.fibers.remove(this);
                back.release();
            }
        }
    }

    private record Timer(
            long at, long order, Process process, Runnable task, boolean[] cancelled) {}

    /// A process: an engine's world.
    final class Process implements World {
        final String name;
        final List<Fiber> fibers = new ArrayList<>();
        final long skew;
        boolean dead;
        long stoppedUntil;

        Process(String name, long skew) {
            this.name = name;
            this.skew = skew;
        }

        @Override
        public long nanos() {
            return now + skew;
        }

        @Override
        public long millis() {
            return (now + skew) / 1_000_000;
        }

        @Override
        public void fork(Runnable task) {
            if (dead) {
                return;
            }
            var fiber = new Fiber(this);
            fibers.add(fiber);
            ready.add(fiber);
            Thread.ofVirtual().start(() -> fiber.body(task));
        }

        @Override
        public Runnable after(Duration time, Runnable task) {
            var cancelled = new boolean[1];
            timers.add(new Timer(now + time.toNanos(), order++, this, task, cancelled));
            return () -> cancelled[0] = true;
        }

        @Override
        public Turn turn() {
            return new Turn() {
                private boolean taken;
                private final ArrayDeque<Fiber> waiting = new ArrayDeque<>();

                @Override
                public void take() {
                    check();
                    while (taken) {
                        waiting.add(current);
                        park();
                    }
                    taken = true;
                }

                @Override
                public void give() {
                    taken = false;
                    // Those that waited in a dead process may be over already.
                    if (!dead && !waiting.isEmpty()) {
                        ready.add(waiting.poll());
                    }
                }
            };
        }

        @Override
        public RandomGenerator random() {
            return random;
        }

        void sleep(Duration time) {
            check();
            var fiber = current;
            after(time, () -> ready.add(fiber));
            park();
        }

        void check() {
            if (dead) {
                throw new Killed();
            }
        }
    }

    /// A life has some hundreds or thousands.
    private static final long MOST_SWITCHES = 1_000_000;

    final Random random;
    long now = 1_700_000_000_000_000_000L;
    Throwable failure;
    Fiber current;
    long switches;
    private long order;
    private final ArrayDeque<Runnable> doomed = new ArrayDeque<>();
    private final List<Fiber> ready = new ArrayList<>();
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(
                    Comparator.comparingLong(Timer::at).thenComparingLong(Timer::order));
    private final Semaphore back = new Semaphore(0);

    SimWorld(long seed) {
        random = new Random(seed);
    }

    /// Lets others run, maybe.
    void yield() {
        var fiber = current;
        fiber.process.check();
        ready.add(fiber);
        park();
    }

    private void park() {
        var fiber = current;
        back.release();
        fiber.go.acquireUninterruptibly();
        fiber.process.check();
    }

    /// Ends a process at once; not from one of its own threads.
    void kill(Process process, Runnable then) {
        process.dead = true;
        doomed.add(() -> {
            for (var fiber : List.copyOf(process.fibers)) {
                ready.remove(fiber);
                step(fiber);
            }
            then.run();
        });
    }

    /// Carries out what [#kill] asked for; on the scheduler's thread.
    void bury() {
        while (!doomed.isEmpty()) {
            doomed.poll().run();
        }
    }

    private void step(Fiber fiber) {
        switches++;
        current = fiber;
        fiber.go.release();
        back.acquireUninterruptibly();
    }

    /// Runs until `end` holds or the time is over.
    boolean run(java.util.function.BooleanSupplier end, Duration limit) {
        long until = now + limit.toNanos();
        while (now < until && failure == null) {
            if (switches > MOST_SWITCHES) {
                throw new IllegalStateException("runs in circles, at " + now);
            }
            if (end.getAsBoolean()) {
                return true;
            }
            bury();
            int able = 0;
            for (var fiber : ready) {
                able += fiber.process.stoppedUntil <= now ? 1 : 0;
            }
            if (able > 0) {
                step(take(random.nextInt(able)));
            } else if (!advance()) {
                return end.getAsBoolean();
            }
        }
        return end.getAsBoolean();
    }

    /// One of those that are able, no longer ready.
    private Fiber take(int index) {
        int left = index;
        for (int i = 0; ; i++) {
            if (ready.get(i).process.stoppedUntil <= now && left-- == 0) {
                return ready.remove(i);
            }
        }
    }

    private boolean advance() {
        long resume = Long.MAX_VALUE;
        for (var fiber : ready) {
            resume = Math.min(resume, fiber.process.stoppedUntil);
        }
        var timer = timers.peek();
        long next = timer == null ? Long.MAX_VALUE : timer.at;
        if (Math.min(resume, next) == Long.MAX_VALUE) {
            return false;
        }
        now = Math.max(now, Math.min(resume, next));
        SimServer.millis = now / 1_000_000;
        while (!timers.isEmpty() && timers.peek().at <= now) {
            var due = timers.poll();
            if (!due.cancelled[0] && !due.process.dead) {
                if (due.process.stoppedUntil > now) {
                    timers.add(
                            new Timer(
                                    due.process.stoppedUntil,
                                    order++,
                                    due.process,
                                    due.task,
                                    due.cancelled));
                } else {
                    due.process.fork(due.task);
                }
            }
        }
        return true;
    }
}
