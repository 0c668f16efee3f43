package dev.weir.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;

/// What a piece of work costs the thread that does it: CPU time and allocated bytes, as the least
/// of many short batches, so that other processes on the machine do not count.
final class ThreadCost {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /// A number of calls of what is measured.
    interface Work {
        void run(int calls);
    }

    /// @param nanos CPU time of a call
    /// @param bytes allocated by a call
    record Cost(double nanos, double bytes) {
        Cost least(Cost other) {
            return new Cost(Math.min(nanos, other.nanos), Math.min(bytes, other.bytes));
        }

        Cost most(Cost other) {
            return new Cost(Math.max(nanos, other.nanos), Math.max(bytes, other.bytes));
        }
    }

    private ThreadCost() {}

    /// Measures two pieces of work by turns.
    ///
    /// @param calls how many a batch makes
    static Cost[] compare(int batches, int calls, Work ours, Work theirs) {
        var best = new Cost[] {measure(calls, ours), measure(calls, theirs)};
        for (int i = 0; i < batches; i++) {
            best[0] = best[0].least(measure(calls, ours));
            best[1] = best[1].least(measure(calls, theirs));
        }
        return best;
    }

    /// Measures one batch.
    static Cost measure(int calls, Work work) {
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        long start = THREADS.getCurrentThreadCpuTime();
        work.run(calls);
        long nanos = THREADS.getCurrentThreadCpuTime() - start;
        bytes = THREADS.getCurrentThreadAllocatedBytes() - bytes;
        return new Cost((double) nanos / calls, (double) bytes / calls);
    }

    /// Measures work that two threads do at once: the least of the batches that ran side by side.
    static Cost together(int batches, int calls, Work work) throws Exception {
        var costs = new Cost[2][batches];
        var spans = new long[2][2 * batches];
        var barrier = new CyclicBarrier(2);
        var running = new Thread[2];
        for (int i = 0; i < running.length; i++) {
            int mine = i;
            Runnable body =
                    () -> {
                        for (int j = 0; j < batches; j++) {
                            meet(barrier);
                            spans[mine][2 * j] = System.nanoTime();
                            costs[mine][j] = measure(calls, work);
                            spans[mine][2 * j + 1] = System.nanoTime();
                        }
                    };
            running[i] = Thread.ofPlatform().start(body);
        }
        for (var thread : running) {
            thread.join();
        }
        var best = new Cost(Double.MAX_VALUE, Double.MAX_VALUE);
        for (int j = 0; j < batches; j++) {
            if (overlap(spans, j) > 0.9) {
                best = best.least(costs[0][j].most(costs[1][j]));
            }
        }
        return best;
    }

    private static double overlap(long[][] spans, int batch) {
        long start = Math.max(spans[0][2 * batch], spans[1][2 * batch]);
        long end = Math.min(spans[0][2 * batch + 1], spans[1][2 * batch + 1]);
        long longest =
                Math.max(
                        spans[0][2 * batch + 1] - spans[0][2 * batch],
                        spans[1][2 * batch + 1] - spans[1][2 * batch]);
        return (double) (end - start) / longest;
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
    }
}
