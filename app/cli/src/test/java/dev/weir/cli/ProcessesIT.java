package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server and a node as users start them: as processes that signals end.
class ProcessesIT {
    private static final int TERMINATED = 143;
    private static final String ESCAPE = "\u001b[";
    private static final String POLICY =
            """
            apiVersion: payments.weir.dev/v1
            kind: RiskPolicy
            metadata: {name: p}
            spec: {currency: EUR, perPayment: 100, perDay: 1000}
            """;

    @TempDir Path folder;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void endAll() {
        started.forEach(Process::destroyForcibly);
    }

    private Process weir(String log, Map<String, String> environment, String... arguments)
            throws IOException {
        return start(log, environment, line(arguments));
    }

    private static List<String> line(String... arguments) {
        var line =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx48m",
                                "--module-path",
                                System.getProperty("jdk.module.path"),
                                "-m",
                                "dev.weir.cli/dev.weir.cli.Main"));
        line.addAll(List.of(arguments));
        return line;
    }

    private Process start(String log, Map<String, String> environment, List<String> line)
            throws IOException {
        var builder = new ProcessBuilder(line);
        builder.environment().putAll(environment);
        builder.environment().put("XDG_STATE_HOME", folder.toString());
        builder.environment().remove("KUBECONFIG");
        builder.environment().remove("WEIR_KUBECONFIG");
        var process =
                builder.redirectErrorStream(true)
                        .redirectOutput(folder.resolve(log).toFile())
                        .start();
        started.add(process);
        return process;
    }

    private String await(String log, String words) throws Exception {
        var file = folder.resolve(log);
        for (int i = 0; i < 3_000; i++) {
            if (Files.exists(file) && Files.readString(file).contains(words)) {
                return Files.readString(file);
            }
            Thread.sleep(10);
        }
        throw new AssertionError("no \"" + words + "\" in " + Files.readString(file));
    }

    private Process controllers(String log) throws IOException {
        var election = "leader-election=payments";
        return weir(
                log, Map.of(), "controllers", "--name", log, "--set", election, "--probes", "0");
    }

    private String metrics(String log) throws Exception {
        var words = " answers at ";
        var line = await(log, words);
        var address = line.substring(line.indexOf(words) + words.length()).split("\\s")[0];
        try (var in = URI.create(address + "/metrics").toURL().openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String call(String input, String... arguments) {
        var call = new Call(folder, Map.of("XDG_STATE_HOME", folder.toString()), input);
        call.run(arguments);
        assertThat(call.code()).as(call.err()).isZero();
        return call.out();
    }

    private static void terminate(Process process) throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(15, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(TERMINATED);
    }

    private String address() throws Exception {
        return await("server", "to use it")
                .lines()
                .filter(line -> line.strip().startsWith("address"))
                .map(line -> line.strip().split(" +")[1])
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aNodeJoinsByAddressAndTokenAndSignalsEndBoth() throws Exception {
        var server = weir("server", Map.of(), "server", "--listen", "0");
        var address = address();
        var credentials = folder.resolve("weir/credentials");
        var token =
                Files.readAllLines(credentials.resolve("tokens")).stream()
                        .filter(line -> line.contains("weir:admin"))
                        .findFirst()
                        .orElseThrow()
                        .split(" ")[0];
        var node =
                weir(
                        "node",
                        Map.of("WEIR_TOKEN", token),
                        "node",
                        "--join",
                        address,
                        "--ca",
                        credentials.resolve("ca.crt").toString(),
                        "--name",
                        "till-7");
        await("node", "joined");
        var lease = new Call(folder, Map.of("XDG_STATE_HOME", folder.toString()), "");
        lease.run("get", "lease", "till-7", "-n", "kube-node-lease");
        assertThat(lease.out()).contains("till-7");

        terminate(server);
        var port = address.substring(address.lastIndexOf(':') + 1);
        terminate(node);
        var again = weir("server", Map.of(), "server", "--listen", port);
        await("server", "is ready after");
        lease = new Call(folder, Map.of("XDG_STATE_HOME", folder.toString()), "");
        lease.run("get", "lease", "till-7", "-n", "kube-node-lease", "-o", "name");
        assertThat(lease.out()).isEqualTo("lease.coordination.k8s.io/till-7\n");
        terminate(again);
    }

    @Test
    void controllersOfTheirOwnWorkOneAtATime() throws Exception {
        weir("server", Map.of(), "server", "--no-controllers", "--listen", "0");
        address();
        call(POLICY, "apply", "-f", "-");
        assertThat(call("", "get", "riskpolicy", "p", "-o", "yaml")).doesNotContain("finalizers");
        var first = controllers("a");
        while (!call("", "get", "riskpolicy", "p", "-o", "yaml").contains("finalizers")) {
            Thread.sleep(20);
        }
        assertThat(metrics("a")).contains("controller_runtime_reconcile_total{");
        controllers("b");
        await("b", "runs payments");
        terminate(first);
        // Only controllers take the finalizer away.
        call("", "delete", "riskpolicy", "p", "--timeout", "60");
    }

    @Test
    void hasColourOnATerminalOnly() throws Exception {
        assertThat(help(weir("piped", Map.of(), "--help"), "piped")).doesNotContain(ESCAPE);
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/script")),
                "skipped: no script of util-linux, which lends a terminal");
        assertThat(help(onTerminal("terminal", Map.of()), "terminal")).contains(ESCAPE);
        var plain = Map.of("NO_COLOR", "1");
        assertThat(help(onTerminal("plain", plain), "plain")).doesNotContain(ESCAPE);
    }

    private Process onTerminal(String log, Map<String, String> environment) throws IOException {
        var quoted =
                line("--help").stream()
                        .map(part -> "'" + part + "'")
                        .collect(Collectors.joining(" "));
        var script = List.of("/usr/bin/script", "-qec", quoted, "/dev/null");
        var more = new HashMap<>(environment);
        more.put("TERM", "xterm");
        return start(log, more, script);
    }

    private String help(Process process, String log) throws Exception {
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        var text = Files.readString(folder.resolve(log));
        assertThat(text).contains("Usage:").contains("controllers");
        return text;
    }

    @Test
    void aRefusedStartIsOneLineAndExitCodeOne() throws Exception {
        var file = Files.writeString(folder.resolve("file"), "");
        var server = weir("refused", Map.of(), "server", "--data", file.toString());
        assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(server.exitValue()).isEqualTo(1);
        assertThat(Files.readString(folder.resolve("refused")))
                .hasLineCount(1)
                .startsWith("weir: ")
                .contains("--data");
    }
}
