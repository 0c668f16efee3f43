package dev.weir.weave.hook;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import org.jspecify.annotations.Nullable;

/// A request of a servlet container.
record ServletIncoming(HttpServletRequest request) implements IncomingRequest {
    /// Where Spring MVC says which of its patterns matched.
    private static final String SPRING =
            "org.springframework.web.servlet.HandlerMapping.bestMatchingPattern";

    /// The pattern that matched: Spring's, or the servlet's where it says more than "all".
    static @Nullable String route(HttpServletRequest request) {
        var context = request.getContextPath();
        if (request.getAttribute(SPRING) instanceof Object pattern) {
            return context + pattern;
        }
        var mapping = request.getHttpServletMapping();
        var pattern = mapping == null ? null : mapping.getPattern();
        return pattern == null || pattern.isEmpty() || pattern.equals("/") || pattern.equals("/*")
                ? null
                : context + pattern;
    }

    /// What a servlet threw, where a container wrapped it.
    static Throwable cause(Throwable problem) {
        return problem instanceof ServletException e && e.getRootCause() != null
                ? e.getRootCause()
                : problem;
    }

    @Override
    public String method() {
        return request.getMethod();
    }

    @Override
    public String scheme() {
        return request.getScheme();
    }

    @Override
    public String path() {
        return request.getRequestURI();
    }

    @Override
    public @Nullable String query() {
        return request.getQueryString();
    }

    @Override
    public String protocol() {
        var protocol = request.getProtocol();
        var version = protocol.substring(protocol.indexOf('/') + 1);
        return version.equals("2.0") ? "2" : version;
    }

    @Override
    public @Nullable String header(String name) {
        return request.getHeader(name);
    }

    @Override
    public Iterable<String> headerNames() {
        return Collections.list(request.getHeaderNames());
    }

    @Override
    public @Nullable String peer() {
        return request.getRemoteAddr();
    }

    @Override
    public int peerPort() {
        return request.getRemotePort();
    }

    @Override
    public @Nullable String route() {
        return null; // known when a servlet or Spring has matched it
    }
}
