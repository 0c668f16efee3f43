package dev.weir.weave.hook;

import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/// A request of the JDK's client, from its sending to its answer.
final class HttpClientCall {
    private static final Library LIBRARY =
            new Library("http-client", "http.client.request.duration", Library.HTTP_BUCKETS);
    private static final TextMapSetter<HttpRequest.Builder> SETTER =
            (builder, name, value) -> {
                if (builder != null) {
                    builder.setHeader(name, value);
                }
            };

    private final Operation operation;
    private final HttpRequest request;

    private HttpClientCall(Operation operation, HttpRequest request) {
        this.operation = operation;
        this.request = request;
    }

    /// A call in the current context; null where it is not to be told.
    static @Nullable HttpClientCall begin(HttpRequest request) {
        try {
            var parent = Context.current();
            var bound = LIBRARY.listening(parent);
            if (request == null || bound == null || LIBRARY.current(parent) != null) {
                return null;
            }
            var operation = start(bound, request, parent);
            return new HttpClientCall(operation, inject(request, operation));
        } catch (Throwable problem) {
            Trouble.swallow(problem);
            return null;
        }
    }

    private static Operation start(Library.Bound bound, HttpRequest request, Context parent) {
        var uri = request.uri();
        var method = request.method();
        var builder =
                bound.tracer()
                        .spanBuilder(Http.word(method))
                        .setParent(parent)
                        .setSpanKind(SpanKind.CLIENT)
                        .setAttribute(Http.URL, url(uri));
        var measured = new Measured();
        Http.method(builder, measured, method);
        if (uri.getHost() != null) {
            builder.setAttribute(Http.SERVER, uri.getHost());
            measured.put(Http.SERVER, uri.getHost());
        }
        long port = port(uri);
        builder.setAttribute(Http.SERVER_PORT, port);
        measured.put(Http.SERVER_PORT, port);
        return new Operation(bound, builder, parent, measured);
    }

    private static long port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    }

    private static String url(URI uri) {
        var text = uri.toString();
        if (uri.getRawUserInfo() != null) {
            text = text.replace(uri.getRawUserInfo() + "@", "REDACTED:REDACTED@");
        }
        var query = uri.getRawQuery();
        var redacted = Http.redact(query);
        return query == null || redacted == null || query.equals(redacted)
                ? text
                : text.replace(query, redacted);
    }

    private static HttpRequest inject(HttpRequest request, Operation operation) {
        var builder = HttpRequest.newBuilder(request, (name, value) -> true);
        operation.propagator().inject(operation.context(), builder, SETTER);
        return builder.build();
    }

    /// The request with the context in its headers.
    HttpRequest request() {
        return request;
    }

    /// The context to call the client in.
    Context context() {
        return operation.context();
    }

    void answered(HttpResponse<?> response) {
        Operation.safely(
                operation,
                call -> {
                    int status = response.statusCode();
                    call.measured(Http.STATUS, (long) status);
                    call.measured(
                            Http.PROTOCOL,
                            response.version() == HttpClient.Version.HTTP_2 ? "2" : "1.1");
                    if (status >= 400) {
                        call.error(Integer.toString(status));
                    }
                });
    }

    void failed(Throwable problem) {
        Operation.safely(operation, call -> call.error(problem));
    }

    void end() {
        Operation.safely(operation, Operation::end);
    }
}
