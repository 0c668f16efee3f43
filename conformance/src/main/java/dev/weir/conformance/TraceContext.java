package dev.weir.conformance;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// The W3C's suite for Trace Context, level 2 and strict, against a service with our propagators.
///
/// It is a program in Python: `WEIR_PYTHON` names one that has aiohttp, else the one that
/// `conformance/peers/trace-context.sh` makes is taken, else `python3` on the `PATH`.
final class TraceContext implements Suite {
    private static final int MINUTES = 10;
    private static final Pattern TEST = Pattern.compile("(test_\\w+) \\(.*");
    private static final Pattern RESULT = Pattern.compile(".*\\.\\.\\. (ok|FAIL|ERROR|skipped .*)");
    private static final Pattern DETAIL = Pattern.compile("(?:FAIL|ERROR): (\\w+) \\(.*");

    @Override
    public String name() {
        return "trace-context";
    }

    @Override
    public String summary() {
        return "the W3C's trace-context suite, level 2, strict, against a service with our propagators";
    }

    @Override
    public void run(Report report) throws Exception {
        var checkout =
                report.data(
                        "w3c-trace-context",
                        "the W3C's suite, the folder of github.com/w3c/trace-context with test/test.py");
        var python = python();
        try (var scratch = new Scratch();
                var service = TraceContextService.start()) {
            var log = scratch.path().resolve("log");
            int code = execute(python, checkout.resolve("test"), service.uri().toString(), log);
            var lines = Files.readAllLines(log);
            if (read(report, lines) == 0) {
                throw new IOException(
                        "exit code " + code + ": " + String.join(System.lineSeparator(), lines));
            }
        }
    }

    private static int execute(String python, Path folder, String service, Path log)
            throws IOException, InterruptedException {
        var builder =
                new ProcessBuilder(python, "test.py", service)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        var environment = builder.environment();
        environment.put("SPEC_LEVEL", "2");
        environment.put("STRICT_LEVEL", "2");
        environment.put("HARNESS_PORT", Integer.toString(KubernetesPeer.freePort()));
        environment.put("HARNESS_TIMEOUT", "60");
        environment.put("PYTHONDONTWRITEBYTECODE", "1");
        var process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly().waitFor();
            throw new IOException("test.py is not done within " + MINUTES + " minutes");
        }
        return process.exitValue();
    }

    /// Tells the report each test: its name and result are on a line, or on two with the first line
    /// of its description between.
    ///
    /// @return how many there were
    static int read(Report report, List<String> lines) {
        var test = "";
        int count = 0;
        for (var line : lines) {
            var name = TEST.matcher(line);
            test = name.matches() ? name.group(1) : test;
            var result = RESULT.matcher(line);
            if (test.isEmpty() || !result.matches()) {
                continue;
            }
            switch (result.group(1)) {
                case "ok" -> report.pass(test);
                case "FAIL", "ERROR" -> report.fail(test, reason(test, lines));
                default -> report.skip(test, result.group(1));
            }
            test = "";
            count++;
        }
        return count;
    }

    private static String reason(String test, List<String> lines) {
        boolean inside = false;
        for (var line : lines) {
            var detail = DETAIL.matcher(line);
            if (detail.matches()) {
                inside = detail.group(1).equals(test);
            } else if (inside && line.matches("\\w+(Error|Exception)\\b.*")) {
                return line;
            }
        }
        return "failed";
    }

    private static String python() throws IOException, InterruptedException {
        var candidates = new ArrayList<String>();
        Optional.ofNullable(System.getenv("WEIR_PYTHON")).ifPresent(candidates::add);
        candidates.add(KubernetesPeer.folder().resolve("trace-context/bin/python3").toString());
        for (var place : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            candidates.add(Path.of(place, "python3").toString());
        }
        for (var candidate : candidates) {
            if (Files.isExecutable(Path.of(candidate)) && hasAiohttp(candidate)) {
                return candidate;
            }
        }
        throw new AbsentException(
                "needs python3 with aiohttp: run conformance/peers/trace-context.sh, or name one in"
                        + " WEIR_PYTHON");
    }

    private static boolean hasAiohttp(String python) throws IOException, InterruptedException {
        var process =
                new ProcessBuilder(python, "-c", "import aiohttp")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        return process.waitFor() == 0;
    }
}
