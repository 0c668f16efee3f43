package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;

/// One HTTP request and its answer: all that the server knows of the web server beneath. One thread
/// uses it.
final class Exchange {
    /// The largest body that is read, in bytes; that of Kubernetes.
    static final int MAX_BODY = 3 << 20;

    /// What the line and the headers of a request may have together, in bytes.
    static final int MAX_HEAD = 64 << 10;

    private static final long MAX_DISCARDED = 128 << 20;
    private static final long MAX_UNREAD = 1 << 18;
    private static final Duration DISCARDING = Duration.ofSeconds(5);
    private static final int CHUNK = 16 << 10;
    private static final int COMPRESSED_FROM = 128 << 10;

    private static final Fields UNREADABLE = new Fields();

    private final Request request;
    private final Response response;
    private final Limits limits;
    private final Fields query;
    private final List<String> warnings = new ArrayList<>();
    private int status;
    private boolean unread;
    private volatile boolean failed;

    Exchange(Request request, Response response, Limits limits) {
        this.request = request;
        this.response = response;
        this.limits = limits;
        this.query = queryOf(request);
    }

    private static Fields queryOf(Request request) {
        try {
            return Request.extractQueryParameters(request);
        } catch (RuntimeException _) {
            return UNREADABLE;
        }
    }

    /// @throws StatusException when line and headers are too long; over HTTP/1.1 they never get
    ///   here
    void requireHead() {
        long bytes = request.getHttpURI().asString().length();
        for (var field : request.getHeaders()) {
            var value = field.getValue();
            bytes += field.getName().length() + (value == null ? 0 : value.length());
        }
        if (bytes > MAX_HEAD) {
            throw Refusals.longHead(MAX_HEAD);
        }
    }

    /// @throws StatusException when the query cannot be decoded; without this call it counts as
    ///   empty
    void requireQuery() {
        if (query == UNREADABLE) {
            throw Refusals.badRequest("the query of the request cannot be decoded");
        }
    }

    String method() {
        return request.getMethod();
    }

    /// Says which pattern the path follows, to whoever traces requests: as the attribute of the
    /// name that OpenTelemetry's semantic conventions have for it.
    void route(String pattern) {
        request.setAttribute("http.route", pattern);
    }

    /// The path, decoded, without the query.
    String path() {
        return Request.getPathInContext(request);
    }

    /// The first value of a query parameter; empty where there is none.
    String query(String name) {
        var value = query.getValue(name);
        return value == null ? "" : value;
    }

    /// The first value of each query parameter.
    Map<String, String> query() {
        var values = new LinkedHashMap<String, String>();
        query.forEach(field -> values.put(field.getName(), field.getValue()));
        return values;
    }

    /// All values of a query parameter.
    List<String> queries(String name) {
        return query.getValuesOrEmpty(name);
    }

    boolean flag(String name) {
        var value = query(name);
        return value.equals("true") || value.equals("1");
    }

    boolean has(String name) {
        return query.get(name) != null;
    }

    String header(String name) {
        var value = request.getHeaders().get(name);
        return value == null ? "" : value;
    }

    /// All values of `Accept`, comma-separated.
    String accept() {
        return String.join(",", request.getHeaders().getValuesList(HttpHeader.ACCEPT));
    }

