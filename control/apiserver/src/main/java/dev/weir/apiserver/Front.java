package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.JsonException;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Every HTTP request: who calls, what for, and an answer to whatever goes wrong.
final class Front extends Handler.Abstract {
    private static final String PAGE_POLICY =
            "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'none';"
                    + " frame-ancestors 'none'";
    private static final System.Logger LOG = System.getLogger(Front.class.getName());
    private static final int MAX_IN_FLIGHT = 400;
    private static final List<String> OPEN = List.of("/version", "/livez", "/readyz", "/healthz");

    private final Api api;
    private final ApiServer.Options options;
    private final Limits limits;
    private final Authentication authentication;
    private final Resources resources;
    private final Discovery discovery;
    private final Metrics metrics;
    private final Health health;
    private final Semaphore inFlight = new Semaphore(MAX_IN_FLIGHT);

    Front(Api api, ApiServer.Options options, Limits limits, Authentication authentication) {
        this.api = api;
        this.options = options;
        this.limits = limits;
        this.authentication = authentication;
        this.metrics = new Metrics(api.store());
        this.health = new Health(api.store(), options.checks());
        this.resources = new Resources(api, metrics);
        this.discovery = new Discovery(api.kinds());
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        // A request that arrives with the last bytes of the TLS handshake comes on one of the few
        // threads of the connections; a watch would keep it.
        if (Thread.currentThread().isVirtual()) {
            answer(request, response, callback);
        } else {
            Thread.ofVirtual()
                    .name("weir-request")
                    .start(() -> answer(request, response, callback));
        }
        return true;
    }

    private void answer(Request request, Response response, Callback callback) {
        try {
            serve(new Exchange(request, response, limits));
            callback.succeeded();
        } catch (IOException | RuntimeException e) {
            callback.failed(e);
        }
    }

    private void serve(Exchange exchange) throws IOException {
        long start = System.nanoTime();
        try {
            dispatch(exchange);
        } catch (StatusException e) {
            refuse(exchange, e.status());
        } catch (JsonException e) {
            refuse(exchange, Refusals.badRequest(String.valueOf(e.getMessage())).status());
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, exchange.method() + " " + exchange.path(), e);
            refuse(
                    exchange,
                    StatusException.of(Status.Reason.InternalError, "Internal error occurred: " + e)
                            .status());
        } finally {
            metrics.request(exchange.method(), exchange.status(), System.nanoTime() - start);
        }
    }

    private static void refuse(Exchange exchange, Status status) throws IOException {
        if (exchange.status() != 0) {
            throw new IOException("the answer failed half way: " + status.message());
        }
        if (status.retryAfterSeconds() > 0) {
            exchange.header("Retry-After", Integer.toString(status.retryAfterSeconds()));
        }
        exchange.send(status.code(), status.json());
    }

    private void dispatch(Exchange exchange) throws IOException {
        exchange.requireHead();
        exchange.requireQuery();
        var path = exchange.path();
        if (path.equals("/") && exchange.accept().contains("text/html")) {
            exchange.redirect("/console/");
            return;
        }
        if (path.startsWith("/console/") && exchange.method().equals("GET")) {
            exchange.route("/console/{page}");
            page(exchange, path.substring("/console/".length()));
            return;
        }
        var caller =
                authentication.caller(exchange.certificates(), exchange.header("Authorization"));
        var open =
                OPEN.stream().filter(o -> path.equals(o) || path.startsWith(o + "/")).findFirst();
        if (open.isPresent()) {
            exchange.route(open.get());
            open(exchange, path, caller);
            return;
        }
        if (caller.anonymous()) {
            throw Authentication.unauthorized("Unauthorized");
        }
        var route = Route.parse(path);
        if (route.isPresent()) {
            exchange.route(route.get().pattern());
            limited(exchange, caller, route.get());
        } else {
            fixed(exchange, path);
        }
    }

    private void limited(Exchange exchange, Caller caller, Route route) throws IOException {
        if (route.verb(exchange.method(), exchange.flag("watch")).equals("watch")) {
            resources.serve(exchange, caller, route);
            return;
        }
        if (!inFlight.tryAcquire()) {
            throw Refusals.tooMany("Too many requests, please try again later.");
        }
        try {
            resources.serve(exchange, caller, route);
        } finally {
            inFlight.release();
        }
    }

    private void page(Exchange exchange, String name) throws IOException {
        var page =
                options.pages()
                        .apply(name.isEmpty() ? "index.html" : name)
                        .orElseThrow(Refusals::nowhere);
        exchange.header("X-Content-Type-Options", "nosniff");
        exchange.header("Content-Security-Policy", PAGE_POLICY);
        exchange.header("Referrer-Policy", "no-referrer");
        exchange.header("Cache-Control", "no-cache");
        exchange.send(200, page.mediaType(), page.content());
    }

    private void open(Exchange exchange, String path, Caller caller) throws IOException {
        if (path.equals("/version")) {
            exchange.send(200, Version.json());
            return;
        }
        var question =
                new Health.Question(
                        path,
                        exchange.queries("exclude"),
                        exchange.has("verbose"),
                        !caller.anonymous());
        var answer = health.answer(question).orElseThrow(Refusals::nowhere);
        exchange.header("X-Content-Type-Options", "nosniff");
        exchange.send(
                answer.code(),
                "text/plain; charset=utf-8",
                answer.text().getBytes(StandardCharsets.UTF_8));
    }

    private void fixed(Exchange exchange, String path) throws IOException {
        if (!exchange.method().equals("GET") && !exchange.method().equals("HEAD")) {
            throw Refusals.nowhere();
        }
        if (path.equals("/metrics")) {
            exchange.route(path);
            var text = metrics.text().add(options.metrics().get());
            exchange.send(
                    200,
                    "text/plain; version=0.0.4; charset=utf-8",
                    text.toString().getBytes(StandardCharsets.UTF_8));
            return;
        }
        if (path.startsWith("/views/")) {
            exchange.route("/views/{view}");
            var view = options.views().view(path.substring("/views/".length()), exchange.query());
            exchange.send(200, view.orElseThrow(Refusals::nowhere));
            return;
        }
        if (!discovery.serve(
                exchange,
                path.endsWith("/") && path.length() > 1
                        ? path.substring(0, path.length() - 1)
                        : path)) {
            throw Refusals.nowhere();
        }
    }

    /// Ends all watches.
    void close() {
        resources.close();
    }

    /// What `/version` says: the release of Kubernetes whose behaviour is served.
    private static final class Version {
        private static final String RELEASE = "v1.34.2+weir";

        static Json json() {
            var version = new java.util.LinkedHashMap<String, Json>();
            version.put("major", Json.of("1"));
            version.put("minor", Json.of("34"));
            version.put("gitVersion", Json.of(RELEASE));
            version.put("gitCommit", Json.of(""));
            version.put("gitTreeState", Json.of("clean"));
            version.put("buildDate", Json.of("1970-01-01T00:00:00Z"));
            version.put("goVersion", Json.of(""));
            version.put("compiler", Json.of("javac"));
            version.put("platform", Json.of("jvm/" + Runtime.version().feature()));
            return new Json.Obj(version);
        }
    }
}
