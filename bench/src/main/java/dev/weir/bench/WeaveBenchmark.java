package dev.weir.bench;

import dev.weir.telemetry.OtlpReceiver;
import dev.weir.telemetry.OtlpReceiverOptions;
import dev.weir.telemetry.TraceWindow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What telemetry costs a small HTTP server: woven when it is built, against the OpenTelemetry Java
/// agent and against none. Each sends its spans to a receiver of this process.
///
/// The start is measured first, of one server after the other, the woven and the plain one from an
/// AOT cache of their own too. Then requests, of warm servers that are all there at once and take
/// turns: a machine that is faster now and slower then is so for all of them.
final class WeaveBenchmark implements Benchmark {
    private static final String AGENT = "OpenTelemetry agent";
    private static final String CACHED = " from an AOT cache";
    private static final int ROUNDS = 3;
    private static final int CONNECTIONS = 2;
    private static final int TRAINING = 50;
    private static final int WARM = 100_000;
    private static final int BLOCKS = 9;
    private static final int BLOCK = 5_000;

    @Override
    public String name() {
        return "weave";
    }

    /// What was measured of a JVM when it was ready.
    private record Start(double cpu, double memory) {}

    /// What was measured of a warm JVM: microseconds of CPU time of each request, requests a second
    /// of each block, and megabytes after the last.
    private record Steady(double[] cpu, double[] rate, double memory) {}

    @Override
    public void run(Report report) throws Exception {
        var folder = Folders.fresh();
        var window = TraceWindow.of(1_000, 8 << 20);
        try (var receiver =
                OtlpReceiver.open(OtlpReceiverOptions.DEFAULT.withPorts(0, 0), window)) {
            var kinds = kinds(folder, receiver.httpPort());
            var starts = new LinkedHashMap<String, List<Start>>();
            for (int round = 0; round < ROUNDS; round++) {
                for (var kind : kinds.entrySet()) {
                    starts.computeIfAbsent(kind.getKey(), _ -> new ArrayList<>())
                            .add(start(kind.getValue()));
                }
            }
            var start = new LinkedHashMap<String, Start>();
            starts.forEach((kind, all) -> start.put(kind, median(all)));
            start.forEach((kind, values) -> {
                report.row(kind + ", CPU to ready", values.cpu(), "s");
                report.row(kind + ", resident at ready", values.memory(), "MB");
            });
            tellCost(report, start);
            kinds.keySet().removeIf(kind -> kind.endsWith(CACHED));
            var steady = steady(kinds);
            steady.forEach((kind, values) -> {
                report.row(kind + ", CPU of a request", Median.of(values.cpu()), "us");
                report.row(kind + ", requests", Median.of(values.rate()), "a second");
                report.row(kind + ", resident after the requests", values.memory(), "MB");
            });
            report.row("spans received", receiver.figures().spans(), "");
            for (var kind : List.of("woven", AGENT)) {
                if (steady.get(kind) instanceof Steady values) {
                    tellLoss(report, kind, steady.get("plain"), values);
                }
            }
            compare(report, start, steady);
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
            kinds.put(kind + CACHED, cache);
        }
        var agent =
                Path.of(System.getProperty("weir.root", "."))
                        .resolve("bench/target/agents/opentelemetry-javaagent.jar");
        if (Files.exists(agent)) {
            kinds.put(AGENT, with(send, "-javaagent:" + agent, "-cp", jars.plain()));
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

    private static Start start(List<String> options) throws IOException {
        try (var server = Greeted.start(options)) {
            return new Start(server.cpuSeconds(), server.residentMegabytes());
        }
    }

    private static Map<String, Steady> steady(Map<String, List<String>> kinds)
            throws IOException, InterruptedException {
        var servers = new LinkedHashMap<String, Greeted>();
        var steady = new LinkedHashMap<String, Steady>();
        try {
            for (var kind : kinds.entrySet()) {
                var server = Greeted.start(kind.getValue());
                servers.put(kind.getKey(), server);
                server.greet(CONNECTIONS, WARM);
                steady.put(kind.getKey(), new Steady(new double[BLOCKS], new double[BLOCKS], 0));
            }
            for (int block = 0; block < BLOCKS; block++) {
                for (var kind : servers.entrySet()) {
                    var server = kind.getValue();
                    double before = server.cpuSeconds();
                    double rate = server.greet(CONNECTIONS, BLOCK);
                    double cpu = (server.cpuSeconds() - before) / (CONNECTIONS * BLOCK);
                    var values = steady.get(kind.getKey());
                    values.cpu()[block] = cpu * 1e6;
                    values.rate()[block] = rate;
                }
            }
            servers.forEach((kind, server) ->
                    steady.compute(
                            kind,
                            (_, values) ->
                                    new Steady(
                                            values.cpu(),
                                            values.rate(),
                                            server.residentMegabytes())));
            return steady;
        } finally {
            servers.values().forEach(Greeted::close);
        }
    }

    private static Start median(List<Start> starts) {
        return new Start(
                Median.of(starts.stream().mapToDouble(Start::cpu).toArray()),
                Median.of(starts.stream().mapToDouble(Start::memory).toArray()));
    }

    private static void tellCost(Report report, Map<String, Start> start) {
        for (var how : List.of("", CACHED)) {
            var plain = start.get("plain" + how);
            var woven = start.get("woven" + how);
            report.row("weaving" + how + ", CPU to ready, more", woven.cpu() - plain.cpu(), "s");
            report.row("weaving" + how + ", CPU to ready, times", woven.cpu() / plain.cpu(), "x");
            report.row(
                    "weaving" + how + ", resident at ready, more",
                    woven.memory() - plain.memory(),
                    "MB");
        }
    }

    /// The median over the blocks of what each lost against the plain server's block beside it.
    private static void tellLoss(Report report, String kind, Steady plain, Steady values) {
        var more = new double[BLOCKS];
        var fewer = new double[BLOCKS];
        for (int block = 0; block < BLOCKS; block++) {
            more[block] = (values.cpu()[block] / plain.cpu()[block] - 1) * 100;
            fewer[block] = (1 - values.rate()[block] / plain.rate()[block]) * 100;
        }
        report.row(kind + ", CPU of a request, more", Median.of(more), "%");
        report.row(kind + ", requests, fewer", Median.of(fewer), "%");
    }

    private static void compare(
            Report report, Map<String, Start> start, Map<String, Steady> steady) {
        var agent = start.get(AGENT);
        if (agent == null) {
            return;
        }
        var woven = start.get("woven");
        report.ratio("start-cpu", "opentelemetry-agent", agent.cpu() / woven.cpu());
        report.ratio("start-memory", "opentelemetry-agent", agent.memory() / woven.memory());
        var warmAgent = steady.get(AGENT);
        var warm = steady.get("woven");
        report.ratio(
                "request-cpu",
                "opentelemetry-agent",
                Median.of(warmAgent.cpu()) / Median.of(warm.cpu()));
        report.ratio("memory", "opentelemetry-agent", warmAgent.memory() / warm.memory());
    }
}
