package dev.weir.weave.hook;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The JDK's HTTP client: a span for each request, whose context travels in its headers.
///
/// Called by woven code, in the place of the methods of the same name.
public final class HttpClientHooks {
    private HttpClientHooks() {}

    /// See [HttpClient#send].
    public static <T extends @Nullable Object> HttpResponse<T> send(
            HttpClient client, HttpRequest request, BodyHandler<T> handler)
            throws IOException, InterruptedException {
        var call = Switch.ON ? HttpClientCall.begin(request) : null;
        if (call == null) {
            return client.send(request, handler);
        }
        try (var _ = call.context().makeCurrent()) {
            var response = client.send(call.request(), handler);
            call.answered(response);
            return response;
        } catch (Throwable problem) {
            call.failed(problem);
            throw problem;
        } finally {
            call.end();
        }
    }

    /// See [HttpClient#sendAsync].
    public static <T extends @Nullable Object> CompletableFuture<HttpResponse<T>> sendAsync(
            HttpClient client, HttpRequest request, BodyHandler<T> handler) {
        return sendAsync(request, sent -> client.sendAsync(sent, handler));
    }

    /// See [HttpClient#sendAsync].
    public static <T extends @Nullable Object> CompletableFuture<HttpResponse<T>> sendAsync(
            HttpClient client,
            HttpRequest request,
            BodyHandler<T> handler,
            @Nullable PushPromiseHandler<T> pushes) {
        return sendAsync(request, sent -> client.sendAsync(sent, handler, pushes));
    }

    /// Answers the client's own future, not one that depends on it: who cancels it cancels the
    /// exchange, and who looks at its exception finds it bare.
    private static <T extends @Nullable Object> CompletableFuture<HttpResponse<T>> sendAsync(
            HttpRequest request, Function<HttpRequest, CompletableFuture<HttpResponse<T>>> send) {
        var call = Switch.ON ? HttpClientCall.begin(request) : null;
        if (call == null) {
            return send.apply(request);
        }
        CompletableFuture<HttpResponse<T>> future;
        try (var _ = call.context().makeCurrent()) {
            future = send.apply(call.request());
        } catch (Throwable problem) {
            call.failed(problem);
            call.end();
            throw problem;
        }
        future.whenComplete((response, problem) -> {
            if (problem == null) {
                call.answered(response);
            } else {
                call.failed(problem);
            }
            call.end();
        });
        return future;
    }
}
