package dev.weir.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.function.Supplier;

/// Measures an operation by the CPU time and the allocation of the calling thread, in many short
/// batches: steadier than the wall clock where a machine is shared.
///
/// @param minimum nanoseconds of the best batch, an operation
/// @param median nanoseconds of the middle batch, an operation
/// @param bytes allocated in the middle batch, an operation
record CpuMeter(double minimum, double median, double bytes) {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int WARM_UP = 3_000_000;
    private static final int BATCHES = 300;
    private static final int OPERATIONS = 10_000;

    /// What operations answer goes here, so that none is optimized away.
    private static Object answer = "";

    /// Measures after a warm-up.
    static CpuMeter of(Supplier<Object> operation) {
        Object last = answer;
        for (int i = 0; i < WARM_UP; i++) {
            last = operation.get();
        }
        var nanos = new double[BATCHES];
        var bytes = new double[BATCHES];
        for (int batch = 0; batch < BATCHES; batch++) {
            long allocated = THREADS.getCurrentThreadAllocatedBytes();
            long start = THREADS.getCurrentThreadCpuTime();
            for (int i = 0; i < OPERATIONS; i++) {
                last = operation.get();
                answer = last;
            }
            nanos[batch] = (THREADS.getCurrentThreadCpuTime() - start) / (double) OPERATIONS;
            allocated = THREADS.getCurrentThreadAllocatedBytes() - allocated;
            bytes[batch] = allocated / (double) OPERATIONS;
        }
        Arrays.sort(nanos);
        Arrays.sort(bytes);
        return new CpuMeter(nanos[0], nanos[BATCHES / 2], bytes[BATCHES / 2]);
    }

    /// Adds what was measured to a report.
    CpuMeter to(Report report, String name) {
        report.row(name + ", CPU, minimum", minimum, "ns");
        report.row(name + ", CPU, median", median, "ns");
        report.row(name + ", allocated", bytes, "B");
        return this;
    }
}
