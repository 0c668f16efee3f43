package dev.weir.conformance;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.context.BinarySpanContext;
import dev.weir.context.Propagators;
import dev.weir.context.TraceBytes;
import dev.weir.resource.Json;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// The service that the W3C's suite wants to test: it gets a list of addresses and calls each, with
/// the trace context of its own request continued by a new span, or begun anew.
final class TraceContextService implements AutoCloseable {
    private static final TextMapGetter<Headers> GETTER =
            new TextMapGetter<>() {
                @Override
                public @Nullable String get(@Nullable Headers carrier, String key) {
                    return carrier == null ? null : carrier.getFirst(key);
                }

                @Override
                public Iterator<String> getAll(@Nullable Headers carrier, String key) {
                    var values = carrier == null ? null : carrier.get(key);
                    return (values == null ? List.<String>of() : values).iterator();
                }
            };

    private final HttpServer server;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private TraceContextService(HttpServer server) {
        this.server = server;
    }

    /// Starts it on a free port of the loopback address.
    static TraceContextService start() throws IOException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var service = new TraceContextService(HttpServer.create(address, 0));
        service.server.setExecutor(service.executor);
        service.server.createContext("/test", service::serve);
        service.server.start();
        return service;
    }

    /// Where it takes requests.
    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/test");
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            var calls = ((Json.Arr) Json.parse(exchange.getRequestBody().readAllBytes())).items();
            var context =
                    Propagators.traceContext()
                            .extract(Context.root(), exchange.getRequestHeaders(), GETTER);
            for (var call : calls) {
                call(call.asObject(), context);
            }
            exchange.sendResponseHeaders(200, -1);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void call(Json.Obj call, Context context) throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create(call.string("url")))
                        .header("Content-Type", "application/json")
                        .POST(
                                HttpRequest.BodyPublishers.ofByteArray(
                                        call.array("arguments").bytes()));
        var span = next(Span.fromContext(context).getSpanContext());
        Propagators.traceContext()
                .inject(
                        context.with(Span.wrap(span)),
                        request,
                        (builder, name, value) -> builder.header(name, value));
        client.send(request.build(), HttpResponse.BodyHandlers.discarding());
    }

    private static SpanContext next(SpanContext parent) {
        var random = ThreadLocalRandom.current();
        long spanId = random.nextLong(1, Long.MAX_VALUE);
        if (parent instanceof BinarySpanContext remote) {
            return BinarySpanContext.of(
                    remote.traceIdHigh(),
                    remote.traceIdLow(),
                    spanId,
                    remote.getTraceFlags().asByte(),
                    remote.getTraceState(),
                    false);
        }
        return BinarySpanContext.of(
                random.nextLong(),
                random.nextLong(1, Long.MAX_VALUE),
                spanId,
                TraceBytes.SAMPLED | TraceBytes.RANDOM,
                TraceState.getDefault(),
                false);
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
        client.shutdownNow();
    }
}
