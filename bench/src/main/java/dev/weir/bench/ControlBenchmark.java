package dev.weir.bench;

import dev.weir.reconcile.Change;
import dev.weir.reconcile.Finalizer;
import dev.weir.reconcile.Manager;
import dev.weir.reconcile.Result;
import dev.weir.resource.Client;
import dev.weir.resource.DeleteOptions;
import dev.weir.resource.Query;
import dev.weir.resource.StatusException;
import dev.weir.resource.WatchEvent;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/// The main job: an object is created, admitted, put on disk, watched, reconciled, its condition
/// written and seen by another watcher. In this process, and over HTTPS with client and server in
/// this process. The peers are the Java Operator SDK on the CRUD mock server of the fabric8 client,
/// which stores nothing, and controller-runtime on kube-apiserver and etcd, with each write forced
/// to disk and without an admission webhook.
final class ControlBenchmark implements Benchmark {
    private static final int WARM_UP = 10_000;
    private static final int COUNT = 20_000;
    private static final int WRITERS = 64;
    private static final int PACE = 1_000;
    private static final int PACED = 5_000;
    private static final int FINALIZED = 2_000;
    private static final Duration FINALIZED_WITHIN = Duration.ofSeconds(30);
    private static final Finalizer CLEANUP = new Finalizer("bench.weir.dev/cleanup");

    @Override
    public String name() {
        return "control";
    }

    @Override
    public void run(Report report) throws Exception {
        var local = weir(report, "in process", Served.inProcess());
        var remote = weir(report, "over HTTPS", Served.overHttps());
        creates(report);
        var josdk = new Peer("josdk", "JOSDK on fabric8 mock");
        josdk.compare(report, JosdkFlow.run(), local, remote);
        var runtime = new Peer("controller-runtime", "controller-runtime on kube-apiserver");
        ControllerRuntimeFlow.run()
                .ifPresent(theirs -> runtime.compare(report, theirs, local, remote));
    }

    /// What the peer is called in the ratios, and in the table.
    private record Peer(String name, String title) {
        void compare(Report report, Flow.Outcome theirs, Flow.Outcome local, Flow.Outcome remote) {
            report.row(title, theirs.perSecond(), "objects/s");
            report.row(title + ", p99", theirs.p99Millis(), "ms");
            report.ratio("control-in-process", name, local.perSecond() / theirs.perSecond());
            report.ratio("control-https", name, remote.perSecond() / theirs.perSecond());
        }
    }

    private static Flow.Outcome weir(Report report, String way, Served served) throws Exception {
        try (served) {
            return measure(report, way, served.client());
        }
    }

    /// Creates alone, which nobody reconciles, by the same client.
    private static void creates(Report report) throws Exception {
        double ours;
        try (var served = Served.overHttps()) {
            ours = creates(report, "over HTTPS", served.client(), COUNT);
        }
        var started = KubernetesServer.start();
        if (started.isPresent()) {
            try (var peer = started.get()) {
                double theirs = creates(report, "on kube-apiserver", peer.client(), COUNT / 4);
                report.ratio("creates-https", "kube-apiserver", ours / theirs);
            }
        }
    }

    private static double creates(Report report, String way, Client client, int count)
            throws Exception {
        var flow = new Flow[1];
        flow[0] =
                new Flow(name -> {
                    client.create(Job.TYPE, Job.of(name));
                    flow[0].visible(name);
                });
        flow[0].burst(count / 2, WRITERS);
        double perSecond = flow[0].burst(count, WRITERS).perSecond();
        report.row("creates " + way + ", 64 writers", perSecond, "objects/s");
        return perSecond;
    }

    private static Flow.Outcome measure(Report report, String way, Client client) throws Exception {
        var flow = new Flow(name -> client.create(Job.TYPE, Job.of(name)));
        try (var manager = Manager.of(client)) {
            manager.controller(Job.TYPE)
                    .filter(Change::isWish)
                    .maxConcurrent(WRITERS)
                    .reconcile((job, context) -> {
                        if (CLEANUP.on(job) && job.metadata().deleting()) {
                            CLEANUP.remove(context.client(), Job.TYPE, job);
                        } else if (!job.isReady()) {
                            flow.told(job.metadata().name());
                            context.client().updateStatus(Job.TYPE, job.ready());
                        }
                        return Result.done();
                    });
            manager.start();
            var watcher = Thread.ofVirtual().start(() -> follow(client, flow));
            flow.burst(WARM_UP, WRITERS);
            var burst = flow.burst(COUNT, WRITERS);
            var paced = flow.paced(PACED, PACE);
            watcher.interrupt();
            watcher.join();
            report.row("full flow " + way, burst.perSecond(), "objects/s");
            report.row("full flow " + way + ", p50 at 1,000/s", paced.p50Millis(), "ms");
            report.row("full flow " + way + ", p99 at 1,000/s", paced.p99Millis(), "ms");
            report.row("status seen " + way + ", p99 at 1,000/s", flow.toldP99Millis(), "ms");
            report.row("failed finalizers " + way, finalizers(client), "%");
            return burst;
        }
    }

    /// How many of the deletions that wait for a controller do not end in time.
    private static double finalizers(Client client) throws Exception {
        var names = IntStream.range(0, FINALIZED).mapToObj(n -> "final-" + n).toList();
        try (var threads = Executors.newFixedThreadPool(WRITERS)) {
            for (var name : names) {
                threads.submit(() -> {
                    var job = Job.of(name);
                    var held = job.metadata().withFinalizer(CLEANUP.name());
                    client.create(Job.TYPE, new Job(held, job.spec(), null));
                    client.delete(Job.TYPE, "default", name, DeleteOptions.DEFAULT);
                });
            }
        }
        long end = System.nanoTime() + FINALIZED_WITHIN.toNanos();
        int left = FINALIZED;
        while (left > 0 && System.nanoTime() < end) {
            Thread.sleep(100);
            left = 0;
            for (var name : names) {
                left += client.find(Job.TYPE, "default", name).isPresent() ? 1 : 0;
            }
        }
        return 100.0 * left / FINALIZED;
    }

    private static void follow(Client client, Flow flow) {
        try (var watch = client.watch(Job.TYPE, Query.ALL)) {
            while (true) {
                if (watch.next(Duration.ofSeconds(1)).orElse(null)
                                instanceof WatchEvent.Modified<Job>(var job)
                        && job.isReady()) {
                    flow.visible(job.metadata().name());
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (StatusException e) {
            throw new IllegalStateException("the watch ended", e);
        }
    }
}
