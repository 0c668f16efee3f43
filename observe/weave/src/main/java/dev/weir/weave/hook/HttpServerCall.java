package dev.weir.weave.hook;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;

/// A request that a server of any kind handles. Ends once.
final class HttpServerCall extends Operation {
    /// All servers share it: one of them inside another one adds no span.
    private static final Library LIBRARY =
            new Library("http-server", "http.server.request.duration", Library.HTTP_BUCKETS);

    private final String word;
    private volatile @Nullable String route;
    private volatile @Nullable Throwable problem;

    private HttpServerCall(
            Library.Bound bound,
            SpanBuilder builder,
            Context parent,
            Measured measured,
            Served served) {
        super(bound, builder, parent, measured);
        word = served.word();
        route = served.route();
    }

    /// The call that the current thread handles.
    static @Nullable HttpServerCall current() {
        return (HttpServerCall) LIBRARY.current(Context.current());
    }

    /// A call whose parent is in the headers; null where it is not to be told, or is told already.
    static @Nullable HttpServerCall begin(IncomingRequest request) {
        try {
            var current = Context.current();
            var bound = LIBRARY.listening(current);
            if (bound == null || LIBRARY.current(current) != null) {
                return null;
            }
            var propagator = bound.propagator();
            var parent = propagator.extract(Context.root(), request, IncomingRequest.GETTER);
            return start(bound, request, parent);
        } catch (Throwable problem) {
            Trouble.swallow(problem);
            return null;
        }
    }

    private static HttpServerCall start(
            Library.Bound bound, IncomingRequest request, Context parent) {
        var served = Served.of(request);
        var builder =
                bound.tracer()
                        .spanBuilder(served.name())
                        .setParent(parent)
                        .setSpanKind(SpanKind.SERVER)
                        .setAttribute(Http.PATH, request.path());
        var measured = new Measured();
        Http.method(builder, measured, served.method());
        both(builder, measured, Http.SCHEME, served.scheme());
        both(builder, measured, Http.PROTOCOL, served.protocol());
        var query = Http.redact(request.query());
        if (query != null && !query.isEmpty()) {
            builder.setAttribute(Http.QUERY, query);
        }
        host(builder, request.header("host"), served.scheme());
        peer(builder, request);
        return new HttpServerCall(bound, builder, parent, measured, served);
    }

    private static void both(
            SpanBuilder builder, Measured measured, AttributeKey<String> key, String value) {
        builder.setAttribute(key, value);
        measured.put(key, value);
    }

    private static void host(SpanBuilder builder, @Nullable String host, String scheme) {
        if (host == null || host.isEmpty()) {
            return;
        }
        int colon = host.lastIndexOf(':');
        boolean port = colon > host.lastIndexOf(']') && colon < host.length() - 1;
        builder.setAttribute(Http.SERVER, port ? host.substring(0, colon) : host);
        long number = port ? Http.port(host, colon + 1) : scheme.equals("https") ? 443 : 80;
        if (number > 0) {
            builder.setAttribute(Http.SERVER_PORT, number);
        }
    }

    private static void peer(SpanBuilder builder, IncomingRequest request) {
        var peer = request.peer();
        if (peer != null) {
            builder.setAttribute(Http.PEER, peer);
            builder.setAttribute(Http.CLIENT, client(request, peer));
            if (request.peerPort() > 0) {
                builder.setAttribute(Http.PEER_PORT, (long) request.peerPort());
            }
        }
        var agent = request.header("user-agent");
        if (agent != null) {
            builder.setAttribute(Http.USER_AGENT, agent);
        }
    }

    /// The first address of `X-Forwarded-For`, or the peer's.
    private static String client(IncomingRequest request, String peer) {
        var forwarded = request.header("x-forwarded-for");
        if (forwarded == null || forwarded.isBlank()) {
            return peer;
        }
        int comma = forwarded.indexOf(',');
        return (comma < 0 ? forwarded : forwarded.substring(0, comma)).strip();
    }

    /// Says that the handler threw, before it is known what is answered.
    void failed(Throwable thrown) {
        problem = thrown;
    }

    /// Says which pattern the path matched, once it is known. The first one counts: what comes
    /// later is the container's own way to a page for the error.
    void route(@Nullable String pattern) {
        if (route != null || pattern == null || pattern.isEmpty() || ended()) {
            return;
        }
        route = pattern;
        safely(this, call -> call.span().updateName(word + " " + pattern));
    }

    /// Ends with what was answered.
    ///
    /// @param status 0 where nothing was
    void end(int status, @Nullable Throwable thrown) {
        if (ended()) {
            return;
        }
        // A handler may throw what becomes a proper answer.
        var cause = thrown == null && status >= 500 ? problem : thrown;
        safely(
                this,
                call -> {
                    var pattern = route;
                    if (pattern != null) {
                        call.measured(Http.ROUTE, pattern);
                    }
                    if (status > 0) {
                        call.measured(Http.STATUS, (long) status);
                    }
                    if (cause != null) {
                        call.error(cause);
                    } else if (status >= 500) {
                        call.error(Integer.toString(status));
                    }
                });
        safely(this, Operation::end);
    }
}
