package dev.weir.kubernetes;

import dev.weir.resource.Json;
import dev.weir.resource.JsonException;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Sends requests to one API server and turns refusals into [StatusException]s.
///
/// Watches have connections of their own: one whose reader is slow would otherwise use up the flow
/// control window that requests need.
final class Transport implements AutoCloseable {
    /// Below the number of streams that API servers allow in a connection (100 at least, RFC 9113
    /// §6.5.2); the JDK's client fails requests beyond it instead of letting them wait.
    private static final int STREAMS = 64;

    private static final int ATTEMPTS = 4;
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final long MAX_PAUSE_MILLIS = 10_000;
    private static final Set<String> IDEMPOTENT = Set.of("GET", "PUT", "DELETE");

    private final Connection connection;
    private final SSLContext tls;
    private final Token token;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore streams = new Semaphore(STREAMS);
    private final HttpClient client;
    private final WatchConnections watches;
    private final RequestCounts counts;
    private volatile boolean closed;

    Transport(Connection connection) {
        this.connection = connection;
        tls = Tls.context(connection);
        token = new Token(connection);
        client = client();
        watches = new WatchConnections(STREAMS, this::client);
        counts = new RequestCounts(connection.server().getAuthority());
    }

    private HttpClient client() {
        return HttpClient.newBuilder()
                .sslContext(tls)
                .executor(executor)
                .connectTimeout(CONNECT_TIMEOUT)
                .build();
    }

    /// A request as its method, path with query, further headers and body say.
    record Call(String method, String path, Map<String, String> headers, byte @Nullable [] body) {}

    /// Sends a request, again where that is safe and the server or the network asks for it.
    ///
    /// @throws StatusException what the server refused with, or `ServiceUnavailable`
    Reply send(Call call) {
        for (int attempt = 1; ; attempt++) {
            try {
                return once(call);
            } catch (StatusException e) {
                if (attempt == ATTEMPTS || !repeatable(call, e)) {
                    throw e;
                }
                pause(attempt, e);
            }
        }
    }

    /// A refusal with 429 was not carried out; one with 503 may have been.
    private boolean repeatable(Call call, StatusException e) {
        return !closed
                && switch (e.reason()) {
                    case TooManyRequests -> true;
                    case ServiceUnavailable -> IDEMPOTENT.contains(call.method);
                    default -> false;
                };
    }

    private void pause(int attempt, StatusException e) {
        long asked = e.status().retryAfterSeconds() * 1_000L;
        long backoff = (50L << attempt) + ThreadLocalRandom.current().nextLong(50);
        try {
            Thread.sleep(Math.min(MAX_PAUSE_MILLIS, asked > 0 ? asked : backoff));
        } catch (InterruptedException _) {
            throw interrupted();
        }
    }

    private Reply once(Call call) {
        HttpResponse<byte[]> response;
        try {
            streams.acquire();
        } catch (InterruptedException _) {
            throw interrupted();
        }
        try {
            response = exchange(client, call, HttpResponse.BodyHandlers.ofByteArray());
        } finally {
            streams.release();
        }
        var mediaType = response.headers().firstValue("content-type").orElse("");
        if (response.statusCode() / 100 != 2) {
            throw refusal(response.statusCode(), response.body(), retryAfter(response));
        }
        return new Reply(response.statusCode(), mediaType, response.body());
    }

    /// Opens a stream of JSON lines. Closing it ends the request.
    InputStream open(Call call) {
        var permit = watches.take();
        try {
            var handler = HttpResponse.BodyHandlers.ofInputStream();
            var response = exchange(permit.client(), call, handler);
            if (response.statusCode() / 100 == 2) {
                return permit.holding(response.body());
            }
            try (var body = response.body()) {
                throw refusal(response.statusCode(), body.readAllBytes(), retryAfter(response));
            }
        } catch (IOException e) {
            permit.close();
            throw unreachable(e);
        } catch (RuntimeException e) {
            permit.close();
            throw e;
        }
    }

