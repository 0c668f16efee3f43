package dev.weir.lra;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Test;

/// Nodes die again and again while actions, nested ones among them, start, are joined and end;
/// participants answer late, wrongly and not at all. Afterwards each action is at one end, and its
/// participants were told that and nothing else.
class ChaosTest {
    private static final int NODES = 3;
    private static final long SECONDS = 8;
    private static final Duration LEASE = Duration.ofMillis(600);

    /// An action as its client knows it.
    ///
    /// @param joined paths of participants whose join was answered with 200
    /// @param answer what its end was answered; empty for a nested one that its parent ends
    private record Done(String id, String parent, List<String> joined, String answer) {}

    /// What participants were told, by path.
    private final Map<String, Queue<String>> told = new ConcurrentHashMap<>();

    private final AtomicReferenceArray<LraCoordinator> nodes = new AtomicReferenceArray<>(NODES);
    private final Nodes.Cut[] databases = new Nodes.Cut[NODES];
    private final Queue<Done> all = new ConcurrentLinkedQueue<>();

    @Test
    void everyActionIsAtOneEndHoweverNodesDie() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        var random = new Random(seed);
        var source =
                JdbcConnectionPool.create(
                        "jdbc:h2:mem:chaos" + seed + ";DB_CLOSE_DELAY=-1", "sa", "");
        source.setMaxConnections(30);
        var server = participants(new Random(seed + 1));
        int deaths = 0;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < NODES; i++) {
                open(source, i);
            }
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            var clients = new ArrayList<java.util.concurrent.Future<?>>();
            for (int i = 0; i < 4; i++) {
                var own = new Random(seed + 2 + i);
                clients.add(threads.submit(() -> work(own, server.getAddress().getPort(), until)));
            }
            while (System.nanoTime() - until < 0) {
                Thread.sleep(200 + random.nextInt(500));
                int victim = random.nextInt(NODES);
                databases[victim].away = true;
                nodes.get(victim).dieForTests();
                deaths++;
                Thread.sleep(random.nextInt(600));
                open(source, victim);
            }
            for (var client : clients) {
                client.get(60, TimeUnit.SECONDS);
            }
            Nodes.await("nothing left to do", () -> at(0, "GET", "/recovery").body().equals("[]"));
            check();
        } finally {
            server.stop(0);
            for (int i = 0; i < NODES; i++) {
                nodes.get(i).close();
            }
            source.dispose();
        }
        System.out.println(all.size() + " actions, " + deaths + " deaths");
        assertThat(deaths).isGreaterThan(5);
        assertThat(all).hasSizeGreaterThan(10);
    }

    private void open(JdbcConnectionPool source, int index) {
        databases[index] = new Nodes.Cut(source);
        nodes.set(
                index,
                LraCoordinator.open(
                        databases[index],
                        LraOptions.DEFAULT
                                .withLease(Duration.ofMillis(100), LEASE, Duration.ofMillis(200))
                                .withTimes(Duration.ofMillis(400), Duration.ofSeconds(2))
                                .withPauses(Duration.ofMillis(30), Duration.ofMillis(300))));
    }

    private LraResponse at(int node, String method, String path) {
        return Nodes.call(nodes.get(node), method, path);
    }

    // --- clients
    // -----------------------------------------------------------------------------------------------

    private void work(Random random, int port, long until) {
        while (System.nanoTime() - until < 0) {
            var id = start(random, "");
            var joined = join(random, id, port);
            Done nested = null;
            if (random.nextInt(3) == 0) {
                var child = start(random, "?ParentLRA=" + id);
                var joinedToo = join(random, child, port);
                var answer = random.nextBoolean() ? end(random, child) : "";
                nested = new Done(child, id, joinedToo, answer);
            }
            all.add(new Done(id, "", joined, end(random, id)));
            if (nested != null) {
                all.add(nested);
            }
        }
    }

    private String start(Random random, String query) {
        while (true) {
            var response = at(random.nextInt(NODES), "POST", "/start" + query);
            if (response.status() == 201) {
                return Urls.id(response.body());
            }
            again(response);
        }
    }

    private List<String> join(Random random, String id, int port) {
        var joined = new ArrayList<String>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            var path = "/" + id + "-" + i + (random.nextBoolean() ? "s" : "");
            var links = new StringBuilder();
            var rels = new ArrayList<>(List.of("compensate", "complete", "after"));
            if (path.endsWith("s")) {
                rels.addAll(List.of("status", "forget"));
            }
            for (var rel : rels) {
                links.append(links.isEmpty() ? "" : ",");
                links.append("<http://127.0.0.1:").append(port).append(path).append('/');
                links.append(rel).append(">; rel=").append(rel);
            }
            var response = Nodes.join(nodes.get(random.nextInt(NODES)), id, links.toString());
            if (response.status() == 200) {
                joined.add(path);
            } else {
                again(response);
            }
        }
        return joined;
    }

    /// Asks until somebody says how it ended.
    private String end(Random random, String id) {
        var how = random.nextInt(3) == 0 ? "/cancel" : "/close";
        while (true) {
            var response = at(random.nextInt(NODES), "PUT", "/" + id + how);
            if (response.status() == 200 && LraStatus.valueOf(response.body()).isEnd()) {
                return response.body();
            }
            if (response.status() != 200) {
                again(response);
            }
        }
    }

    private static void again(LraResponse response) {
        assertThat(response.status()).as("%s", response).isEqualTo(503);
        try {
            Thread.sleep(5);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // --- participants
    // ------------------------------------------------------------------------------------------

    private HttpServer participants(Random random) throws IOException {
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(
                "/",
                exchange -> {
                    try (exchange) {
                        var uri = exchange.getRequestURI().getPath();
                        int slash = uri.lastIndexOf('/');
                        var path = uri.substring(0, slash);
                        var what = uri.substring(slash + 1);
                        var body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
                        int mood;
                        synchronized (random) {
                            mood = random.nextInt(20);
                        }
                        var answer = answer(path, what, body, mood);
                        var bytes = answer.body().getBytes(UTF_8);
                        exchange.sendResponseHeaders(
                                answer.status(), bytes.length == 0 ? -1 : bytes.length);
                        exchange.getResponseBody().write(bytes);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        server.start();
        return server;
    }

    private FakeParticipant.Answer answer(String path, String what, String body, int mood)
            throws InterruptedException {
        var heard = told.computeIfAbsent(path, _ -> new ConcurrentLinkedQueue<>());
        if (mood == 0) {
            return FakeParticipant.Answer.of(503);
        }
        switch (what) {
            case "status" -> {
                var last = new ArrayList<>(heard);
                last.removeIf(each -> !each.startsWith("comp"));
                var word =
                        last.isEmpty()
                                ? "Active"
                                : last.getLast().equals("complete") ? "Completed" : "Compensated";
                return FakeParticipant.Answer.of(200, word);
            }
            case "after" -> heard.add("after " + body);
            default -> heard.add(what);
        }
        if (mood == 1) {
            Thread.sleep(700);
        }
        boolean later = mood == 2 && path.endsWith("s") && what.startsWith("comp");
        return FakeParticipant.Answer.of(later ? 202 : 200);
    }

    // --- afterwards
    // --------------------------------------------------------------------------------------------

    private void check() {
        var ends = new HashMap<String, LraStatus>();
        for (var done : all) {
            var status = LraStatus.valueOf(Nodes.status(nodes.get(0), done.id()));
            ends.put(done.id(), status);
            assertThat(status).as("%s", done).isIn(LraStatus.Closed, LraStatus.Cancelled);
        }
        for (var done : all) {
            var end = ends.get(done.id());
            if (done.parent().isEmpty()) {
                assertThat(end.name()).as("%s", done).isEqualTo(done.answer());
            } else if (ends.get(done.parent()) == LraStatus.Cancelled) {
                assertThat(end).as("%s", done).isEqualTo(LraStatus.Cancelled);
            }
            for (var path : done.joined()) {
                check(
                        done,
                        end,
                        List.copyOf(told.getOrDefault(path, new ConcurrentLinkedQueue<>())));
            }
        }
    }

    private static void check(Done done, LraStatus end, List<String> heard) {
        var what = done + " " + end + " " + heard;
        if (end == LraStatus.Closed) {
            assertThat(heard).as(what).contains("complete", "after Closed");
            assertThat(heard).as(what).doesNotContain("compensate", "after Cancelled");
        } else {
            assertThat(heard).as(what).contains("compensate", "after Cancelled");
            assertThat(heard).as(what).doesNotContain("after Closed");
            // Only what closed in a parent that was cancelled later may have heard both.
            boolean both = !done.parent().isEmpty() && done.answer().equals("Closed");
            assertThat(both || !heard.contains("complete")).as(what).isTrue();
            assertThat(heard.lastIndexOf("complete"))
                    .as(what)
                    .isLessThan(heard.indexOf("compensate"));
        }
    }
}
