package dev.weir.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// The TCK of MicroProfile LRA, with participants of Narayana, against three replicas that share a
/// database and nothing else; then what happens to actions when replicas are killed.
final class Lra implements Suite {
    private static final int TESTS = 133;
    private static final long TAKEOVER_SECONDS = 5;
    private static final int KILLS = 10;

    private final Path root;
    private long longest;
    private final HttpClient client = HttpClient.newHttpClient();

    Lra(Path root) {
        this.root = root;
    }

    @Override
    public String name() {
        return "lra";
    }

    @Override
    public String summary() {
        return "the TCK of MicroProfile LRA 2.0.2: Narayana's participants, three replicas, no coordinator; kills (--kills N, --seed N, --h2 1)";
    }

    @Override
    public void run(Report report) throws Exception {
        report.line("building conformance/lra");
        Maven.find()
                .run(
                        root.toAbsolutePath(),
                        "-Plra",
                        "-Dmaven.test.skip=true",
                        "-pl",
                        "conformance/lra",
                        "package");
        try (var replicas = LraReplicas.start(report.option("h2", 0) == 1)) {
            report.line("three replicas on " + replicas.database());
            tck(report, replicas);
            for (int i = 0; i < LraReplicas.COUNT; i++) {
                int index = i;
                report.check(
                        "replica " + i + " answered as coordinator",
                        () -> expect(replicas.connections(index) > TESTS, "connections"));
            }
            report.check("kill -9 during a close", () -> killed(replicas, 0, false, false));
            replicas.start(0);
            report.check("kill -9 during a cancel", () -> killed(replicas, 1, true, false));
            replicas.start(1);
            report.check(
                    "kill -9 during a close of who tells its status",
                    () -> killed(replicas, 2, false, true));
            replicas.start(2);
            load(report, replicas);
            report.check("kill -9 before the deadline", () -> deadline(replicas, 0));
            replicas.kill(1);
            report.check("the last replica answers for all", () -> last(replicas));
            report.line("longest takeover " + longest / 1_000_000 + " ms");
        }
    }

    // --- the TCK
    // -----------------------------------------------------------------------------------------------

