package dev.weir.weave.hook;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.ArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Helidon 4: a span for each request, by a filter in front of all others. Called by woven code.
public final class HelidonHooks {
    static {
        Reads.modulesOf("io.helidon.webserver.http.HttpRouting", "io.helidon.http.HeaderNames");
    }

    private HelidonHooks() {}

    /// A routing that was begun.
    public static HttpRouting.Builder result(HttpRouting.Builder routing) {
        return Switch.ON ? routing.addFilter(new Traced()) : routing;
    }

    /// What is done to a routing that was begun elsewhere.
    public static Consumer<HttpRouting.Builder> wrap(Consumer<HttpRouting.Builder> routing) {
        return routing == null ? routing : builder -> routing.accept(result(builder));
    }

    private static final class Traced implements Filter {
        @Override
        public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
            var call = HttpServerCall.begin(new Incoming(request));
            if (call == null) {
                chain.proceed();
                return;
            }
            Throwable thrown = null;
            try (var _ = call.context().makeCurrent()) {
                chain.proceed();
            } catch (Throwable problem) {
                thrown = problem;
                throw problem;
            } finally {
                request.matchingPattern().ifPresent(call::route);
                call.end(thrown == null ? response.status().code() : 500, thrown);
            }
        }
    }

    private record Incoming(RoutingRequest request) implements IncomingRequest {
        @Override
        public String method() {
            return request.prologue().method().text();
        }

        @Override
        public String scheme() {
            return request.isSecure() ? "https" : "http";
        }

        @Override
        public String path() {
            return request.prologue().uriPath().rawPath();
        }

        @Override
        public @Nullable String query() {
            return request.prologue().query().rawValue();
        }

        @Override
        public String protocol() {
            var version = request.prologue().protocolVersion();
            return version.equals("2.0") ? "2" : version;
        }

        @Override
        public @Nullable String header(String name) {
            return name.equals("host")
                    ? request.authority()
                    : request.headers().first(HeaderNames.create(name)).orElse(null);
        }

        @Override
        public Iterable<String> headerNames() {
            var names = new ArrayList<String>();
            request.headers().forEach(header -> names.add(header.name()));
            return names;
        }

        @Override
        public @Nullable String peer() {
            return request.remotePeer().host();
        }

        @Override
        public int peerPort() {
            return request.remotePeer().port();
        }

        @Override
        public @Nullable String route() {
            return null; // known behind the routing
        }
    }
}
