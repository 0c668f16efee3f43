package sample;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;

/// Requests that are sent asynchronously, one that nobody answers, and a handler that answers from
/// another thread.
public final class Async implements Callable<String> {
    @Override
    public String call() throws Exception {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var server = HttpServer.create(address, 0);
        server.createContext(
                "/late",
                exchange ->
                        new Thread(
                                        () -> {
                                            try (exchange) {
                                                var body = "late".getBytes(UTF_8);
                                                exchange.sendResponseHeaders(202, body.length);
                                                exchange.getResponseBody().write(body);
                                            } catch (IOException e) {
                                                throw new UncheckedIOException(e);
                                            }
                                        })
                                .start());
        server.createContext(
                "/broken",
                exchange -> {
                    throw new IllegalStateException("no shelf");
                });
        server.start();
        try (var client = HttpClient.newHttpClient()) {
            var base = "http://localhost:" + server.getAddress().getPort();
            return client.sendAsync(request(base + "/late"), BodyHandlers.ofString())
                            .thenCompose(first ->
                                    client.sendAsync(
                                            request(base + "/late?again"), BodyHandlers.ofString()))
                            .join()
                            .body()
                    + " "
                    + failure(
                            client,
                            HttpRequest.newBuilder(URI.create(base + "/broken"))
                                    .POST(
                                            BodyPublishers
                                                    .noBody()) // the client repeats a GET by itself
                                    .build())
                    + " "
                    + failure(client, request("http://localhost:" + closedPort()));
        } finally {
            server.stop(0);
        }
    }

    private static String failure(HttpClient client, HttpRequest request) {
        return client.sendAsync(request, BodyHandlers.discarding())
                .handle((response, problem) -> cause(problem))
                .join();
    }

    private static String cause(Throwable problem) {
        return problem instanceof CompletionException
                ? "wrapped"
                : problem.getClass().getSimpleName();
    }

    private static HttpRequest request(String uri) {
        return HttpRequest.newBuilder(URI.create(uri)).build();
    }

    private static int closedPort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
