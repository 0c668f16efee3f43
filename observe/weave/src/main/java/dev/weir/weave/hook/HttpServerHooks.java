package dev.weir.weave.hook;

import com.sun.net.httpserver.HttpHandler;

/// The JDK's HTTP server: a span for each exchange. Called by woven code.
public final class HttpServerHooks {
    private HttpServerHooks() {}

    /// A handler whose exchanges are told.
    public static HttpHandler wrap(HttpHandler handler) {
        return Switch.ON && handler != null && !(handler instanceof TracedHandler)
                ? new TracedHandler(handler)
                : handler;
    }
}
