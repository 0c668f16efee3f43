package dev.weir.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/// Random calls of the OpenTelemetry API made to our engine and to the official SDK: what both send
/// for them is decoded by protobuf-java, and equal.
///
/// The comparisons are tests of `observe/telemetry`, which make a few thousand calls in each build;
/// this suite has Maven run them with many more.
final class OtlpRandom implements Suite {
    private static final String MODULE = "observe/telemetry";
    private static final int USUAL = 1_000_000;

    /// How often the tests call their property with another seed.
    private static final int METRIC_SEEDS = 110;

    private static final int LOG_SEEDS = 40;

    private final Path root;

    OtlpRandom(Path root) {
        this.root = root;
    }

    @Override
    public String name() {
        return "otlp-random";
    }

    @Override
    public String summary() {
        return "random spans, measurements and log records, sent as the official SDK sends them"
                + " (--items N)";
    }

    @Override
    public void run(Report report) throws Exception {
        int items = report.option("items", USUAL);
        var maven = Maven.find();
        check(report, maven, "spans", "SpansAgainstSdkTest", "weir.test.spans", items);
        int measurements = Math.ceilDiv(items, METRIC_SEEDS);
        check(
                report,
                maven,
                "measurements",
                "PeerProperties",
                "weir.telemetry.calls",
                measurements);
        int records = Math.ceilDiv(items, LOG_SEEDS);
        check(report, maven, "log records", "LogProperties", "weir.telemetry.calls", records);
    }

    private void check(
            Report report, Maven maven, String what, String test, String property, int value)
            throws InterruptedException {
        var start = Instant.now();
        report.check(
                what,
                () -> {
                    maven.run(
                            root.toAbsolutePath(),
                            "-pl",
                            MODULE,
                            "-am",
                            "test",
                            "-Dtest=" + test,
                            "-Dsurefire.failIfNoSpecifiedTests=false",
                            "-D" + property + "=" + value);
                    requireRun(test, start);
                });
        report.line(what + ": " + Duration.between(start, Instant.now()).toSeconds() + " s");
    }

    /// Maven is content where no test has that name.
    private void requireRun(String test, Instant since) throws IOException {
        try (var reports = Files.list(root.resolve(MODULE).resolve("target/surefire-reports"))) {
            var report =
                    reports.filter(file -> file.toString().endsWith("." + test + ".xml"))
                            .findFirst()
                            .orElseThrow(() -> new AssertionError("no report of " + test));
            if (Files.getLastModifiedTime(report).toInstant().isBefore(since)) {
                throw new AssertionError(test + " did not run");
            }
        }
    }
}
