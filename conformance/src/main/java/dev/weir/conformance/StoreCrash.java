package dev.weir.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/// Kills a JVM that writes to a store, at a random point, again and again. A cycle passes when
/// everything acknowledged or watched is there behind it, and nothing else but whole changes.
final class StoreCrash implements Suite {
    private static final int CYCLES = 500;

    @Override
    public String name() {
        return "store-crash";
    }

    @Override
    public String summary() {
        return "kill -9 of a writing JVM, then nothing acknowledged or watched is lost (--cycles N, --seed N)";
    }

    @Override
    public void run(Report report) throws Exception {
        int cycles = report.option("cycles", CYCLES);
        var random = new Random(report.option("seed", 42));
        try (var scratch = new Scratch()) {
            var directory = scratch.path();
            var ledger = new CrashLedger(CrashWriter.THREADS);
            for (int cycle = 1; cycle <= cycles; cycle++) {
                long seed = random.nextLong();
                report.check("cycle " + cycle, () -> cycle(directory, ledger, new Random(seed)));
                report.progress(cycle, cycles);
            }
            report.line(ledger.verified() + " changes survived");
        }
    }

    /// One life and death of a writer, and the look at what it left.
    static void cycle(Path directory, CrashLedger ledger, Random random)
            throws IOException, InterruptedException {
        var child = start(directory, random.nextLong());
        // From the start of the JVM, so that some kills fall into the recovery.
        int millis = random.nextInt(100, 700);
        var killer =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                Thread.sleep(millis);
                            } catch (InterruptedException _) {
                                // The child ended by itself, or the suite ends: nothing to wait
                                // for.
                            }
                            kill(child);
                        });
        try (var lines = child.inputReader(UTF_8)) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                ledger.hear(line);
            }
        } finally {
            killer.interrupt();
            kill(child);
            child.waitFor(10, TimeUnit.SECONDS);
        }
        try (var store = Store.open(directory, CrashWriter.OPTIONS)) {
            ledger.verify(store);
        }
    }

    /// By its handle: the process itself would close the pipe too, with lines in it that were said.
    private static void kill(Process child) {
        child.toHandle().destroyForcibly();
    }

    private static Process start(Path directory, long seed) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xshare:auto",
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashWriter.class.getName(),
                        directory.toString(),
                        Long.toString(seed))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
