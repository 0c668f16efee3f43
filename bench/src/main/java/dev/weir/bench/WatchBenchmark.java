package dev.weir.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.weir.resource.Client;
import dev.weir.resource.Query;
import dev.weir.resource.StatusException;
import dev.weir.resource.WatchEvent;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// 1,000 watchers of one kind, and 100 creates a second that each of them sees: 100,000 events a
/// second, from the create call until a watcher has the decoded object. In this process, and over
/// HTTPS with client and server in this process, so that the processor time is that of both.
final class WatchBenchmark implements Benchmark {
    private static final int WATCHERS = 1_000;
    private static final int PER_SECOND = 100;
    private static final int WARM_UP = 500;
    private static final int EVENTS = 1_500;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Override
    public String name() {
        return "watch";
    }

    @Override
    public void run(Report report) throws Exception {
        try (var served = Served.inProcess()) {
            measure(report, "in process", served.client());
        }
        try (var served = Served.overHttps()) {
            measure(report, "over HTTPS", served.client());
        }
    }

    private static void measure(Report report, String way, Client client) throws Exception {
        var seen = new Seen();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < WATCHERS; i++) {
                threads.submit(() -> follow(client, seen));
            }
            seen.watching.await();
            pace(client, seen, 0, WARM_UP);
            long cpu = cpuNanos();
            long start = System.nanoTime();
            pace(client, seen, WARM_UP, WARM_UP + EVENTS);
            long took = System.nanoTime() - start;
            double cores = (cpuNanos() - cpu) / (double) took;
            threads.shutdownNow();
            Arrays.sort(seen.latencies);
            report.row("events " + way, EVENTS * (double) WATCHERS * 1e9 / took, "events/s");
            report.row("events " + way + ", p50", seen.millis(0.50), "ms");
            report.row("events " + way + ", p99", seen.millis(0.99), "ms");
            report.row("events " + way + ", processors used", cores, "cores");
        }
    }

    /// Creates at a steady pace, however long each takes, and returns when every watcher has seen
    /// the last.
    private static void pace(Client client, Seen seen, int from, int to) throws Exception {
        seen.open = new CountDownLatch((to - from) * WATCHERS);
        seen.latencies = new long[(to - from) * WATCHERS];
        seen.count.set(0);
        long start = System.nanoTime();
        try (var creators = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = from; i < to; i++) {
                long due = start + (i - from) * 1_000_000_000L / PER_SECOND;
                LockSupport.parkNanos(due - System.nanoTime());
                int number = i;
                seen.created[number] = System.nanoTime();
                creators.submit(() -> client.create(Job.TYPE, Job.of("job-" + number)));
            }
        }
        if (!seen.open.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new TimeoutException(seen.open.getCount() + " events were never seen");
        }
    }

    private static void follow(Client client, Seen seen) {
        try (var watch = client.watch(Job.TYPE, Query.ALL)) {
            seen.watching.countDown();
            while (true) {
                if (watch.next(Duration.ofSeconds(1)).orElse(null)
                        instanceof WatchEvent.Added<Job>(var job)) {
                    seen.add(Integer.parseInt(job.metadata().name().substring("job-".length())));
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (StatusException e) {
            e.printStackTrace();
        }
    }

    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    /// What the watchers have seen, and how long it took to reach them.
    private static final class Seen {
        private final long[] created = new long[WARM_UP + EVENTS];
        private final CountDownLatch watching = new CountDownLatch(WATCHERS);
        private final AtomicInteger count = new AtomicInteger();
        private volatile CountDownLatch open = new CountDownLatch(0);
        private volatile long[] latencies = {};

        void add(int event) {
            latencies[count.getAndIncrement()] = System.nanoTime() - created[event];
            open.countDown();
        }

        double millis(double quantile) {
            return latencies[(int) (latencies.length * quantile)] / 1e6;
        }
    }
}
