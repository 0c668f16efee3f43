package dev.weir.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The CPU time and the allocation of short operations on one thread, in many short batches that
/// take turns: what else the machine does then hits all of them alike, and few batches of each.
final class CpuTime {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int OPERATIONS = 10_000;
    private static final int ROUNDS = 300;
    private static final int WARM_UP = 200;

    private final List<Case> cases = new ArrayList<>();

    /// Does an operation many times, in a loop of its own.
    @FunctionalInterface
    interface Batch {
        void run(int operations);
    }

    /// An operation and what was measured of it, for each batch.
    private record Case(String name, Batch batch, double[] nanoseconds, double[] bytes) {
        double least() {
            return nanoseconds[0];
        }

        double median() {
            return nanoseconds[nanoseconds.length / 2];
        }
    }

    CpuTime add(String name, Batch batch) {
        cases.add(new Case(name, batch, new double[ROUNDS], new double[ROUNDS]));
        return this;
    }

    /// Measures all of them, and tells the report.
    void run(Report report) {
        for (int round = 0; round < WARM_UP; round++) {
            cases.forEach(one -> one.batch.run(OPERATIONS));
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (var one : cases) {
                measure(one, round);
            }
        }
        for (var one : cases) {
            Arrays.sort(one.nanoseconds);
            Arrays.sort(one.bytes);
            report.row(one.name + ", least", one.least(), "ns");
            report.row(one.name + ", median", one.median(), "ns");
            report.row(one.name + ", allocated", one.bytes[ROUNDS / 2], "B");
        }
    }

    private static void measure(Case one, int round) {
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        long time = THREADS.getCurrentThreadCpuTime();
        one.batch.run(OPERATIONS);
        one.nanoseconds[round] = (double) (THREADS.getCurrentThreadCpuTime() - time) / OPERATIONS;
        one.bytes[round] = (double) (THREADS.getCurrentThreadAllocatedBytes() - bytes) / OPERATIONS;
    }

    /// How many times the median of the first the median of the second is.
    double ratio(String ours, String theirs) {
        return find(theirs).median() / find(ours).median();
    }

    private Case find(String name) {
        return cases.stream().filter(one -> one.name.equals(name)).findFirst().orElseThrow();
    }
}
