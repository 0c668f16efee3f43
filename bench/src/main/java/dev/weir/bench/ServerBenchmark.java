package dev.weir.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/// `./weir server` as a process of its own: from its start until it says that it is ready, and the
/// memory that it holds when nobody asks it for anything.
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
            report.row("weir server, ready after", millis[STARTS / 2], "ms");
            report.row(
                    "weir server, resident and idle",
                    start(directory, SETTLED).residentMegabytes(),
                    "MB");
        } finally {
            Folders.remove(directory);
        }
    }

    private record Run(double millis, double residentMegabytes) {}

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
            return new Run(millis, residentMegabytes(process.pid()));
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

    /// Linux only; elsewhere not a number.
    private static double residentMegabytes(long pid) throws IOException {
        var status = Path.of("/proc", Long.toString(pid), "status");
        if (!Files.exists(status)) {
            return Double.NaN;
        }
        var line =
                Files.readAllLines(status).stream()
                        .filter(l -> l.startsWith("VmRSS:"))
                        .findFirst()
                        .orElseThrow();
        return Double.parseDouble(line.replaceAll("\\D", "")) / 1024;
    }
}
