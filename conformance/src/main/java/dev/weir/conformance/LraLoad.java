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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// Actions that start, are joined and end through the one address of replicas, and what their
/// participants were told.
final class LraLoad implements AutoCloseable {
    private static final int CLIENTS = 4;
    private static final Duration LIMIT = Duration.ofSeconds(15);

    /// An action that was ended.
    ///
    /// @param joined paths of participants whose join was answered with 200
    private record Done(String lra, List<String> joined, String answer) {}

    private final String coordinator;
    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpServer participants;
    private final Map<String, Queue<String>> told = new ConcurrentHashMap<>();
    private final Queue<Done> all = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean working = new AtomicBoolean(true);
    private final List<Future<?>> clients = new ArrayList<>();

    LraLoad(String coordinator, long seed) throws IOException {
        this.coordinator = coordinator;
        participants =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
        participants.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        participants.createContext(
                "/",
                exchange -> {
                    try (exchange) {
                        var uri = exchange.getRequestURI().getPath();
                        int slash = uri.lastIndexOf('/');
                        var body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
                        told.computeIfAbsent(
                                        uri.substring(0, slash), _ -> new ConcurrentLinkedQueue<>())
                                .add(uri.substring(slash + 1) + body);
                        exchange.sendResponseHeaders(200, -1);
                    }
                });
        participants.start();
        var random = new Random(seed);
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        for (int i = 0; i < CLIENTS; i++) {
            var own = new Random(random.nextLong());
            clients.add(threads.submit(() -> work(own)));
        }
        threads.shutdown();
    }

    private void work(Random random) {
        while (working.get()) {
            var lra = until(201, "POST", coordinator + "/start?TimeLimit=120000", "");
            var joined = new ArrayList<String>();
            for (int i = 0; i <= random.nextInt(3); i++) {
                var path = lra.substring(lra.lastIndexOf('/')) + "-" + i;
                if (send("PUT", lra, links(path)).equals("200")) {
                    joined.add(path);
                }
            }
            var how = random.nextInt(3) == 0 ? "/cancel" : "/close";
            all.add(new Done(lra, joined, until(200, "PUT", lra + how, "")));
        }
    }

    private String links(String path) {
        var links = new StringBuilder();
        for (var rel : List.of("compensate", "complete", "after")) {
            links.append(links.isEmpty() ? "" : ",").append("<http://127.0.0.1:");
            links.append(participants.getAddress().getPort()).append(path).append('/').append(rel);
            links.append(">; rel=").append(rel);
        }
        return links.toString();
    }

    /// Asks until it is answered like that, and not with an action that goes on.
    private String until(int status, String method, String url, String body) {
        while (true) {
            var answer = send(method, url, body);
            boolean goesOn = answer.endsWith(" Closing") || answer.endsWith(" Cancelling");
            if (answer.startsWith(status + " ") && !goesOn) {
                return answer.substring(4);
            }
        }
    }

    /// @return status and body; empty when there is no answer
    private String send(String method, String url, String body) {
        var request =
                HttpRequest.newBuilder(URI.create(url))
                        .timeout(LIMIT)
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build();
        try {
            var response = client.send(request, HttpResponse.BodyHandlers.ofString());
            boolean join = response.statusCode() == 200 && !body.isEmpty();
            return join ? "200" : response.statusCode() + " " + response.body();
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// Lets the clients finish what they began.
    void stop() throws InterruptedException {
        working.set(false);
        for (var each : clients) {
            try {
                each.get(60, TimeUnit.SECONDS);
            } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
                throw new AssertionError("expected an end for each action", e);
            }
        }
        long since = System.nanoTime();
        while (!send("GET", coordinator + "/recovery", "").equals("200 []")) {
            if (System.nanoTime() - since > TimeUnit.SECONDS.toNanos(30)) {
                throw new AssertionError("expected nothing left to do after 30 s");
            }
            Thread.sleep(200);
        }
    }

    int count() {
        return all.size();
    }

    /// What ended as it was answered.
    void checkAnswers() {
        for (var done : all) {
            var status = send("GET", done.lra() + "/status", "");
            if (!status.equals("200 " + done.answer())) {
                throw new AssertionError(done + ": expected its answer, found " + status);
            }
        }
    }

    /// Who joined was told the end, and not the other.
    void checkParticipants() {
        for (var done : all) {
            boolean closed = done.answer().equals("Closed");
            for (var path : done.joined()) {
                var heard = List.copyOf(told.getOrDefault(path, new ConcurrentLinkedQueue<>()));
                boolean right =
                        heard.contains(closed ? "complete" : "compensate")
                                && heard.contains("after" + done.answer());
                boolean wrong =
                        heard.contains(closed ? "compensate" : "complete")
                                || heard.contains(closed ? "afterCancelled" : "afterClosed");
                if (!right || wrong) {
                    throw new AssertionError(done + ": its participant was told " + heard);
                }
            }
        }
    }

    @Override
    public void close() {
        working.set(false);
        clients.forEach(each -> each.cancel(true));
        participants.stop(0);
    }
}