    /// The answer, whole where the handler gathers it. The timeout of the JDK's requests would end
    /// with the headers of the answer, or with its body: that depends on the JDK.
    private <T> HttpResponse<T> exchange(
            HttpClient sender, Call call, HttpResponse.BodyHandler<T> handler) {
        try {
            var response = await(sender, call, handler);
            counts.answered(call.method, response.statusCode());
            return response;
        } catch (StatusException e) {
            counts.unanswered(call.method);
            throw e;
        }
    }

    private <T> HttpResponse<T> await(
            HttpClient sender, Call call, HttpResponse.BodyHandler<T> handler) {
        var response = sender.sendAsync(request(call).build(), handler);
        try {
            return response.get(REQUEST_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            response.cancel(true);
            throw interrupted();
        } catch (TimeoutException _) {
            response.cancel(true);
            throw StatusException.of(
                    Status.Reason.Timeout,
                    "no answer from "
                            + connection.server()
                            + " in "
                            + REQUEST_TIMEOUT.toSeconds()
                            + " s");
        } catch (ExecutionException e) {
            throw unreachable(e.getCause() == null ? e : e.getCause());
        }
    }

    private HttpRequest.Builder request(Call call) {
        var request = HttpRequest.newBuilder(uri(call.path));
        request.setHeader("User-Agent", "weir");
        request.setHeader("Accept", "application/json");
        var bearer = token.text();
        if (!bearer.isEmpty()) {
            request.setHeader("Authorization", "Bearer " + bearer);
        }
        if (call.body != null) {
            request.setHeader("Content-Type", "application/json");
        }
        call.headers.forEach(request::setHeader);
        return request.method(
                call.method,
                call.body == null
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofByteArray(call.body));
    }

    private URI uri(String path) {
        var base = connection.server().toString();
        return URI.create(
                (base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
    }

    private static int retryAfter(HttpResponse<?> response) {
        var text = response.headers().firstValue("retry-after").orElse("0");
        return text.matches("\\d{1,6}") ? Integer.parseInt(text) : 0;
    }

    private static StatusException refusal(int code, byte[] body, int retryAfter) {
        var status = status(code, body);
        int seconds = Math.max(status.retryAfterSeconds(), retryAfter);
        return new StatusException(
                new Status(
                        status.code(),
                        status.reason(),
                        status.message(),
                        status.group(),
                        status.resource(),
                        status.name(),
                        status.causes(),
                        seconds));
    }

    private static Status status(int code, byte[] body) {
        try {
            var json = Json.parse(body).asObject();
            if (json.string("kind").equals("Status")) {
                return known(code, Status.of(json));
            }
        } catch (JsonException _) {
            // A proxy or a plain handler answers with text: that is the message.
        }
        var text = new String(body, StandardCharsets.UTF_8).strip();
        var message = text.isEmpty() ? "the server answered with status " + code : text;
        return new Status(code, Status.Reason.of(code), message, "", "", "", List.of(), 0);
    }

    private static Status known(int code, Status status) {
        return status.reason() != Status.Reason.Unknown
                ? status
                : new Status(
                        code,
                        Status.Reason.of(code),
                        status.message(),
                        status.group(),
                        status.resource(),
                        status.name(),
                        status.causes(),
                        status.retryAfterSeconds());
    }

    private StatusException unreachable(Throwable e) {
        var why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        var problem =
                StatusException.of(
                        Status.Reason.ServiceUnavailable,
                        closed
                                ? "the client is closed"
                                : "no answer from " + connection.server() + ": " + why);
        problem.initCause(e);
        return problem;
    }

    private StatusException interrupted() {
        Thread.currentThread().interrupt();
        return StatusException.of(
                Status.Reason.ServiceUnavailable,
                "interrupted while waiting for " + connection.server());
    }

    String metrics() {
        return counts.text();
    }

    @Override
    public void close() {
        closed = true;
        client.shutdownNow();
        watches.close();
        executor.shutdownNow();
    }
}
