package dev.weir.weave.hook;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpPrincipal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/// An exchange that tells when it is over: when the handler has returned and the answer is written,
/// in either order, as a handler may leave the answer to another thread.
final class TracedExchange extends HttpExchange {
    private final HttpExchange exchange;
    private final HttpServerCall call;
    private volatile boolean returned;
    private volatile boolean written;

    private TracedExchange(HttpExchange exchange, HttpServerCall call) {
        this.exchange = exchange;
        this.call = call;
    }

    static TracedExchange of(HttpExchange exchange, HttpServerCall call) {
        return new TracedExchange(exchange, call);
    }

    /// The handler has returned.
    void handled(@Nullable Throwable problem) {
        returned = true;
        if (problem != null) {
            call.end(Math.max(0, exchange.getResponseCode()), problem);
        } else if (written || exchange.getResponseCode() > 0) {
            finish();
        }
    }

    private void finish() {
        written = true;
        if (returned) {
            call.end(Math.max(0, exchange.getResponseCode()), null);
        }
    }

    @Override
    public void sendResponseHeaders(int code, long length) throws IOException {
        exchange.sendResponseHeaders(code, length);
        if (length == -1) {
            finish();
        }
    }

    @Override
    public void close() {
        exchange.close();
        finish();
    }

    @Override
    public OutputStream getResponseBody() {
        return new Body(exchange.getResponseBody());
    }

    /// The answer's body; not a `FilterOutputStream`, which has a lock for each.
    private final class Body extends OutputStream {
        private final OutputStream out;

        Body(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public void close() throws IOException {
            out.close();
            finish();
        }
    }

    @Override
    public Headers getRequestHeaders() {
        return exchange.getRequestHeaders();
    }

    @Override
    public Headers getResponseHeaders() {
        return exchange.getResponseHeaders();
    }

    @Override
    public URI getRequestURI() {
        return exchange.getRequestURI();
    }

    @Override
    public String getRequestMethod() {
        return exchange.getRequestMethod();
    }

    @Override
    public HttpContext getHttpContext() {
        return exchange.getHttpContext();
    }

    @Override
    public InputStream getRequestBody() {
        return exchange.getRequestBody();
    }

    @Override
    public InetSocketAddress getRemoteAddress() {
        return exchange.getRemoteAddress();
    }

    @Override
    public int getResponseCode() {
        return exchange.getResponseCode();
    }

    @Override
    public InetSocketAddress getLocalAddress() {
        return exchange.getLocalAddress();
    }

    @Override
    public String getProtocol() {
        return exchange.getProtocol();
    }

    @Override
    public @Nullable Object getAttribute(String name) {
        return exchange.getAttribute(name);
    }

    @Override
    public void setAttribute(String name, @Nullable Object value) {
        exchange.setAttribute(name, value);
    }

    @Override
    public void setStreams(@Nullable InputStream in, @Nullable OutputStream out) {
        exchange.setStreams(in, out);
    }

    @Override
    public @Nullable HttpPrincipal getPrincipal() {
        return exchange.getPrincipal();
    }
}
