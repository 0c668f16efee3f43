package dev.weir.saga;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

/// Calls participants by `POST`, with the headers `Idempotency-Key`, `traceparent`, `tracestate`
/// and `baggage`. Thread-safe.
///
/// 200 to 299, but for 202, say done. 400, 409, 410 and 422 say that the participant did not do it
/// and never will; to a compensation, 410 says that there is nothing to undo. Everything else, 202,
/// 404, 429, 503 and silence among it, leaves the outcome unknown.
public final class HttpTransport implements Remote.Transport {
    private static final int BODY_LENGTH = 1_000_000;

    private final HttpClient client;

    /// A transport over a client of the caller, who closes it.
    public HttpTransport(HttpClient client) {
        this.client = client;
    }

    @Override
    public Remote.Reply call(
            Remote.Message message, String key, Map<String, String> trace, Duration limit)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create(message.target()))
                        .timeout(limit)
                        .header("Idempotency-Key", key)
                        .POST(HttpRequest.BodyPublishers.ofString(message.body()));
        trace.forEach(request::header);
        var response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        var body = response.body();
        if (body.length() > BODY_LENGTH) {
            throw new IOException(
                    "expected at most " + BODY_LENGTH + " characters, found " + body.length());
        }
        return new Remote.Reply(outcome(response.statusCode(), key.endsWith("/undo")), body);
    }

    private static Remote.Outcome outcome(int status, boolean undo) {
        return switch (status) {
            case 202 -> Remote.Outcome.UNKNOWN;
            case 410 -> undo ? Remote.Outcome.DONE : Remote.Outcome.REFUSED;
            case 400, 409, 422 -> Remote.Outcome.REFUSED;
            default -> status >= 200 && status < 300 ? Remote.Outcome.DONE : Remote.Outcome.UNKNOWN;
        };
    }
}
