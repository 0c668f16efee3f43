package dev.weir.tck;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.lra.tck.service.spi.LRACallbackException;
import org.eclipse.microprofile.lra.tck.service.spi.LRARecoveryService;

/// How the TCK waits: by the coordinator's own interface.
public final class Recovery implements LRARecoveryService {
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long LOOK_MILLIS = 50;
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    /// Returns when the action is at its end, or has asked everybody once.
    @Override
    public void waitForCallbacks(URI lra) throws LRACallbackException {
        long since = System.nanoTime();
        boolean over = false;
        while (!over && System.nanoTime() - since < LONGEST_NANOS) {
            var found = get(URI.create(name(lra)));
            over =
                    found.statusCode() == 404
                            || !found.body().contains("\"Active\"")
                                    && found.body().contains("\"recovering\":false");
            pause();
        }
    }

    @Override
    public boolean waitForEndPhaseReplay(URI lra) throws LRACallbackException {
        var name = name(lra);
        var recovery = name.substring(0, name.lastIndexOf('/')) + "/recovery";
        return !get(URI.create(recovery)).body().contains(name);
    }

    private static String name(URI lra) {
        var text = lra.toString();
        return text.indexOf('?') < 0 ? text : text.substring(0, text.indexOf('?'));
    }

    private static HttpResponse<String> get(URI where) throws LRACallbackException {
        try {
            return CLIENT.send(
                    HttpRequest.newBuilder(where).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new LRACallbackException(where + ": " + e, e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
