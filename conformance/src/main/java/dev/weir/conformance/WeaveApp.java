package dev.weir.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Builds `examples/clinic` woven, and asks it: one trace for each request, from Tomcat to the
/// database, through threads, transactions and errors; and it starts from the JDK's AOT cache.
final class WeaveApp implements Suite {
    private static final Duration DEADLINE = Duration.ofMinutes(3);
    private final WovenProgram program;

    WeaveApp(Path root) {
        program = new WovenProgram(root, "examples/clinic");
    }

    @Override
    public String name() {
        return "weave-app";
    }

    @Override
    public String summary() {
        return "a woven Spring application: one trace a request, from HTTP to JDBC; AOT cache";
    }

    @Override
    public void run(Report report) throws Exception {
        report.line("building examples/clinic");
        program.build("clinic");
        try (var place = new Scratch()) {
            requests(report, place.path());
            cache(report, place.path());
        }
    }

    private void requests(Report report, Path place) throws Exception {
        var spans = place.resolve("spans");
        try (var clinic = start(place, "-Dweir.spans=" + spans)) {
            var traces = new SpanTrees(spans);
            report.check("starts", () -> clinic.address(DEADLINE));
            for (var expected : Exchange.ALL) {
                report.check(
                        expected.name(),
                        () -> {
                            traces.skip();
                            expect(expected.status(), clinic.ask(expected));
                            expect(expected.tree(), traces.next(expected.spans(), DEADLINE));
                        });
            }
        }
    }

    /// A request, and what it has to leave behind.
    ///
    /// @param body empty for a GET
    record Exchange(String name, String path, String body, int status, String tree) {
        private static final String VISIT = "{\"seenOn\":\"2026-05-01\",\"reason\":\"cough\"}";
        static final List<Exchange> ALL =
                List.of(
                        new Exchange(
                                "a query",
                                "/vets",
                                "",
                                200,
                                "GET /vets SERVER UNSET\n  SELECT vet CLIENT UNSET\n"),
                        new Exchange(
                                "a parameter",
                                "/owners/1",
                                "",
                                200,
                                "GET /owners/{id} SERVER UNSET\n  SELECT owner CLIENT UNSET\n"),
                        new Exchange(
                                "threads",
                                "/owners/1/summary",
                                "",
                                200,
                                "GET /owners/{id}/summary SERVER UNSET\n"
                                        + "  SELECT owner CLIENT UNSET\n"
                                        + "  SELECT pet CLIENT UNSET\n"
                                        + "  SELECT visit pet CLIENT UNSET\n"),
                        new Exchange(
                                "a transaction",
                                "/pets/1/visits",
                                VISIT,
                                201,
                                "POST /pets/{pet}/visits SERVER UNSET\n"
                                        + "  INSERT visit CLIENT UNSET\n"),
                        new Exchange(
                                "an error of the database",
                                "/pets/99/visits",
                                VISIT,
                                500,
                                "POST /pets/{pet}/visits SERVER ERROR\n"
                                        + "  INSERT visit CLIENT ERROR\n"),
                        new Exchange(
                                "what is not there",
                                "/owners/99",
                                "",
                                404,
                                "GET /owners/{id} SERVER UNSET\n  SELECT owner CLIENT UNSET\n"));

        int spans() {
            return (int) tree.lines().count();
        }
    }

    private void cache(Report report, Path place) throws Exception {
        var cache = place.resolve("clinic.aot");
        var spans = "-Dweir.spans=" + place.resolve("spans");
        try (var clinic = start(place, spans, "-XX:AOTCacheOutput=" + cache)) {
            clinic.address(DEADLINE);
            clinic.ask(Exchange.ALL.getFirst());
        }
        report.check("makes an AOT cache", () -> expect(true, Files.size(cache) > 0));
        long usual = started(place, spans);
        long cached = started(place, spans, "-XX:AOTCache=" + cache, "-XX:AOTMode=on");
        report.pass("starts from its AOT cache");
        report.line("ready after " + usual + " ms; from its AOT cache after " + cached + " ms");
    }

    private long started(Path place, String... options) throws Exception {
        long start = System.nanoTime();
        try (var clinic = start(place, options)) {
            clinic.address(DEADLINE);
            long millis = (System.nanoTime() - start) / 1_000_000;
            expect(200, clinic.ask(Exchange.ALL.getFirst()));
            return millis;
        }
    }

    private static void expect(Object expected, Object found) {
        if (!expected.equals(found)) {
            throw new AssertionError("expected " + expected + ", found " + found);
        }
    }

    private Clinic start(Path place, String... options) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", program.path(), "dev.weir.clinic.Clinic", "--server.port=0"));
        var output = Files.createTempFile(place, "clinic", ".log");
        return new Clinic(
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start(),
                output);
    }

    /// The application, running.
    private record Clinic(Process process, Path output) implements AutoCloseable {
        private static final Pattern LISTENS = Pattern.compile("clinic: (http://\\S+)");

        String address(Duration deadline) throws IOException, InterruptedException {
            long end = System.nanoTime() + deadline.toNanos();
            while (System.nanoTime() < end && process.isAlive()) {
                var found = LISTENS.matcher(Files.readString(output, UTF_8));
                if (found.find()) {
                    return found.group(1);
                }
                Thread.sleep(10);
            }
            throw new AssertionError("does not listen: " + Files.readString(output, UTF_8));
        }

        int ask(Exchange exchange) throws IOException, InterruptedException {
            try (var client = HttpClient.newHttpClient()) {
                var uri = URI.create(address(DEADLINE) + exchange.path());
                var request = HttpRequest.newBuilder(uri);
                if (!exchange.body().isEmpty()) {
                    request.header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString(exchange.body()));
                }
                return client.send(request.build(), BodyHandlers.discarding()).statusCode();
            }
        }

        /// Ends as a service does, which is also when a cache is written.
        @Override
        public void close() {
            process.destroy();
            try {
                if (!process.waitFor(DEADLINE)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
