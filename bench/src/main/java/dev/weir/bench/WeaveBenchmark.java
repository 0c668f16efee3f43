package dev.weir.bench;

import dev.weir.telemetry.OtlpReceiver;
import dev.weir.telemetry.OtlpReceiverOptions;
import dev.weir.telemetry.TraceWindow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What telemetry costs a small HTTP server, from its start: woven when it is built, against the
/// OpenTelemetry Java agent and against none. Each sends its spans to a receiver of this process.
/// The woven and the plain one are started from an AOT cache of their own too.
final class WeaveBenchmark implements Benchmark {
    private static final int ROUNDS = 3;
    private static final int CONNECTIONS = 2;
    private static final int TRAINING = 50;
    private static final int WARM = 20_000;
    private static final int REQUESTS = 10_000;

    @Override
    public String name() {
        return "weave";
    }

    /// What was measured of one JVM.
    private record Run(
            double cpuToReady, double memoryAtReady, double cpuOfARequest, double memory) {}

    @Override
    public void run(Report report) throws Exception {
        var folder = Folders.fresh();
        var window = TraceWindow.of(1_000, 8 << 20);
        try (var receiver =
                OtlpReceiver.open(OtlpReceiverOptions.DEFAULT.withPorts(0, 0), window)) {
            var kinds = kinds(folder, receiver.httpPort());
            var runs = new LinkedHashMap<String, List<Run>>();
            for (int round = 0; round < ROUNDS; round++) {
                for (var kind : kinds.entrySet()) {
                    runs.computeIfAbsent(kind.getKey(), _ -> new ArrayList<>())
                            .add(once(kind.getValue()));
                }
            }
            var results = new LinkedHashMap<String, Run>();
            runs.forEach((kind, all) -> results.put(kind, median(all)));
            results.forEach((kind, run) -> tell(report, kind, run));
            report.row("spans received", receiver.figures().spans(), "");
            tellCost(report, results);
            compare(report, results);
        } finally {
            Folders.remove(folder);
        }
    }

    private static Map<String, List<String>> kinds(Path folder, int port)
            throws IOException, InterruptedException {
        var jars = GreetingJars.make(folder);
        var send = GreetingJars.sending(port);
        var kinds = new LinkedHashMap<String, List<String>>();
        kinds.put("plain", List.of("-cp", jars.plain()));
        kinds.put("woven", with(send, "-cp", jars.woven()));
        for (var kind : List.of("plain", "woven")) {
            var cache = cache(kinds.get(kind), folder.resolve(kind + ".aot"));
            kinds.put(kind + " from an AOT cache", cache);
        }
        var agent =
                Path.of(System.getProperty("weir.root", "."))
                        .resolve("bench/target/agents/opentelemetry-javaagent.jar");
        if (Files.exists(agent)) {
            kinds.put(
                    "OpenTelemetry agent", with(send, "-javaagent:" + agent, "-cp", jars.plain()));
        } else {
            System.out.println("skipped the OpenTelemetry agent: " + agent + " is not there");
        }
        return kinds;
    }

    /// Trains a cache with a few requests.
    ///
    /// @return the options to start from it
    private static List<String> cache(List<String> options, Path file)
            throws IOException, InterruptedException {
        try (var server = Greeted.start(with(options, "-XX:AOTCacheOutput=" + file))) {
            server.greet(CONNECTIONS, TRAINING);
            server.end();
        }
        return with(options, "-XX:AOTCache=" + file);
    }

    private static List<String> with(List<String> some, String... more) {
        return Stream.concat(some.stream(), Stream.of(more)).toList();
    }

    private static Run once(List<String> options) throws IOException, InterruptedException {
        try (var server = Greeted.start(options)) {
            double cpu = server.cpuSeconds();
            double memory = server.residentMegabytes();
            server.greet(CONNECTIONS, WARM);
            double before = server.cpuSeconds();
            server.greet(CONNECTIONS, REQUESTS);
            double each = (server.cpuSeconds() - before) / (CONNECTIONS * REQUESTS);
            return new Run(cpu, memory, each * 1e6, server.residentMegabytes());
        }
    }

    private static Run median(List<Run> runs) {
        return new Run(
                median(runs.stream().mapToDouble(Run::cpuToReady).toArray()),
                median(runs.stream().mapToDouble(Run::memoryAtReady).toArray()),
                median(runs.stream().mapToDouble(Run::cpuOfARequest).toArray()),
                median(runs.stream().mapToDouble(Run::memory).toArray()));
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    private static void tell(Report report, String kind, Run run) {
        report.row(kind + ", CPU to ready", run.cpuToReady(), "s");
        report.row(kind + ", resident at ready", run.memoryAtReady(), "MB");
        report.row(kind + ", CPU of a request", run.cpuOfARequest(), "us");
        report.row(kind + ", resident after 60,000 requests", run.memory(), "MB");
    }

    private static void compare(Report report, Map<String, Run> results) {
        var plain = results.get("plain");
        var woven = results.get("woven");
        var agent = results.get("OpenTelemetry agent");
        if (plain == null || woven == null || agent == null) {
            return;
        }
        report.ratio("start-cpu", "opentelemetry-agent", agent.cpuToReady() / woven.cpuToReady());
        report.ratio(
                "start-memory",
                "opentelemetry-agent",
                agent.memoryAtReady() / woven.memoryAtReady());
        report.ratio(
                "request-cpu",
                "opentelemetry-agent",
                agent.cpuOfARequest() / woven.cpuOfARequest());
        report.ratio("memory", "opentelemetry-agent", agent.memory() / woven.memory());
    }

    private static void tellCost(Report report, Map<String, Run> results) {
        for (var start : List.of("", " from an AOT cache")) {
            var plain = results.get("plain" + start);
            var woven = results.get("woven" + start);
            report.row(
                    "weaving" + start + ", CPU to ready, more",
                    woven.cpuToReady() - plain.cpuToReady(),
                    "s");
            report.row(
                    "weaving" + start + ", CPU to ready, times",
                    woven.cpuToReady() / plain.cpuToReady(),
                    "x");
            report.row(
                    "weaving" + start + ", resident at ready, more",
                    woven.memoryAtReady() - plain.memoryAtReady(),
                    "MB");
            report.row(
                    "weaving" + start + ", CPU of a request, more",
                    woven.cpuOfARequest() - plain.cpuOfARequest(),
                    "us");
        }
    }
}
