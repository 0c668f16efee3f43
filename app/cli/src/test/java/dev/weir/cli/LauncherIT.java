package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The launcher in a tree of its own, with a JDK and a Maven that only note how they were called.
class LauncherIT {
    private static final Path SCRIPT = Path.of("../../weir");
    private static final List<String> TOOLS =
            List.of(
                    "awk",
                    "cat",
                    "chmod",
                    "cksum",
                    "cp",
                    "date",
                    "dirname",
                    "find",
                    "head",
                    "id",
                    "kill",
                    "mkdir",
                    "mv",
                    "readlink",
                    "rm",
                    "sed",
                    "sh",
                    "sleep",
                    "touch",
                    "tr");

    @TempDir Path root;

    @BeforeEach
    void makeTree() throws IOException {
        Files.copy(SCRIPT, root.resolve("weir"));
        write("pom.xml", "<project/>");
        write("app/cli/pom.xml", "<project/>");
        write("app/cli/src/main/java/A.java", "class A {}");
        for (var tool : TOOLS) {
            for (var folder : List.of("/usr/bin", "/bin")) {
                var file = Path.of(folder, tool);
                if (Files.exists(file)) {
                    program("tools/" + tool, "exec " + file + " \"$@\"\n");
                }
            }
        }
        program(
                "maven/bin/mvn",
                """
                echo "mvn" >>"$LOG"
                mkdir -p app/cli/target
                : >app/cli/target/weir-cli-1.jar; : >app/cli/target/library.jar
                echo "$PWD/app/cli/target/library.jar" >app/cli/target/run.path
                """);
        program("jdk/bin/javac", "");
        program(
                "jdk/bin/java",
                """
                line=
                for argument in "$@"; do
                    case $argument in
                        -XX:AOTCacheOutput=*) : >"${argument#*=}" ;;
                        @*) line="$line $(sed -n 's/.*-XX:AOTCache=.*\\/\\(.*\\.aot\\).*/\\1/p' "${argument#@}")" ;;
                        -m) ;;
                        *) line="$line $argument" ;;
                    esac
                done
                echo "java$line" >>"$LOG"
                """);
        write("jdk/release", "JAVA_VERSION=\"25.0.1\"\n");
    }

    private void write(String name, String text) throws IOException {
        var file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void program(String name, String text) throws IOException {
        write(name, "#!/bin/sh\n" + text);
        Files.setPosixFilePermissions(
                root.resolve(name), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private record Result(int code, String output, List<String> calls) {}

    private Result weir(String... arguments) throws IOException, InterruptedException {
        var line = new ArrayList<>(List.of("/bin/sh", root.resolve("weir").toString()));
        line.addAll(List.of(arguments));
        return run(line, Path.of("/dev/null"));
    }

    private Result run(List<String> line, Path input) throws IOException, InterruptedException {
        var log = root.resolve("calls");
        Files.deleteIfExists(log);
        var builder = new ProcessBuilder(line).redirectErrorStream(true);
        var environment = builder.environment();
        environment.clear();
        environment.put("PATH", root.resolve("tools").toString());
        environment.put("HOME", root.toString());
        environment.put("WEIR_JDKS", root.resolve("none").toString());
        environment.put("JAVA_HOME", root.resolve("jdk").toString());
        environment.put("MAVEN_HOME", root.resolve("maven").toString());
        environment.put("LOG", log.toString());
        var process = builder.redirectInput(input.toFile()).start();
        var output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        var calls =
                Files.exists(log)
                        ? Files.readAllLines(log).stream()
                                .map(call -> call.replaceAll(" +", " "))
                                .map(call -> call.replace("dev.weir.cli/dev.weir.cli.Main", "weir"))
                                .map(call -> call.replaceAll(" --client-cache \\S+", ""))
                                .toList()
                        : List.<String>of();
        return new Result(process.exitValue(), output, calls);
    }

    @Test
    void buildsTrainsAndRunsTheFirstTime() throws Exception {
        var first = weir("get", "cm");
        assertThat(first.output()).contains("building app/cli");
        assertThat(first.code()).isZero();
        assertThat(first.calls()).containsExactly("mvn", "java weir train", "java weir get cm");
    }

    @Test
    void onlyRunsWhenNothingChanged() throws Exception {
        weir("version");
        assertThat(weir("get", "cm").calls()).containsExactly("java weir get cm");
    }

    @Test
    void startsServersFromTheirOwnCache() throws Exception {
        weir("version");
        assertThat(Files.readString(root.resolve(".weir/server.args"))).contains("server.aot");
        assertThat(weir("server").calls()).containsExactly("java server.aot weir server");
    }

    @Test
    void buildsAgainAfterAChangedSource() throws Exception {
        weir("version");
        var source = root.resolve("app/cli/src/main/java/A.java");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
        assertThat(weir("version").calls())
                .containsExactly("mvn", "java weir train", "java weir version");
    }

    @Test
    void trainsAgainForAnotherJdkWithoutABuild() throws Exception {
        weir("version");
        write("jdk/release", "JAVA_VERSION=\"25.0.2\"\n");
        assertThat(weir("version").calls()).containsExactly("java weir train", "java weir version");
    }

    @Test
    void runsWithoutACacheWhereTrainingFails() throws Exception {
        program(
                "jdk/bin/java",
                """
                case "$*" in *train*) exit 1 ;; esac
                echo "java ran" >>"$LOG"
                """);
        var result = weir("version");
        assertThat(result.code()).isZero();
        assertThat(result.calls()).containsExactly("mvn", "java ran");
    }

    @Test
    void aFailedBuildSaysWhereItsOutputIs() throws Exception {
        program("maven/bin/mvn", "echo '[ERROR] no'; exit 1\n");
        var result = weir("version");
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.output()).contains("build.log");
        assertThat(result.calls()).isEmpty();
    }

    @Test
    void withoutAJdkSaysWhatToDo() throws Exception {
        write("jdk/release", "JAVA_VERSION=\"17.0.1\"\n");
        var result = weir("version");
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.output()).contains("JDK 25").contains("JAVA_HOME");
        assertThat(result.calls()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "apt-get, apt-get install -y openjdk-25-jdk-headless",
        "dnf, dnf install -y java-25-openjdk-devel",
        "pacman, pacman -Sy --noconfirm jdk25-openjdk",
        "apk, apk add openjdk25",
        "zypper, zypper --non-interactive install java-25-openjdk-devel",
        "brew, brew install openjdk@25"
    })
    void printsTheCommandThatInstallsWhatIsMissing(String manager, String command)
            throws Exception {
        write("jdk/release", "JAVA_VERSION=\"17.0.1\"\n");
        program("tools/" + manager, "echo called >>\"$LOG\"\n");
        var result = weir("version");
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.output()).contains(command).contains("--yes");
        assertThat(result.calls()).isEmpty();
    }

