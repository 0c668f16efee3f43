package dev.weir.bench;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/// A span with three attributes, from its start until it is handed over: on its own, in a scope,
/// not sampled, and on two threads. The peer is the official SDK with its batch processor and an
/// exporter that does nothing. Each is measured in a process of its own, two times in turn, and the
/// better one counts.
final class TelemetryBenchmark implements Benchmark {
    private static final int ROUNDS = 2;

    @Override
    public String name() {
        return "telemetry";
    }

    @Override
    public void run(Report report) throws Exception {
        CpuMeter.of(() -> System.nanoTime() == 0 ? "never" : "").to(report, "System.nanoTime");
        compare(report, "span", "span");
        compare(report, "scoped span", "scoped");
        compare(report, "sampled out", "out");
        threads(report, "weir");
        threads(report, "opentelemetry-sdk");
    }

    private static void compare(Report report, String name, String kind) throws Exception {
        CpuMeter ours = meter("weir", kind);
        CpuMeter theirs = meter("sdk", kind);
        for (int round = 1; round < ROUNDS; round++) {
            ours = better(ours, meter("weir", kind));
            theirs = better(theirs, meter("sdk", kind));
        }
        ours.to(report, "weir " + name);
        theirs.to(report, "opentelemetry-sdk " + name);
        report.ratio(name + " CPU", "opentelemetry-sdk", theirs.minimum() / ours.minimum());
        report.ratio(name + " bytes", "opentelemetry-sdk", theirs.bytes() / ours.bytes());
    }

    private static CpuMeter better(CpuMeter one, CpuMeter two) {
        return two.minimum() < one.minimum() ? two : one;
    }

    private static void threads(Report report, String engine) throws Exception {
        var rates = probe(engine.equals("weir") ? "weir" : "sdk", "threads");
        report.row(engine + ", one thread, of its CPU time", rates[0], "spans/s");
        report.row(engine + ", two threads, of their CPU time", rates[1], "spans/s");
        report.row(engine + ", two threads for one", rates[1] / rates[0], "x");
    }

    private static CpuMeter meter(String engine, String kind) throws Exception {
        var numbers = probe(engine, kind);
        return new CpuMeter(numbers[0], numbers[1], numbers[2]);
    }

    private static double[] probe(String engine, String kind)
            throws IOException, InterruptedException {
        var text = Child.java(List.of(), SpanProbe.class, engine, kind);
        if (text.isBlank()) {
            throw new IOException("measuring " + kind + " on " + engine + " failed");
        }
        var lines = text.lines().toList();
        if (lines.size() > 1 && !lines.get(1).endsWith(" 0")) {
            throw new IOException("spans were dropped; handed over and dropped: " + lines.get(1));
        }
        return Arrays.stream(lines.getFirst().split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }
}
