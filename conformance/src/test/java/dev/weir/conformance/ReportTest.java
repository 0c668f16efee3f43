package dev.weir.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `./weir conformance` prints, and how it ends.
class ReportTest {
    @TempDir Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private interface Body {
        void run(Report report) throws Exception;
    }

    private record Given(String name, Body body) implements Suite {
        @Override
        public String summary() {
            return "given";
        }

        @Override
        public void run(Report report) throws Exception {
            body.run(report);
        }
    }

    @BeforeEach
    void files() throws IOException {
        Files.writeString(folder.resolve("floors.txt"), "# floors\ns 2\n");
        Files.writeString(folder.resolve("exclusions.txt"), "");
    }

    @Test
    void endsWithTheCounts() throws Exception {
        assertThat(
                        run(report -> {
                            report.pass("a");
                            report.pass("b");
                            report.skip("c", "no c here");
                        }))
                .isZero();
        assertThat(lines()).endsWith("  skipped c: no c here", "2 passed, 0 failed, 1 skipped");
    }

    @Test
    void listsWhatFailed() throws Exception {
        assertThat(
                        run(report -> {
                            report.pass("a");
                            report.pass("b");
                            report.check(
                                    "c",
                                    () -> {
                                        throw new AssertionError("found 1, expected 2");
                                    });
                        }))
                .isEqualTo(1);
        assertThat(lines())
                .endsWith("  FAILED c: found 1, expected 2", "2 passed, 1 failed, 0 skipped");
    }

    @Test
    void failsBelowTheFloor() throws Exception {
        assertThat(run(report -> report.pass("a"))).isEqualTo(1);
        assertThat(lines()).contains("  FAILED s: 1 passed, expected at least 2");
    }

    @Test
    void hasNoFloorForARunWithOptions() throws Exception {
        assertThat(
                        run(
                                report -> {
                                    assertThat(report.option("long", "no")).isEmpty();
                                    assertThat(report.option("count", 9)).isEqualTo(1);
                                    report.pass("a");
                                },
                                "s",
                                "--long",
                                "--count",
                                "1"))
                .isZero();
    }

    @Test
    void failsOnAnOptionThatTheSuiteDoesNotHave() throws Exception {
        assertThat(run(report -> report.pass("a"), "s", "--typo", "1")).isEqualTo(1);
        assertThat(lines()).contains("  FAILED --typo: this suite has no such option");
    }

    @Test
    void skipsASuiteWhoseDataIsAbsent() throws Exception {
        assertThat(run(report -> report.data("wasm", "the WebAssembly test suite"))).isZero();
        assertThat(lines())
                .contains(
                        "  skipped s: needs the WebAssembly test suite: put it at "
                                + folder.resolve("no/wasm")
                                + ", or name the folder that has wasm in WEIR_DATA")
                .endsWith("0 passed, 0 failed, 1 skipped");
    }

    @Test
    void findsDataInAnyOfTheFolders() throws IOException {
        Files.createDirectories(folder.resolve("b/data"));
        var outside =
                new Outside(folder.resolve("a") + File.pathSeparator + folder.resolve("b"), folder);
        assertThat(outside.find("data", "data")).isEqualTo(folder.resolve("b/data"));
        assertThatThrownBy(() -> outside.find("more", "more data"))
                .isInstanceOf(AbsentException.class)
                .hasMessageContaining(folder.resolve("a/more").toString());
    }

    @Test
    void skipsWhatIsExcludedAsLongAsItFails() throws Exception {
        Files.writeString(folder.resolve("exclusions.txt"), "s | bad | a | b is not served\n");
        assertThat(
                        run(report -> {
                            report.pass("a");
                            report.pass("b");
                            report.fail("bad", "404");
                        }))
                .isZero();
        assertThat(lines()).endsWith("2 passed, 0 failed, 1 skipped");
        assertThat(run(report -> report.pass("bad"))).isEqualTo(1);
        assertThat(lines())
                .contains("  FAILED bad: passes; remove its line from conformance/exclusions.txt");
        assertThat(run(_ -> {})).isEqualTo(1);
        assertThat(lines()).contains("  FAILED bad: is excluded, but there is no such check");
    }

    @Test
    void failsWhenTheSuiteBreaksDown() throws Exception {
        assertThat(
                        run(_ -> {
                            throw new IOException("gone");
                        }))
                .isEqualTo(1);
        assertThat(lines()).contains("  FAILED s: ended early: java.io.IOException: gone");
    }

    @Test
    void namesTheSuitesWithTheirFloors() throws Exception {
        assertThat(run(_ -> {}, "other")).isEqualTo(2);
        out.reset();
        assertThat(run(_ -> {}, new String[0])).isZero();
        assertThat(lines()).anySatisfy(line -> assertThat(line).matches(" +s +2 +given"));
    }

    @Test
    void refusesALineThatMeansNothing() throws IOException {
        Files.writeString(folder.resolve("floors.txt"), "s two\n");
        assertThatThrownBy(() -> run(_ -> {})).hasMessageContaining("expected suite, space, count");
    }

    @Test
    void everySuiteHasItsFloor() throws IOException {
        assertThat(Lines.floors(Path.of("floors.txt")).keySet())
                .containsExactlyElementsOf(Main.ALL.stream().map(Suite::name).toList());
    }

    private int run(Body body) throws IOException, InterruptedException {
        return run(body, "s");
    }

    private int run(Body body, String... arguments) throws IOException, InterruptedException {
        var outside = new Outside(folder.resolve("no").toString(), folder);
        var print = new PrintStream(out, true, StandardCharsets.UTF_8);
        return new Main(List.of(new Given("s", body)), folder, outside, print).run(arguments);
    }

    private List<String> lines() {
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
