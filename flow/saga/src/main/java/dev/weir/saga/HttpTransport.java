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
/// 404, 429, 503, silence and more than 1,000,000 bytes among it, leaves the outcome unknown.
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
        var response =
                client.send(
                        request.build(),
                        HttpResponse.BodyHandlers.limiting(
                                HttpResponse.BodyHandlers.ofString(), BODY_LENGTH));
        boolean undo = key.endsWith("/undo");
        return new Remote.Reply(outcome(response.statusCode(), undo), response.body());
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
