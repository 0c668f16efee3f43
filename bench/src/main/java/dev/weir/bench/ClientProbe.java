package dev.weir.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.weir.telemetry.CountingTelemetry;
import dev.weir.telemetry.Sampling;
import dev.weir.weave.hook.HttpClientHooks;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;

/// What a woven call of the JDK's HTTP client takes more than the call, in a process of its own.
///
/// The hook is measured with a client that answers at once, as it is a small part of a real call
/// and would be lost in it; and so is the part of it that is the JDK's: a request is immutable, so
/// one more header takes a copy. What a real call takes, not woven and over loopback, is what they
/// are to be read against.
final class ClientProbe {
    private static final int BLOCKS = 15;
    private static final int CALLS = 4_000;

    private ClientProbe() {}

    /// The argument is where to send requests. Prints nanoseconds and bytes of the hook, of a copy
    /// of a request, and nanoseconds of a real call.
    public static void main(String[] arguments) throws Exception {
        var request =
                HttpRequest.newBuilder(URI.create(arguments[0]))
                        .header("accept", "text/plain")
                        .build();
        try (var telemetry = new CountingTelemetry(Sampling.DEFAULT);
                var http = HttpClient.newHttpClient()) {
            telemetry.register();
            double call = call(http, request);
            var atOnce = new AtOnce();
            var hook = CpuMeter.of(() -> hooked(atOnce, request));
            var copy = CpuMeter.of(() -> copy(request));
            System.out.printf(
                    "%f %f %f %f %f%n",
                    hook.minimum(), hook.bytes(), copy.minimum(), copy.bytes(), call);
        }
    }

    private static Object hooked(HttpClient client, HttpRequest request) {
        try {
            return HttpClientHooks.send(client, request, BodyHandlers.discarding());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("a client that only answers failed", e);
        }
    }

    private static HttpRequest copy(HttpRequest request) {
        return HttpRequest.newBuilder(request, (name, value) -> true)
                .setHeader("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                .build();
    }

    /// Nanoseconds of the process for a call, the least block of some.
    private static double call(HttpClient http, HttpRequest request)
            throws IOException, InterruptedException {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        var blocks = new double[BLOCKS];
        for (int block = 0; block < BLOCKS; block++) {
            long start = system.getProcessCpuTime();
            for (int i = 0; i < CALLS; i++) {
                http.send(request, BodyHandlers.discarding());
            }
            blocks[block] = (double) (system.getProcessCpuTime() - start) / CALLS;
        }
        return Arrays.stream(blocks).min().orElseThrow();
    }

    /// A client that sends nothing.
    private static final class AtOnce extends HttpClient {
        @Override
        public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler) {
            return new Answer<>(request);
        }

        @Override
        public <T> CompletableFuture<HttpResponse<T>> sendAsync(
                HttpRequest request, BodyHandler<T> handler) {
            return CompletableFuture.completedFuture(send(request, handler));
        }

        @Override
        public <T> CompletableFuture<HttpResponse<T>> sendAsync(
                HttpRequest request, BodyHandler<T> handler, PushPromiseHandler<T> pushes) {
            return sendAsync(request, handler);
        }

        @Override
        public Optional<CookieHandler> cookieHandler() {
            return Optional.empty();
        }

        @Override
        public Optional<Duration> connectTimeout() {
            return Optional.empty();
        }

        @Override
        public Redirect followRedirects() {
            return Redirect.NEVER;
        }

        @Override
        public Optional<ProxySelector> proxy() {
            return Optional.empty();
        }

        @Override
        public SSLContext sslContext() {
            try {
                return SSLContext.getDefault();
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("a JDK without TLS", e);
            }
        }

        @Override
        public SSLParameters sslParameters() {
            return new SSLParameters();
        }

        @Override
        public Optional<Authenticator> authenticator() {
            return Optional.empty();
        }

        @Override
        public Version version() {
            return Version.HTTP_1_1;
        }

        @Override
        public Optional<Executor> executor() {
            return Optional.empty();
        }
    }

    /// An answer with no body.
    private record Answer<T>(HttpRequest request) implements HttpResponse<T> {
        private static final HttpHeaders NONE = HttpHeaders.of(Map.of(), (name, value) -> true);

        @Override
        public int statusCode() {
            return 200;
        }

        @Override
        public Optional<HttpResponse<T>> previousResponse() {
            return Optional.empty();
        }

        @Override
        public HttpHeaders headers() {
            return NONE;
        }

        @Override
        @SuppressWarnings("NullAway") // what BodyHandlers.discarding answers with
        public T body() {
            return null;
        }

        @Override
        public Optional<SSLSession> sslSession() {
            return Optional.empty();
        }

        @Override
        public URI uri() {
            return request.uri();
        }

        @Override
        public HttpClient.Version version() {
            return HttpClient.Version.HTTP_1_1;
        }
    }
}