    @Test
    void installsWhatIsMissingWhenToldTo() throws Exception {
        packages();
        var result = weir("--yes", "version");
        assertThat(result.code()).as(result.output()).isZero();
        assertThat(result.calls())
                .containsExactly(
                        "apt-get update",
                        "apt-get install -y openjdk-25-jdk-headless",
                        "apt-get update",
                        "apt-get install -y maven",
                        "mvn",
                        "java weir train",
                        "java weir version");
    }

    @Test
    void asksOnATerminal() throws Exception {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/script")),
                "skipped: no script of util-linux, which lends a terminal");
        packages();
        var no = answering("n");
        assertThat(no.code()).isEqualTo(2);
        assertThat(no.output()).contains("Run it now? [y/N]");
        assertThat(no.calls()).isEmpty();
        var yes = answering("y");
        assertThat(yes.code()).as(yes.output()).isZero();
        assertThat(yes.calls()).endsWith("java weir version");
    }

    @Test
    void saysSoWhereInstallingDoesNotHelp() throws Exception {
        packages();
        program("tools/apt-get", "exit 100\n");
        var result = weir("--yes", "version");
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.output()).contains("could not install JDK 25").contains("JAVA_HOME");
    }

    /// A system without JDK and Maven, on which apt-get, here a script, installs them.
    private void packages() throws IOException {
        write("jdk/release", "JAVA_VERSION=\"17.0.1\"\n");
        Files.move(root.resolve("maven/bin/mvn"), root.resolve("mvn.package"));
        program("tools/sudo", "exec \"$@\"\n");
        program("tools/apt-cache", "exit 1\n");
        program(
                "tools/apt-get",
                """
                echo "apt-get $*" >>"$LOG"
                case "$*" in
                    *jdk*) echo 'JAVA_VERSION="25.0.1"' >%1$s/jdk/release ;;
                    *maven*) cp %1$s/mvn.package %1$s/maven/bin/mvn ;;
                esac
                """
                        .formatted(root));
    }

    private Result answering(String answer) throws IOException, InterruptedException {
        var input = Files.writeString(root.resolve("input"), (answer + "\n").repeat(2));
        var command = "/bin/sh " + root.resolve("weir") + " version";
        return run(List.of("/usr/bin/script", "-qec", command, "/dev/null"), input);
    }

    @Test
    void helpNeedsNothing() throws Exception {
        Files.delete(root.resolve("jdk/release"));
        var result = weir("help");
        assertThat(result.code()).isZero();
        assertThat(result.output()).contains("./weir demo", "./weir test", "./weir server");
    }
}
