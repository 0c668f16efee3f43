package dev.weir.stress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Runs every jcstress test briefly, in a JVM of its own. `target/jcstress/index.html` tells more.
class StressIT {
    private static final Path RESULTS = Path.of("target", "jcstress");
    private static final Pattern COUNTS =
            Pattern.compile(
                    "(\\d+) planned; (\\d+) passed, (\\d+) failed, (\\d+) soft errs, (\\d+) hard errs");

    @Test
    void seesNoForbiddenOutcome() throws Exception {
        assumeTrue(Runtime.getRuntime().availableProcessors() >= 2, "a race takes two processors");
        var text = run();
        var counts =
                COUNTS.matcher(text)
                        .results()
                        .reduce((_, later) -> later)
                        .map(MatchResult::group)
                        .orElse(text);
        long tests = tests();
        assertThat(counts)
                .as("see %s/index.html", RESULTS)
                .isEqualTo(
                        tests
                                + " planned; "
                                + tests
                                + " passed, 0 failed, 0 soft errs, 0 hard errs");
    }

    /// What the annotation processor listed.
    private static long tests() throws IOException {
        try (var list = Files.lines(Path.of("target", "classes", "META-INF", "TestList"))) {
            return list.filter(line -> !line.isBlank()).count();
        }
    }

    private static String run() throws IOException, InterruptedException {
        Files.createDirectories(RESULTS);
        var output = RESULTS.resolve("output.txt");
        var process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                "org.openjdk.jcstress.Main",
                                "-jvmArgs",
                                "-Xmx1g -XX:+UseSerialGC",
                                "-f",
                                "1",
                                "-iters",
                                "2",
                                "-time",
                                "100",
                                "-sc",
                                "false",
                                "-af",
                                "NONE",
                                "-r",
                                ".")
                        .directory(RESULTS.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.toHandle().destroyForcibly();
        }
        return Files.readString(output);
    }
}