    X509Certificate @Nullable [] certificates() {
        var session = request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE);
        return session instanceof EndPoint.SslSessionData data ? data.peerCertificates() : null;
    }

    /// What the caller is told beside the answer.
    List<String> warnings() {
        return warnings;
    }

    /// The status that was sent; 0 before.
    int status() {
        return status;
    }

    /// The body, once it is there in full.
    ///
    /// @throws StatusException when it is too large, or too slow
    byte[] body() throws IOException {
        if (request.getLength() > MAX_BODY) {
            throw tooLarge();
        }
        long end = System.nanoTime() + limits.body().toNanos();
        // What is announced may never come: room is made for what is there.
        int size = request.getLength() < 0 ? CHUNK : Math.clamp(request.getLength(), 1, CHUNK);
        var body = new ByteArrayOutputStream(size);
        var chunk = new byte[size];
        // Not closed: that would end the request, and what is still coming is read behind the
        // answer.
        var in = Content.Source.asInputStream(request);
        for (int n = read(in, chunk); n >= 0; n = read(in, chunk)) {
            body.write(chunk, 0, n);
            if (body.size() > MAX_BODY) {
                throw tooLarge();
            }
            if (end - System.nanoTime() < 0) {
                throw tooSlow();
            }
        }
        return body.toByteArray();
    }

    private int read(InputStream in, byte[] chunk) throws IOException {
        try {
            return in.read(chunk);
        } catch (IOException e) {
            if (e.getCause() instanceof TimeoutException) {
                throw tooSlow();
            }
            throw e;
        }
    }

    /// Reads what is left of a small body that nobody wanted: behind an answer that comes before
    /// its end, the stream is reset, and the client may see that and not the answer.
    private void discardUnread() {
        try (var in = Content.Source.asInputStream(request)) {
            in.skip(MAX_UNREAD);
        } catch (IOException _) {
            // The body broke off; whether the client is still there shows in the answer.
        }
    }

    /// Reads on for a while behind the answer: a client that is still sending would see a broken
    /// stream otherwise, and not the answer.
    private void discardWhileItComes() {
        long end = System.nanoTime() + DISCARDING.toNanos();
        var chunk = new byte[CHUNK];
        try (var in = Content.Source.asInputStream(request)) {
            int n = in.read(chunk);
            for (long all = n; n >= 0 && all < MAX_DISCARDED; all += n) {
                if (end - System.nanoTime() < 0) {
                    return;
                }
                n = in.read(chunk);
            }
        } catch (IOException _) {
            // The client saw the answer, and stopped.
        }
    }

    private StatusException tooLarge() {
        unread = true;
        return StatusException.of(
                Status.Reason.RequestEntityTooLarge,
                "Request entity too large: limit is " + MAX_BODY);
    }

    private StatusException tooSlow() {
        unread = true;
        return new StatusException(
                new Status(
                        408,
                        Status.Reason.Timeout,
                        "the body of the request did not come within " + limits.body(),
                        "",
                        "",
                        "",
                        List.of(),
                        0));
    }

    void send(int code, String mediaType, byte[] body) throws IOException {
        if (!unread) {
            discardUnread();
        }
        head(code, mediaType);
        var sent = compressed(body);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, sent.length);
        write(true, sent);
        if (unread) {
            discardWhileItComes();
        }
    }

    /// A large body in gzip for whoever takes that, as Kubernetes does it.
    private byte[] compressed(byte[] body) throws IOException {
        if (body.length < COMPRESSED_FROM
                || !request.getHeaders()
                        .getValuesList(HttpHeader.ACCEPT_ENCODING)
                        .toString()
                        .contains("gzip")) {
            return body;
        }
        var out = new ByteArrayOutputStream(body.length / 4);
        try (var gzip = new FastGzip(out)) {
            gzip.write(body);
        }
        response.getHeaders().put(HttpHeader.CONTENT_ENCODING, "gzip");
        response.getHeaders().put(HttpHeader.VARY, "Accept-Encoding");
        return out.toByteArray();
    }

    /// Gzip at the speed of a local network.
    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream out) throws IOException {
            super(out, CHUNK);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    void send(int code, Json body) throws IOException {
        send(code, Media.JSON, body.bytes());
    }

    void redirect(String target) throws IOException {
        response.getHeaders().put(HttpHeader.LOCATION, target);
        send(302, "text/plain", new byte[0]);
    }

    void header(String name, String value) {
        response.getHeaders().put(name, value);
    }

    /// Starts an answer of unknown length, which no idle timeout ends.
    void stream(String mediaType) throws IOException {
        request.addIdleTimeoutListener(_ -> false);
        head(200, mediaType);
        write(false, new byte[0]);
    }

    /// Calls back when the client is gone, as far as that can be seen.
    void onFailure(Runnable action) {
        request.addFailureListener(_ -> {
            failed = true;
            action.run();
        });
    }

    /// Whether the client was seen to go.
    boolean failed() {
        return failed;
    }

    /// Looks whether the client of a stream is still there: in HTTP/1.1 nothing else tells before
    /// the next write. A client that sends more before the end of the stream counts as gone.
    boolean gone() {
        var connection = request.getConnectionMetaData();
        if (failed || connection.getHttpVersion() != HttpVersion.HTTP_1_1) {
            return failed;
        }
        try {
            failed = connection.getConnection().getEndPoint().fill(BufferUtil.allocate(1)) != 0;
        } catch (IOException _) {
            failed = true;
        }
        return failed;
    }

    /// How long a stream may be silent before it is worth a look whether its client is gone.
    Duration silence() {
        return limits.idle();
    }

    private void head(int code, String mediaType) {
        status = code;
        response.setStatus(code);
        var headers = response.getHeaders();
        headers.put(HttpHeader.CONTENT_TYPE, mediaType);
        headers.put(HttpHeader.CACHE_CONTROL, "no-cache, private");
        for (var warning : warnings) {
            var text = warning.replace("\\", "\\\\").replace("\"", "\\\"");
            headers.add("Warning", "299 - \"" + text + "\"");
        }
    }

    /// Sends bytes and waits until they are on their way, for a client that stops reading not
    /// forever.
    void write(boolean last, byte[] bytes) throws IOException {
        var done = new CompletableFuture<@Nullable Void>();
        response.write(
                last,
                ByteBuffer.wrap(bytes),
                Callback.from(() -> done.complete(null), done::completeExceptionally));
        try {
            done.get(limits.write().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("the client does not read", e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }
}
