package dev.weir.bench;

import dev.weir.telemetry.OtlpReceiver;
import dev.weir.telemetry.OtlpReceiverOptions;
import dev.weir.telemetry.TraceWindow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// What telemetry takes of a machine's memory, all processes counted: a greeting server with ours,
/// which sends to the backend, and one with the official SDK, which sends to the OpenTelemetry
/// Collector, as one does who wants batches, retries and a queue. The backend is a receiver of this
/// process and is not counted.
final class CollectorBenchmark implements Benchmark {
    private static final int ROUNDS = 3;
    private static final int CONNECTIONS = 2;
    private static final int REQUESTS = 20_000;

    /// Resident megabytes.
    private record Run(double ready, double busy) {}

    @Override
    public String name() {
        return "collector";
    }

    @Override
    public void run(Report report) throws Exception {
        var folder = Folders.fresh();
        var window = TraceWindow.of(1_000, 8 << 20);
        try (var backend = OtlpReceiver.open(OtlpReceiverOptions.DEFAULT.withPorts(0, 0), window)) {
            var found = Collector.start(folder, backend.httpPort());
            if (found.isEmpty()) {
                return;
            }
            var jars = GreetingJars.make(folder);
            try (var collector = found.get()) {
                report.row("collector, idle", collector.residentMegabytes(), "MB");
                var plain = new ArrayList<Run>();
                var ours = new ArrayList<Run>();
                var theirs = new ArrayList<Run>();
                for (int round = 0; round < ROUNDS; round++) {
                    plain.add(once(List.of("-cp", jars.plain()), GreetingServer.class));
                    ours.add(once(sending(backend.httpPort(), jars.woven()), GreetingServer.class));
                    theirs.add(
                            once(
                                    sending(collector.httpPort(), jars.sdk()),
                                    SdkGreetingServer.class));
                }
                tell(report, "plain", median(plain));
                tell(report, "woven", median(ours));
                tell(report, "SDK", median(theirs));
                double idle = collector.residentMegabytes();
                report.row("collector, afterwards", idle, "MB");
                compare(report, median(plain), median(ours), median(theirs), idle);
            }
        } finally {
            Folders.remove(folder);
        }
    }

    private static List<String> sending(int port, String path) {
        var options = new ArrayList<>(GreetingJars.sending(port));
        options.addAll(List.of("-cp", path));
        return options;
    }

    private static Run once(List<String> options, Class<?> main)
            throws IOException, InterruptedException {
        try (var server = Greeted.start(options, main)) {
            double ready = server.residentMegabytes();
            server.greet(CONNECTIONS, REQUESTS);
            return new Run(ready, server.residentMegabytes());
        }
    }

    private static Run median(List<Run> runs) {
        return new Run(
                Median.of(runs.stream().mapToDouble(Run::ready).toArray()),
                Median.of(runs.stream().mapToDouble(Run::busy).toArray()));
    }

    private static void tell(Report report, String what, Run run) {
        report.row(what + ", resident at ready", run.ready(), "MB");
        report.row(what + ", resident after 40,000 requests", run.busy(), "MB");
    }

    /// With the server itself on both sides, and without: what telemetry adds.
    private static void compare(Report report, Run plain, Run ours, Run theirs, double collector) {
        double all = theirs.busy() + collector;
        report.row("SDK and collector, all resident", all, "MB");
        report.row("woven, less than SDK and collector", 100 * (1 - ours.busy() / all), "%");
        double added = ours.busy() - plain.busy();
        double addedByThem = all - plain.busy();
        report.row("woven, added to plain", added, "MB");
        report.row("SDK and collector, added to plain", addedByThem, "MB");
        report.row("woven, added, less", 100 * (1 - added / addedByThem), "%");
        report.ratio("memory", "sdk-and-collector", all / ours.busy());
    }
}
