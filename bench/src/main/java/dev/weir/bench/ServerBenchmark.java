package dev.weir.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/// `./weir server` as a process of its own: from its start until it says that it is ready, and the
/// memory that it holds when nobody asks it for anything. The peer is kube-apiserver with etcd.
final class ServerBenchmark implements Benchmark {
    private static final int STARTS = 9;
    private static final Duration SETTLED = Duration.ofSeconds(15);

    @Override
    public String name() {
        return "server";
    }

    @Override
    public void run(Report report) throws Exception {
        var directory = Folders.fresh();
        try {
            start(directory, Duration.ZERO);
            var millis = new double[STARTS];
            for (int i = 0; i < STARTS; i++) {
                millis[i] = start(directory, Duration.ZERO).millis();
            }
            Arrays.sort(millis);
            var ours = new Run(millis[STARTS / 2], start(directory, SETTLED).residentMegabytes());
            ours.tell(report, "weir server");
            compare(report, ours);
        } finally {
            Folders.remove(directory);
        }
    }

    private static void compare(Report report, Run ours) throws Exception {
        var started = KubernetesServer.start();
        if (started.isEmpty()) {
            return;
        }
        try (var peer = started.get()) {
            Thread.sleep(SETTLED);
            var theirs = new Run(peer.readyMillis(), peer.residentMegabytes());
            theirs.tell(report, "kube-apiserver and etcd");
            report.ratio("server-ready", "kube-apiserver", theirs.millis() / ours.millis());
            report.ratio(
                    "server-memory",
                    "kube-apiserver",
                    theirs.residentMegabytes() / ours.residentMegabytes());
        }
    }

    private record Run(double millis, double residentMegabytes) {
        void tell(Report report, String who) {
            report.row(who + ", ready after", millis, "ms");
            report.row(who + ", resident and idle", residentMegabytes, "MB");
        }
    }

    private static Run start(Path directory, Duration settle)
            throws IOException, InterruptedException {
        var weir = Path.of(System.getProperty("weir.root", "."), "weir").toString();
        long start = System.nanoTime();
        var process =
                new ProcessBuilder(weir, "server", "--data", directory.toString(), "--listen", "0")
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (var lines = process.inputReader()) {
            awaitReady(lines);
            double millis = (System.nanoTime() - start) / 1e6;
            Thread.sleep(settle);
            return new Run(millis, Memory.residentMegabytes(process.pid()));
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    private static void awaitReady(BufferedReader lines) throws IOException {
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.contains("is ready")) {
                return;
            }
        }
        throw new IOException("weir server ended before it was ready");
    }
}