    private void tck(Report report, LraReplicas replicas) throws IOException, InterruptedException {
        var target = root.resolve("conformance/lra/target").toAbsolutePath().normalize();
        var process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Dlra.coordinator.url=" + replicas.url(),
                                "-cp",
                                target.resolve("lra-tck.jar") + ":" + target.resolve("lib/*"),
                                "dev.weir.tck.LraTck")
                        .redirectError(target.resolve("tck.log").toFile())
                        .start();
        int tests = 0;
        try (var lines = process.inputReader(UTF_8)) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                var parts = line.split("\t", 3);
                switch (parts[0]) {
                    case "pass" -> report.pass(parts[1]);
                    case "fail" -> report.fail(parts[1], parts[2]);
                    default -> report.skip(parts[1], parts[2]);
                }
                report.progress(++tests, TESTS);
            }
        } finally {
            process.toHandle().destroyForcibly();
        }
        if (tests != TESTS) {
            report.fail("the TCK", "expected " + TESTS + " tests, found " + tests);
        }
    }

    // --- kills
    // -------------------------------------------------------------------------------------------------

    /// A participant that does not answer the first time it is called.
    private static final class Participant implements AutoCloseable {
        final AtomicInteger complete = new AtomicInteger();
        final AtomicInteger compensate = new AtomicInteger();
        final AtomicInteger status = new AtomicInteger();
        final CountDownLatch called = new CountDownLatch(1);
        final CountDownLatch ended = new CountDownLatch(1);
        private final HttpServer server;
        private final boolean hangs;

        Participant(boolean hangs) throws IOException {
            this.hangs = hangs;
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext(
                    "/",
                    exchange -> {
                        try (exchange) {
                            var what = exchange.getRequestURI().getPath();
                            var body = answer(what).getBytes(UTF_8);
                            exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
                            exchange.getResponseBody().write(body);
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    });
            server.start();
        }

        private String answer(String what) throws InterruptedException {
            switch (what) {
                case "/after" -> ended.countDown();
                case "/status" -> {
                    status.incrementAndGet();
                    return "Completed";
                }
                default -> {
                    var count = what.equals("/complete") ? complete : compensate;
                    if (count.incrementAndGet() == 1 && hangs) {
                        called.countDown();
                        TimeUnit.SECONDS.sleep(60);
                    }
                }
            }
            return "";
        }

        String links(boolean tells) {
            var base = "http://127.0.0.1:" + server.getAddress().getPort();
            return "<"
                    + base
                    + "/compensate>; rel=\"compensate\","
                    + "<"
                    + base
                    + "/complete>; rel=\"complete\","
                    + "<"
                    + base
                    + "/after>; rel=\"after\""
                    + (tells ? ",<" + base + "/status>; rel=\"status\"" : "");
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    /// The replica that ends an action dies while a participant works; another one finishes.
    private void killed(LraReplicas replicas, int victim, boolean cancel, boolean tells)
            throws Exception {
        try (var participant = new Participant(true)) {
            var lra = start(replicas.url(victim), 0);
            join(lra, participant.links(tells));
            var direct = replicas.url(victim) + "/" + id(lra) + (cancel ? "/cancel" : "/close");
            var asked = CompletableFuture.runAsync(() -> put(direct, ""));
            expect(participant.called.await(10, TimeUnit.SECONDS), "a call of the participant");
            replicas.kill(victim);
            long since = System.nanoTime();
            expect(
                    participant.ended.await(TAKEOVER_SECONDS, TimeUnit.SECONDS),
                    "the end in " + TAKEOVER_SECONDS + " s after the kill");
            longest = Math.max(longest, System.nanoTime() - since);
            var status = get(lra + "/status");
            expect(status.equals(cancel ? "Cancelled" : "Closed"), "the end, found " + status);
            int calls = cancel ? participant.compensate.get() : participant.complete.get();
            expect(
                    calls == (tells ? 1 : 2) && (participant.status.get() == 1) == tells,
                    "that one who tells its status is told once, others again; found " + calls);
            asked.handle((_, _) -> "").join();
        }
    }

    /// Who began an action dies before its time is over; it is cancelled all the same.
    private void deadline(LraReplicas replicas, int victim) throws Exception {
        try (var participant = new Participant(false)) {
            var lra = start(replicas.url(victim), 3000);
            join(lra, participant.links(false));
            replicas.kill(victim);
            expect(participant.ended.await(3 + TAKEOVER_SECONDS, TimeUnit.SECONDS), "the end");
            expect(get(lra + "/status").equals("Cancelled"), "Cancelled");
            expect(participant.compensate.get() == 1, "one compensation");
        }
    }

    /// Kills one replica after the other while actions run.
    private void load(Report report, LraReplicas replicas) throws Exception {
        int kills = report.option("kills", KILLS);
        int seed = report.option("seed", 42);
        var random = new Random(seed);
        try (var load = new LraLoad(replicas.url(), seed)) {
            for (int kill = 0; kill < kills; kill++) {
                Thread.sleep(300 + random.nextInt(1000));
                int victim = random.nextInt(LraReplicas.COUNT);
                replicas.kill(victim);
                replicas.start(victim);
            }
            report.check("every action ends while replicas are killed", load::stop);
            report.check("each ended as it was answered", load::checkAnswers);
            report.check(
                    "each participant was told that, and no other end", load::checkParticipants);
            report.line(load.count() + " actions, " + kills + " kills");
        }
    }

    /// Two of three are dead by now.
    private void last(LraReplicas replicas) throws Exception {
        try (var participant = new Participant(false)) {
            var lra = start(replicas.url(), 0);
            join(lra, participant.links(false));
            expect(put(lra + "/close", "").body().equals("Closed"), "Closed");
            expect(participant.complete.get() == 1, "one completion");
        }
    }

    private String start(String coordinator, int limit) {
        var request =
                HttpRequest.newBuilder(URI.create(coordinator + "/start?TimeLimit=" + limit))
                        .POST(HttpRequest.BodyPublishers.noBody());
        return send(request).body();
    }

    private void join(String lra, String links) {
        var answer =
                send(
                        HttpRequest.newBuilder(URI.create(lra))
                                .header("Link", links)
                                .PUT(HttpRequest.BodyPublishers.noBody()));
        expect(answer.statusCode() == 200, "200, found " + answer.statusCode());
    }

    private HttpResponse<String> put(String url, String body) {
        return send(
                HttpRequest.newBuilder(URI.create(url))
                        .PUT(HttpRequest.BodyPublishers.ofString(body)));
    }

    private String get(String url) {
        return send(HttpRequest.newBuilder(URI.create(url))).body();
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String id(String lra) {
        return lra.substring(lra.lastIndexOf('/') + 1);
    }

    private static void expect(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("expected " + what);
        }
    }
}
