package dev.weir.bench;

import dev.weir.reconcile.Priority;
import dev.weir.reconcile.Request;
import dev.weir.reconcile.WorkQueue;
import java.time.Duration;
import java.util.Arrays;

/// Adding, taking and finishing a request on one thread, with 1,000 keys in 10 namespaces. The peer
/// is the work queue of client-go with the same keys, where Go is on the `PATH`.
final class QueueBenchmark implements Benchmark {
    private static final int KEYS = 1_000;
    private static final int OPERATIONS = 3_000_000;

    @Override
    public String name() {
        return "queue";
    }

    @Override
    public void run(Report report) throws Exception {
        var requests = new Request[KEYS];
        for (int i = 0; i < KEYS; i++) {
            requests[i] = new Request("n" + i % 10, "r" + i);
        }
        var rates = new double[7];
        for (int round = 0; round < rates.length; round++) {
            rates[round] = once(requests);
        }
        Arrays.sort(rates);
        double ours = rates[rates.length / 2];
        report.row("weir-reconcile queue, add/take/done", ours, "a second");
        var peer = GoPeer.run("queue");
        if (peer.isPresent()) {
            double theirs = Double.parseDouble(peer.get().strip());
            report.row("client-go work queue, add/get/done", theirs, "a second");
            report.ratio("queue", "client-go", ours / theirs);
        }
    }

    private static double once(Request[] requests) {
        try (var queue = WorkQueue.of(Duration.ofMillis(5), Duration.ofSeconds(1))) {
            long start = System.nanoTime();
            for (int i = 0; i < OPERATIONS; i++) {
                queue.add(requests[i % KEYS], Priority.Normal);
                var request = queue.poll();
                if (request != null) {
                    queue.done(request);
                }
            }
            return OPERATIONS * 1e9 / (System.nanoTime() - start);
        }
    }
}
