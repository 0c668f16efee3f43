package dev.weir.reconcile;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The workers of a controller for as long as it may work: one virtual thread each.
final class Crew {
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean dismissed;

    /// What one worker does until the crew is dismissed.
    interface Work {
        void run(Crew crew) throws InterruptedException;
    }

    /// Starts workers; each waits until the crew before has ended, so that no request ever has two.
    Crew(String name, int count, @Nullable Crew before, Work work) {
        for (int i = 0; i < count; i++) {
            threads.add(Thread.ofVirtual().name(name + "-" + i).start(() -> serve(before, work)));
        }
    }

    private void serve(@Nullable Crew before, Work work) {
        try {
            if (before != null) {
                for (var thread : before.threads) {
                    thread.join();
                }
            }
            work.run(this);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    boolean dismissed() {
        return dismissed;
    }

    /// Interrupts the workers, and waits for none.
    void dismiss() {
        dismissed = true;
        threads.forEach(Thread::interrupt);
    }

    /// Waits for the end of the workers.
    void join() {
        threads.forEach(Crew::join);
    }

    /// Waits for a thread's end, whatever interrupts.
    static void join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
