package dev.weir.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Calls between host and guest; CoreMark in WebAssembly, compiled and with cancellation on, next
/// to V8 and to the same program for this machine: iterations in a second of CPU time, the median
/// of several processes each.
final class WasmBenchmark implements Benchmark {
    private static final int FORKS = 5;
    private static final int ITERATIONS = 20_000;

    /// A line of `times`: minutes and seconds in user mode, and in the kernel.
    private static final Pattern TIMES = Pattern.compile("(\\d+)m([\\d.]+)s (\\d+)m([\\d.]+)s");

    @Override
    public String name() {
        return "wasm";
    }

    @Override
    public void run(Report report) throws Exception {
        WasmKernels.run(report);
        calls(report);
        WasmStart.run(report);
        compilation(report);
        var source = source();
        if (source.isEmpty()) {
            System.out.println(
                    "skipped: needs github.com/eembc/coremark as the folder coremark in one of WEIR_DATA");
            return;
        }
        var folder = Folders.fresh();
        try {
            measure(report, source.get(), folder);
        } finally {
            Folders.remove(folder);
        }
    }

    private static Optional<Path> source() {
        var folders = System.getenv().getOrDefault("WEIR_DATA", "");
        return Arrays.stream(folders.split(java.io.File.pathSeparator, -1))
                .map(folder -> Path.of(folder).resolve("coremark"))
                .filter(Files::isDirectory)
                .findFirst();
    }

    private static void measure(Report report, Path source, Path folder)
            throws IOException, InterruptedException {
        var scripts = Path.of(System.getProperty("weir.root", "."), "bench", "peers", "wasm");
        var build = scripts.resolve("build.sh").toString();
        Child.output(List.of("sh", build, source.toString(), folder.toString()));
        var module = folder.resolve("coremark.wasm");
        if (!Files.exists(module)) {
            System.out.println("skipped: needs clang and wasi-libc to build the guest");
            return;
        }
        double ours = compiled(report, "Weir", WasmCoreMark.class, ITERATIONS, module);
        double endive = compiled(report, "Endive", WasmEndive.class, ITERATIONS / 4, module);
        report.ratio("CoreMark", "Endive", ours / endive);
        var script = scripts.resolve("v8.mjs").toString();
        peer(report, "V8", ours, List.of("node", "--no-warnings", script, module.toString()));
        var wazero = folder.resolve("wazero").toString();
        peer(report, "wazero", ours, List.of(wazero, "run", module.toString()));
        peer(report, "wasmtime", ours, List.of("wasmtime", "run", module.toString()));
        peer(report, "gcc -O2", ours, List.of(folder.resolve("coremark").toString()));
    }

    /// Calls between host and guest, in both directions: what each process prints are the
    /// nanoseconds of both, and of the boxed call and what it allocates.
    private static void calls(Report report) throws IOException, InterruptedException {
        var names = List.of("host call", "typed call", "boxed call", "typed call, allocated");
        var times = new double[names.size()][FORKS];
        for (int i = 0; i < FORKS; i++) {
            var printed = Child.java(List.of(), WasmCalls.class).split("\\s+");
            for (int row = 0; row < times.length; row++) {
                times[row][i] = Double.parseDouble(printed[row]);
            }
        }
        for (int row = 0; row < times.length; row++) {
            var unit = names.get(row).endsWith("allocated") ? "B" : "ns";
            report.row(names.get(row) + ", Weir", Median.of(times[row]), unit);
        }
    }

    /// What is paid before a guest runs, where nothing was kept of earlier runs.
    private static void compilation(Report report) throws IOException, InterruptedException {
        var names = List.of("compile 150 kB, warm", "instance", "first result of 20 MB");
        var units = List.of("ms", "us", "ms");
        var seen = new double[names.size()][FORKS];
        for (int fork = 0; fork < FORKS; fork++) {
            var printed = Child.java(List.of(), WasmCompilation.class).split("\\s+");
            for (int row = 0; row < seen.length; row++) {
                seen[row][fork] = Double.parseDouble(printed[row]);
            }
        }
        for (int row = 0; row < seen.length; row++) {
            report.row(names.get(row) + ", Weir", Median.of(seen[row]), units.get(row));
        }
    }

    /// The median over processes of the best of some runs in one JVM.
    private static double compiled(
            Report report, String engine, Class<?> main, int iterations, Path module)
            throws IOException, InterruptedException {
        var rates = new double[FORKS];
        for (int i = 0; i < FORKS; i++) {
            var lines = Child.java(List.of(), main, module.toString(), String.valueOf(iterations));
            rates[i] = Double.parseDouble(lines.strip());
            report.row("CoreMark, " + engine + ", process " + i, rates[i], "it/s");
        }
        report.row("CoreMark, " + engine, Median.of(rates), "it/s");
        return Median.of(rates);
    }

    private static void peer(Report report, String name, double ours, List<String> command)
            throws IOException, InterruptedException {
        var rates = new double[FORKS];
        for (int i = 0; i < FORKS; i++) {
            var line = new ArrayList<>(List.of("sh", "-c", "\"$@\" >/dev/null; times", "sh"));
            line.addAll(command);
            line.addAll(List.of("0x0", "0x0", "0x66", String.valueOf(2 * ITERATIONS)));
            double seconds = childSeconds(Child.output(line));
            if (seconds < 0.1) {
                System.out.println("skipped " + name + ": it does not run here");
                return;
            }
            rates[i] = 2 * ITERATIONS / seconds;
        }
        double theirs = Median.of(rates);
        report.row("CoreMark, " + name, theirs, "it/s");
        report.ratio("CoreMark", name, ours / theirs);
    }

    private static double childSeconds(String times) {
        double seconds = 0;
        var matcher = TIMES.matcher(times);
        while (matcher.find()) {
            // The last line is that of the children.
            seconds =
                    60 * Double.parseDouble(matcher.group(1))
                            + Double.parseDouble(matcher.group(2))
                            + 60 * Double.parseDouble(matcher.group(3))
                            + Double.parseDouble(matcher.group(4));
        }
        return seconds;
    }
}
