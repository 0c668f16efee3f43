package dev.weir.weave.hook;

import io.opentelemetry.context.Scope;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/// Jetty 12: a span for each request, from its dispatch to the end of its answer. A handler may say
/// which pattern the path matched by the request's attribute `http.route`. Called by woven code.
public final class JettyHooks {
    static {
        Reads.modulesOf("org.eclipse.jetty.server.Request");
    }

    private static final String ROUTE = Http.ROUTE.getKey();

    private JettyHooks() {}

    private record Entered(HttpServerCall call, Scope scope) {}

    /// Before the request is handled.
    ///
    /// @return what `leave` and `fail` take
    public static @Nullable Object enter(Request request, Response response, Callback callback) {
        var call = Switch.ON ? HttpServerCall.begin(new Incoming(request)) : null;
        if (call == null) {
            return null;
        }
        try {
            Request.addCompletionListener(
                    request,
                    problem -> {
                        if (request.getAttribute(ROUTE) instanceof String pattern) {
                            call.route(pattern);
                        }
                        call.end(response.getStatus(), problem);
                    });
            return new Entered(call, Scopes.open(call.context()));
        } catch (Throwable problem) {
            Trouble.swallow(problem);
            call.end(0, null);
            return null;
        }
    }

    /// When the handler has returned; the answer may come later.
    public static void leave(@Nullable Object token) {
        if (token instanceof Entered entered) {
            entered.scope().close();
        }
    }

    /// Where the handler throws; Jetty answers then.
    public static void fail(Throwable problem, @Nullable Object token) {
        if (token instanceof Entered entered) {
            entered.call().failed(problem);
            entered.scope().close();
        }
    }

    private record Incoming(Request request) implements IncomingRequest {
        @Override
        public String method() {
            return request.getMethod();
        }

        @Override
        public String scheme() {
            var scheme = request.getHttpURI().getScheme();
            return scheme == null ? "http" : scheme;
        }

        @Override
        public String path() {
            return request.getHttpURI().getPath();
        }

        @Override
        public @Nullable String query() {
            return request.getHttpURI().getQuery();
        }

        @Override
        public String protocol() {
            var protocol = request.getConnectionMetaData().getProtocol();
            var version = protocol.substring(protocol.indexOf('/') + 1);
            return version.equals("2.0") ? "2" : version;
        }

        @Override
        public @Nullable String header(String name) {
            if (name.equals("host")) {
                // HTTP/2 has it in a field of its own.
                var authority = request.getHttpURI().getAuthority();
                return authority == null ? request.getHeaders().get(name) : authority;
            }
            return request.getHeaders().get(name);
        }

        @Override
        public Iterable<String> headerNames() {
            return request.getHeaders().getFieldNamesCollection();
        }

        @Override
        public @Nullable String peer() {
            return Request.getRemoteAddr(request);
        }

        @Override
        public int peerPort() {
            return Request.getRemotePort(request);
        }

        @Override
        public @Nullable String route() {
            return null; // who handles it may say
        }
    }
}
