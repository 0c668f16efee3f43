package dev.weir.bench;

import java.nio.file.Path;
import java.util.List;

/// `./weir bench [NAME]`: lists the benchmarks, or runs one.
final class Main {
    private static final List<Benchmark> ALL =
            List.of(
                    new StoreBenchmark(),
                    new QueueBenchmark(),
                    new ControlBenchmark(),
                    new WatchBenchmark(),
                    new ServerBenchmark(),
                    new ContextBenchmark(),
                    new TelemetryBenchmark(),
                    new SignalsBenchmark(),
                    new OtlpBenchmark(),
                    new WeaveBenchmark(),
                    new CollectorBenchmark(),
                    new SagaBenchmark());

    private Main() {}

    public static void main(String[] arguments) {
        if (arguments.length == 0) {
            System.out.println("weir bench NAME, one of:");
            ALL.forEach(benchmark -> System.out.println("  " + benchmark.name()));
            return;
        }
        int status = 0;
        for (var name : arguments) {
            try {
                run(name);
            } catch (Exception e) {
                System.err.println("weir: " + name + " failed");
                e.printStackTrace();
                status = 1;
            }
        }
        // Some peers leave threads behind that would keep the process alive.
        System.exit(status);
    }

    private static void run(String name) throws Exception {
        for (var benchmark : ALL) {
            if (benchmark.name().equals(name)) {
                var report = new Report(name);
                benchmark.run(report);
                report.finish(Path.of(System.getProperty("weir.root", "."), "docs", "bench"));
                return;
            }
        }
        System.err.println("weir: no benchmark " + name + "; ./weir bench lists them");
        System.exit(2);
    }
}
