package dev.weir.bench;

import static java.lang.Double.parseDouble;

import dev.weir.telemetry.OtlpReceiver;
import dev.weir.telemetry.OtlpReceiverOptions;
import dev.weir.telemetry.TelemetryConsumer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What telemetry costs a small HTTP server: woven when it is built, against the OpenTelemetry Java
/// agent and against none. Each sends its spans to a receiver of this process.
///
/// The start is measured first, of one server after the other, the woven and the plain one from an
/// AOT cache of their own too. Then requests, of warm servers that are all there at once and take
/// turns: a machine that is faster now and slower then is so for all of them. There are several of
/// each kind, as no two JVMs compile the same program to the same code: how far those of one kind
/// are apart is what a difference between kinds must be read against. What weaving adds to a
/// request is less than that, so it is told by one JVM that has the same handlers woven and not.
///
/// Last what a call of the JDK's HTTP client takes more where it is woven.
final class WeaveBenchmark implements Benchmark {
    private static final String AGENT = "OpenTelemetry agent";
    private static final String CACHED = " from an AOT cache";
    private static final int ROUNDS = 3;
    private static final int CONNECTIONS = 2;
    private static final int TRAINING = 50;
    private static final int SERVERS = 3;
    private static final int WARM = 40_000;
    private static final int BLOCKS = 9;
    private static final int BLOCK = 2_000;

    @Override
    public String name() {
        return "weave";
    }

    /// What was measured of a JVM when it was ready.
    private record Start(double cpu, double memory) {}

    /// What was measured of warm JVMs: for each the median of the microseconds of CPU time of a
    /// request and of the requests a second; and megabytes after the last.
    private record Steady(double[] cpu, double[] rate, double memory) {}

    @Override
    public void run(Report report) throws Exception {
        var folder = Folders.fresh();
        var options = OtlpReceiverOptions.DEFAULT.withPorts(0, 0);
        try (var receiver = OtlpReceiver.open(options, new TelemetryConsumer() {})) {
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
            steady.forEach((kind, values) -> {
                report.row(kind + ", CPU of a request, apart", spread(values.cpu()), "%");
                report.row(kind + ", requests, apart", spread(values.rate()), "%");
            });
            report.row("spans received", receiver.figures().spans(), "");
            if (steady.get(AGENT) instanceof Steady values) {
                tellLoss(report, AGENT, steady.get("plain"), values);
            }
            RequestCost.tell(report, GreetingJars.sending(receiver.httpPort()));
            compare(report, start, steady);
            tellClient(report);
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
        var servers = new LinkedHashMap<String, List<Greeted>>();
        try {
            for (int number = 0; number < SERVERS; number++) {
                for (var kind : kinds.entrySet()) {
                    var server = Greeted.start(kind.getValue());
                    servers.computeIfAbsent(kind.getKey(), _ -> new ArrayList<>()).add(server);
                    server.greet(CONNECTIONS, WARM);
                }
            }
            var cpu = new LinkedHashMap<String, double[][]>();
            var rate = new LinkedHashMap<String, double[][]>();
            for (var kind : kinds.keySet()) {
                cpu.put(kind, new double[SERVERS][BLOCKS]);
                rate.put(kind, new double[SERVERS][BLOCKS]);
            }
            for (int block = 0; block < BLOCKS; block++) {
                for (int number = 0; number < SERVERS; number++) {
                    for (var kind : kinds.keySet()) {
                        var server = servers.get(kind).get(number);
                        double before = server.cpuSeconds();
                        rate.get(kind)[number][block] = server.greet(CONNECTIONS, BLOCK);
                        double used = server.cpuSeconds() - before;
                        cpu.get(kind)[number][block] = used / (CONNECTIONS * BLOCK) * 1e6;
                    }
                }
            }
            var steady = new LinkedHashMap<String, Steady>();
            for (var kind : kinds.keySet()) {
                var memory = new double[SERVERS];
                for (int number = 0; number < SERVERS; number++) {
                    memory[number] = servers.get(kind).get(number).residentMegabytes();
                }
                steady.put(
                        kind,
                        new Steady(
                                medians(cpu.get(kind)),
                                medians(rate.get(kind)),
                                Median.of(memory)));
            }
            return steady;
        } finally {
            servers.values().forEach(all -> all.forEach(Greeted::close));
        }
    }

    private static double[] medians(double[][] blocks) {
        return Arrays.stream(blocks).mapToDouble(Median::of).toArray();
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

    private static void tellLoss(Report report, String kind, Steady plain, Steady values) {
        double more = Median.of(values.cpu()) / Median.of(plain.cpu()) - 1;
        double fewer = 1 - Median.of(values.rate()) / Median.of(plain.rate());
        report.row(kind + ", CPU of a request, more", more * 100, "%");
        report.row(kind + ", requests, fewer", fewer * 100, "%");
    }

    private static void tellClient(Report report) throws IOException, InterruptedException {
        try (var server = Greeted.start(List.of("-cp", System.getProperty("java.class.path")))) {
            var text = Child.java(List.of(), ClientProbe.class, server.address().toString());
            var numbers = text.strip().split(" ");
            report.row("HttpClient hook, CPU of a call", parseDouble(numbers[0]), "ns");
            report.row("HttpClient hook, allocated", parseDouble(numbers[1]), "B");
            report.row("of it the copy of the request, CPU", parseDouble(numbers[2]), "ns");
            report.row("of it the copy of the request", parseDouble(numbers[3]), "B");
            report.row("HttpClient call not woven, CPU", parseDouble(numbers[4]), "ns");
        }
    }

    /// How far the servers of one kind are apart, in percent of their median.
    private static double spread(double[] values) {
        double least = Arrays.stream(values).min().orElseThrow();
        double most = Arrays.stream(values).max().orElseThrow();
        return (most - least) / Median.of(values) * 100;
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
