package dev.weir.bench;

import dev.weir.telemetry.OtlpReceiver;
import dev.weir.telemetry.OtlpReceiverOptions;
import dev.weir.telemetry.TraceWindow;
import dev.weir.weave.Outcome;
import dev.weir.weave.Weaver;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What telemetry costs a small HTTP server, from its start: woven when it is built, against the
/// OpenTelemetry Java agent and against none. Each sends its spans to a receiver of this process.
final class WeaveBenchmark implements Benchmark {
    private static final int ROUNDS = 3;
    private static final int CONNECTIONS = 2;
    private static final int WARM = 5_000;
    private static final int REQUESTS = 10_000;
    private static final List<String> LIBRARIES =
            List.of(
                    "weir-weave",
                    "weir-telemetry",
                    "weir-context",
                    "opentelemetry-api-1",
                    "opentelemetry-context-",
                    "opentelemetry-common-");

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
            compare(report, results);
        } finally {
            Folders.remove(folder);
        }
    }

    private static Map<String, List<String>> kinds(Path folder, int port) throws IOException {
        var plain = Files.createDirectories(folder.resolve("plain"));
        var woven = Files.createDirectories(folder.resolve("woven"));
        copy(plain, woven);
        var send =
                List.of(
                        "-Dotel.service.name=greeting",
                        "-Dotel.exporter.otlp.protocol=http/protobuf",
                        "-Dotel.exporter.otlp.endpoint=http://127.0.0.1:" + port);
        var kinds = new LinkedHashMap<String, List<String>>();
        kinds.put("plain", List.of("-cp", plain.toString()));
        kinds.put("woven", with(send, "-cp", woven + File.pathSeparator + libraries()));
        var agent =
                Path.of(System.getProperty("weir.root", "."))
                        .resolve("bench/target/agents/opentelemetry-javaagent.jar");
        if (Files.exists(agent)) {
            kinds.put(
                    "OpenTelemetry agent",
                    with(send, "-javaagent:" + agent, "-cp", plain.toString()));
        } else {
            System.out.println("skipped the OpenTelemetry agent: " + agent + " is not there");
        }
        return kinds;
    }

    private static List<String> with(List<String> some, String... more) {
        return Stream.concat(some.stream(), Stream.of(more)).toList();
    }

    /// The server's classes, as they are and woven.
    private static void copy(Path plain, Path woven) throws IOException {
        var weaver = Weaver.of(ClassLoader::getSystemResourceAsStream, Set.of());
        var home = GreetingServer.class.getPackageName().replace('.', '/');
        var file = home + "/GreetingServer.class";
        byte[] bytes;
        try (var in = ClassLoader.getSystemResourceAsStream(file)) {
            bytes = in.readAllBytes();
        }
        if (!(weaver.weave(bytes, true) instanceof Outcome.Woven(var changed, _))) {
            throw new IOException(file + " was not woven");
        }
        Files.createDirectories(plain.resolve(home));
        Files.createDirectories(woven.resolve(home));
        Files.write(plain.resolve(file), bytes);
        Files.write(woven.resolve(file), changed);
    }

    private static String libraries() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> {
                    var file = Path.of(entry).getFileName().toString();
                    return LIBRARIES.stream().anyMatch(file::startsWith);
                })
                .collect(Collectors.joining(File.pathSeparator));
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
        report.row(kind + ", resident after 30,000 requests", run.memory(), "MB");
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
}
