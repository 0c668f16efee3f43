package dev.weir.lra;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/// A participant over HTTP that answers as it is told to: first what is queued for an endpoint,
/// then always 200.
final class FakeParticipant implements AutoCloseable {
    /// @param millis before it answers
    record Answer(int status, String body, String location, long millis) {
        static Answer of(int status) {
            return new Answer(status, "", null, 0);
        }

        static Answer of(int status, String body) {
            return new Answer(status, body, null, 0);
        }

        static Answer late(long millis) {
            return new Answer(200, "", null, millis);
        }
    }

    record Call(String method, String path, Map<String, List<String>> headers, String body) {
        String header(String name) {
            var values = headers.get(name);
            return values == null ? null : values.getFirst();
        }
    }

    final CopyOnWriteArrayList<Call> calls = new CopyOnWriteArrayList<>();
    private final Map<String, ConcurrentLinkedQueue<Answer>> answers = new ConcurrentHashMap<>();
    private final HttpServer server;

    FakeParticipant() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(
                "/",
                exchange -> {
                    try (exchange) {
                        var path = exchange.getRequestURI().getPath();
                        var body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
                        var headers = exchange.getRequestHeaders();
                        var copy = new ConcurrentHashMap<String, List<String>>();
                        headers.forEach((name, values) ->
                                copy.put(
                                        name.toLowerCase(java.util.Locale.ROOT),
                                        List.copyOf(values)));
                        calls.add(new Call(exchange.getRequestMethod(), path, copy, body));
                        var queue = answers.get(path);
                        var answer = queue == null ? null : queue.poll();
                        var now = answer == null ? Answer.of(200) : answer;
                        Thread.sleep(now.millis());
                        if (now.location() != null) {
                            exchange.getResponseHeaders().set("Location", now.location());
                        }
                        var bytes = now.body().getBytes(UTF_8);
                        exchange.sendResponseHeaders(
                                now.status(), bytes.length == 0 ? -1 : bytes.length);
                        exchange.getResponseBody().write(bytes);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        server.start();
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    FakeParticipant answers(String path, Answer... in) {
        answers.computeIfAbsent(path, _ -> new ConcurrentLinkedQueue<>()).addAll(List.of(in));
        return this;
    }

    /// Links to endpoints below a path, as `links("/a", "compensate", "complete")`.
    String links(String below, String... rels) {
        var text = new StringBuilder();
        for (var rel : rels) {
            text.append(text.isEmpty() ? "" : ",");
            text.append('<').append(url(below + "/" + rel)).append(">; rel=\"").append(rel);
            text.append("\"; title=\"").append(rel).append(" URI\"; type=\"text/plain\"");
        }
        return text.toString();
    }

    int count(String path) {
        return (int) calls.stream().filter(call -> call.path().equals(path)).count();
    }

    List<String> paths() {
        return calls.stream().map(Call::path).toList();
    }

    Call first(String path) {
        return calls.stream().filter(call -> call.path().equals(path)).findFirst().orElseThrow();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
