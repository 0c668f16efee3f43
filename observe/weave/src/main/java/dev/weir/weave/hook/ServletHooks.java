package dev.weir.weave.hook;

import io.opentelemetry.context.Scope;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

/// Servlets in any container, and Tomcat around them: a span for each request, until what it
/// started asynchronously is complete. Called by woven code.
public final class ServletHooks {
    private static final String CALL = "dev.weir.weave.call";

    static {
        Reads.modulesOf("jakarta.servlet.ServletRequest");
    }

    private ServletHooks() {}

    /// @param owner whether the request came in here; others look at it further inside, or again
    ///   when an asynchronous one goes on
    private record Entered(
            HttpServerCall call,
            Scope scope,
            boolean owner,
            HttpServletRequest request,
            HttpServletResponse response) {}

    /// Before the request is handled.
    ///
    /// @return what `leave` and `fail` take
    public static @Nullable Object enter(ServletRequest request, ServletResponse response) {
        return enter((Object) request, response);
    }

    /// Before the request is handled, for containers whose types are not known here.
    ///
    /// @return what `leave` and `fail` take
    public static @Nullable Object enter(Object request, Object response) {
        if (!Switch.ON
                || !(request instanceof HttpServletRequest http)
                || !(response instanceof HttpServletResponse answer)) {
            return null;
        }
        try {
            return http.getAttribute(CALL) instanceof HttpServerCall call && !call.ended()
                    ? new Entered(call, Scopes.open(call.context()), false, http, answer)
                    : begin(http, answer);
        } catch (Throwable problem) {
            Trouble.swallow(problem);
            return null;
        }
    }

    private static @Nullable Entered begin(HttpServletRequest request, HttpServletResponse answer) {
        var call = HttpServerCall.begin(new ServletIncoming(request));
        if (call != null) {
            request.setAttribute(CALL, call);
            return new Entered(call, Scopes.open(call.context()), true, request, answer);
        }
        var outer = HttpServerCall.current();
        return outer == null ? null : new Entered(outer, Scope.noop(), false, request, answer);
    }

    /// Behind it.
    public static void leave(@Nullable Object token) {
        if (token instanceof Entered entered) {
            entered.scope().close();
            try {
                left(entered);
            } catch (Throwable problem) {
                Trouble.swallow(problem);
            }
        }
    }

    private static void left(Entered entered) {
        var request = entered.request();
        entered.call().route(ServletIncoming.route(request));
        if (!entered.owner()) {
            return;
        }
        if (request.isAsyncStarted()) {
            request.getAsyncContext()
                    .addListener(new ServletCompletion(entered.call(), entered.response()));
            return;
        }
        var error = request.getAttribute("jakarta.servlet.error.exception");
        entered.call()
                .end(
                        entered.response().getStatus(),
                        error instanceof Throwable problem ? ServletIncoming.cause(problem) : null);
    }

    /// Where it throws.
    public static void fail(Throwable problem, @Nullable Object token) {
        if (token instanceof Entered entered) {
            entered.scope().close();
            entered.call().route(ServletIncoming.route(entered.request()));
            if (entered.owner()) {
                entered.call().end(500, ServletIncoming.cause(problem));
            } else {
                entered.call().failed(ServletIncoming.cause(problem));
            }
        }
    }
}
