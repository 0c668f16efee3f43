package dev.weir.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The CPU time and the allocation of short operations on one thread, in many short batches that
/// take turns: what else the machine does then hits all of them alike, and few batches of each. The
/// call of an operation is part of what it costs; a row of an empty one tells how much.
final class CpuTime {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int OPERATIONS = 10_000;
    private static final int ROUNDS = 300;
    private static final int WARM_UP = 200;

    private final List<Case> cases = new ArrayList<>();

    /// An operation that is measured. What it answers is kept for a while, so that nothing of it is
    /// optimized away.
    @FunctionalInterface
    interface Operation {
        /// @param i counts the operations from 0
        @Nullable Object run(int i);
    }

    /// An operation and what was measured of it, for each batch.
    private record Case(String name, Operation operation, double[] nanoseconds, double[] bytes) {
        double least() {
            return nanoseconds[0];
        }

        double median() {
            return nanoseconds[nanoseconds.length / 2];
        }
    }

    CpuTime add(String name, Operation operation) {
        cases.add(new Case(name, operation, new double[ROUNDS], new double[ROUNDS]));
        return this;
    }

    /// Measures all of them, and tells the report.
    void run(Report report) {
        add("an empty operation", i -> this);
        for (int round = 0; round < WARM_UP; round++) {
            cases.forEach(one -> batch(one, new Object[1]));
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
        var kept = new Object[1];
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        long time = THREADS.getCurrentThreadCpuTime();
        batch(one, kept);
        one.nanoseconds[round] = (double) (THREADS.getCurrentThreadCpuTime() - time) / OPERATIONS;
        one.bytes[round] = (double) (THREADS.getCurrentThreadAllocatedBytes() - bytes) / OPERATIONS;
    }

    // A young array: there the barrier of the garbage collector costs least.
    private static void batch(Case one, @Nullable Object[] kept) {
        var operation = one.operation;
        for (int i = 0; i < OPERATIONS; i++) {
            kept[0] = operation.run(i);
        }
    }

    /// How many times the median of the first the median of the second is.
    double ratio(String ours, String theirs) {
        return find(theirs).median() / find(ours).median();
    }

    private Case find(String name) {
        return cases.stream().filter(one -> one.name.equals(name)).findFirst().orElseThrow();
    }
}
