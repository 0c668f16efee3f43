package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The payments demo as the launcher starts it: a JVM that starts others.
class DemoIT {
    @TempDir static Path woven;
    private static String modules;

    @TempDir Path directory;

    private Path launcher;
    private Path files;
    private Process demo;

    @BeforeAll
    static void weave() throws IOException {
        modules = WovenModules.of(modules(), woven);
    }

    @BeforeEach
    void launch() throws IOException {
        files = Files.createDirectory(directory.resolve("tmp"));
        launcher = directory.resolve("java.args");
        Files.write(
                launcher,
                List.of(
                        "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "--module-path \"" + modules + "\"",
                        "\"-Djava.io.tmpdir=" + files + "\"",
                        "\"-Dweir.launcher=" + launcher + "\""));
    }

    /// The modules of the running test, without those that only tests need.
    private static List<String> modules() {
        return Stream.of("jdk.module.path", "java.class.path")
                .flatMap(name -> Stream.of(System.getProperty(name, "").split(File.pathSeparator)))
                .filter(entry -> !entry.isEmpty() && !entry.endsWith("test-classes"))
                .distinct()
                .toList();
    }

    @AfterEach
    void end() throws InterruptedException {
        for (var process : processes()) {
            process.destroyForcibly();
        }
        demo.destroyForcibly().waitFor();
    }

    private BufferedReader start(String... arguments) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var command =
                Stream.concat(
                                Stream.of(java, "@" + launcher, "-Xmx256m", "-m"),
                                Stream.concat(
                                        Stream.of("dev.weir.payments/dev.weir.payments.Demo"),
                                        Stream.of(arguments)))
                        .toList();
        demo = new ProcessBuilder(command).redirectErrorStream(true).start();
        return demo.inputReader();
    }

    /// The processes that the demo started, and it.
    private List<ProcessHandle> processes() {
        return ProcessHandle.allProcesses()
                .filter(process ->
                        process.info()
                                .arguments()
                                .filter(list -> List.of(list).contains("@" + launcher))
                                .isPresent())
                .toList();
    }

    private int exit() throws InterruptedException {
        assertThat(demo.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return demo.exitValue();
    }

    private void assertNothingIsLeft() throws IOException {
        assertThat(processes()).isEmpty();
        try (var left = Files.list(files)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void tellsTheWholeStoryAndLeavesNothing() throws Exception {
        String told;
        try (var output = start("--for", "1s")) {
            told = output.lines().collect(Collectors.joining("\n"));
        }
        assertThat(exit()).as(told).isZero();
        assertThat(told)
                .contains(
                        "ok  a payment traced: ",
                        "ok  policy changed",
                        "ok  terminal killed, others settle: terminal-2 killed with -9 with 6",
                        "ok  control plane back",
                        "settled in the ledger, none lost, none twice",
                        "ok  every answer right")
                .doesNotContain("\u001b");
        assertNothingIsLeft();
    }

    @Test
    void endsEverythingWhenItIsStopped() throws Exception {
        try (var output = start()) {
            while (!output.readLine().contains("terminals join")) {
                assertThat(demo.isAlive()).isTrue();
            }
            assertThat(processes()).hasSize(6);
            demo.destroy();
            assertThat(exit()).isEqualTo(130);
        }
        assertNothingIsLeft();
    }

    @Test
    void failsWithTheFirstStepThatDoesNotHappen() throws Exception {
        String told;
        try (var output = start()) {
            while (!output.readLine().contains("control plane starts")) {
                assertThat(demo.isAlive()).isTrue();
            }
            processes().stream().filter(DemoIT::serves).forEach(ProcessHandle::destroyForcibly);
            told = output.lines().collect(Collectors.joining("\n"));
        }
        assertThat(exit()).as(told).isEqualTo(1);
        assertThat(told).contains("server ended with 137").doesNotContain("every answer right");
        assertNothingIsLeft();
    }

    private static boolean serves(ProcessHandle process) {
        return List.of(process.info().arguments().orElseThrow()).contains("server");
    }

    @Test
    void saysWhatItTakes() throws Exception {
        try (var output = start("--for", "long")) {
            assertThat(output.readLine()).contains("--for", "30s", "found long");
        }
        assertThat(exit()).isEqualTo(2);
    }
}
