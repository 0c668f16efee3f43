package dev.weir.bench;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// Objects on their way from the create call to the moment when a watcher sees their condition. One
/// flow serves one system; [#visible] is what its watcher calls.
final class Flow {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final ConcurrentHashMap<String, Long> started = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Long> told = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Long> delays = new ConcurrentLinkedQueue<>();
    private final Consumer<String> create;
    private volatile long[] latencies = {};
    private volatile CountDownLatch open = new CountDownLatch(0);
    private final AtomicInteger seen = new AtomicInteger();
    private int runs;

    Flow(Consumer<String> create) {
        this.create = create;
    }

    /// What one run measured.
    record Outcome(double perSecond, double p50Millis, double p99Millis) {}

    /// The condition of an object is about to be written.
    void told(String name) {
        told.put(name, System.nanoTime());
    }

    /// Of the last run, from the write of a condition until it is visible.
    double toldP99Millis() {
        var sorted = delays.stream().sorted().toList();
        return sorted.get((int) (sorted.size() * 0.99)) / 1e6;
    }

    /// The condition of an object is visible; told again, it counts once.
    void visible(String name) {
        var start = started.remove(name);
        if (start != null) {
            var since = told.remove(name);
            if (since != null) {
                delays.add(System.nanoTime() - since);
            }
            latencies[seen.getAndIncrement()] = System.nanoTime() - start;
            open.countDown();
        }
    }

    /// As fast as some writers can.
    Outcome burst(int count, int writers) throws Exception {
        var prefix = begin(count);
        var next = new AtomicInteger();
        long start = System.nanoTime();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < writers; i++) {
                threads.submit(() -> {
                    for (int n = next.getAndIncrement(); n < count; n = next.getAndIncrement()) {
                        one(prefix + n);
                    }
                });
            }
        }
        return end(count, start);
    }

    /// At a steady pace, whatever the system makes of it.
    Outcome paced(int count, int perSecond) throws Exception {
        var prefix = begin(count);
        long start = System.nanoTime();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < count; i++) {
                LockSupport.parkNanos(start + i * 1_000_000_000L / perSecond - System.nanoTime());
                var name = prefix + i;
                threads.submit(() -> one(name));
            }
        }
        return end(count, start);
    }

    private String begin(int count) {
        seen.set(0);
        told.clear();
        delays.clear();
        latencies = new long[count];
        open = new CountDownLatch(count);
        return "job-" + ++runs + "-";
    }

    private void one(String name) {
        started.put(name, System.nanoTime());
        try {
            create.accept(name);
        } catch (RuntimeException e) {
            throw new IllegalStateException("cannot create " + name, e);
        }
    }

    private Outcome end(int count, long start) throws Exception {
        if (!open.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new TimeoutException(open.getCount() + " of " + count + " never became visible");
        }
        double rate = count * 1e9 / (System.nanoTime() - start);
        Arrays.sort(latencies);
        return new Outcome(rate, latencies[count / 2] / 1e6, latencies[(int) (count * 0.99)] / 1e6);
    }
}
