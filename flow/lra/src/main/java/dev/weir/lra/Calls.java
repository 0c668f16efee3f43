package dev.weir.lra;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Calls of participants, and what their answers mean (MicroProfile LRA 2.0, "JAX-RS methods").
/// Thread-safe.
final class Calls implements AutoCloseable {
    static final String CONTEXT = "Long-Running-Action";
    static final String PARENT = "Long-Running-Action-Parent";
    static final String ENDED = "Long-Running-Action-Ended";
    static final String RECOVERY = "Long-Running-Action-Recovery";
    static final String DATA = "Narayana-LRA-Participant-Data";
    private static final int BODY_LENGTH = 64 * 1024;
    private static final Duration CONNECT = Duration.ofSeconds(2);

    /// What an answer means.
    enum Meaning {
        /// It did what it was told.
        DONE,
        /// It could not, and never will.
        FAILED,
        /// It is at it.
        ACCEPTED,
        /// Nobody knows: it has to be asked for its status, or told again.
        UNSURE,
        /// It was not told yet, as its status says: it has to be told.
        UNTOLD
    }

    /// An answer.
    ///
    /// @param location where its status can be asked for, when it said so
    record Answer(Meaning meaning, @Nullable URI location) {
        static final Answer UNSURE = new Answer(Meaning.UNSURE, null);

        static Answer of(Meaning meaning) {
            return new Answer(meaning, null);
        }
    }

    private final HttpClient client;
    private final Duration limit;
    private final Predicate<URI> allowed;

    Calls(Duration limit, Predicate<URI> allowed) {
        this.limit = limit;
        this.allowed = allowed;
        this.client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(CONNECT)
                        .executor(Executors.newVirtualThreadPerTaskExecutor())
                        .build();
    }

    /// Tells a participant to complete or to compensate.
    Answer end(Lra lra, Participant participant, boolean cancel) {
        var where = participant.endpoints();
        var target = cancel ? where.compensate() : where.complete();
        if (target == null) {
            return Answer.of(Meaning.DONE);
        }
        var response = send(put(request(target, lra, participant).header(CONTEXT, lra.url()), ""));
        if (response == null) {
            return Answer.UNSURE;
        }
        var told = ParticipantStatus.of(text(response));
        return switch (response.statusCode()) {
            case 200, 201, 203, 204 -> answered(told, cancel, Meaning.DONE, response);
            case 202 -> answered(told, cancel, Meaning.ACCEPTED, response);
            case 409 -> Answer.of(Meaning.FAILED);
            case 410 -> Answer.of(Meaning.DONE);
            // Participants of Narayana say so with their failure in the body.
            case 500 -> told != null && told.isFailed() ? Answer.of(Meaning.FAILED) : Answer.UNSURE;
            default -> Answer.UNSURE;
        };
    }

    private Answer answered(
            @Nullable ParticipantStatus told,
            boolean cancel,
            Meaning otherwise,
            HttpResponse<byte[]> response) {
        var meaning = told == null ? otherwise : meaning(told, cancel, false);
        return new Answer(
                meaning == Meaning.UNTOLD ? otherwise : meaning,
                meaning == Meaning.ACCEPTED ? location(response) : null);
    }

    private @Nullable URI location(HttpResponse<byte[]> response) {
        var text = response.headers().firstValue("Location").orElse(null);
        if (text == null) {
            return null;
        }
        try {
            return Endpoints.uri(response.uri().resolve(new URI(text)).toString(), allowed);
        } catch (URISyntaxException | Refusal e) {
            return null;
        }
    }

    /// Asks a participant for its status.
    Answer status(Lra lra, Participant participant, URI where, boolean cancel) {
        var response = send(request(where, lra, participant).header(CONTEXT, lra.url()).GET());
        if (response == null) {
            return Answer.UNSURE;
        }
        return switch (response.statusCode()) {
            case 200 -> {
                var told = ParticipantStatus.of(text(response));
                yield told == null
                        ? Answer.of(Meaning.UNTOLD)
                        : Answer.of(meaning(told, cancel, true));
            }
            case 202 -> Answer.of(Meaning.ACCEPTED);
            case 410 -> Answer.of(Meaning.DONE);
            default -> response.statusCode() >= 500 ? Answer.UNSURE : Answer.of(Meaning.UNTOLD);
        };
    }

    /// @param nestedMayBe whether a participant that is to compensate may truly say `Completed`: it
    ///   completed with a nested action, and has not heard of the cancel yet
    private static Meaning meaning(ParticipantStatus told, boolean cancel, boolean nestedMayBe) {
        return switch (told) {
            case Active -> Meaning.UNTOLD;
            case Completing -> cancel ? Meaning.UNSURE : Meaning.ACCEPTED;
            case Compensating -> cancel ? Meaning.ACCEPTED : Meaning.FAILED;
            case Completed ->
                    !cancel ? Meaning.DONE : nestedMayBe ? Meaning.UNTOLD : Meaning.FAILED;
            case Compensated -> cancel ? Meaning.DONE : Meaning.FAILED;
            case FailedToComplete, FailedToCompensate -> Meaning.FAILED;
        };
    }

    /// Tells a participant that it may forget the action.
    boolean forget(Lra lra, Participant participant, URI where) {
        var response = send(request(where, lra, participant).header(CONTEXT, lra.url()).DELETE());
        return response != null
                && switch (response.statusCode()) {
                    case 200, 202, 204, 410 -> true;
                    default -> false;
                };
    }

    /// Tells a listener how the action ended.
    boolean after(Lra lra, Participant participant, URI where) {
        var response =
                send(
                        put(
                                request(where, lra, participant).header(ENDED, lra.url()),
                                lra.status().name()));
        return response != null
                && switch (response.statusCode()) {
                    case 200, 204, 410 -> true;
                    default -> false;
                };
    }

    private HttpRequest.Builder request(URI target, Lra lra, Participant participant) {
        var request =
                HttpRequest.newBuilder(target)
                        .timeout(limit)
                        .header(RECOVERY, participant.recovery());
        if (lra.parentUrl() != null) {
            request.header(PARENT, lra.parentUrl());
        }
        if (participant.data() != null) {
            request.header(DATA, participant.data());
        }
        return request;
    }

    private static HttpRequest.Builder put(HttpRequest.Builder request, String body) {
        return request.header("Content-Type", "text/plain")
                .PUT(HttpRequest.BodyPublishers.ofString(body));
    }

    /// @return null when there is no answer
    private @Nullable HttpResponse<byte[]> send(HttpRequest.Builder request) {
        var future =
                client.sendAsync(
                        request.build(),
                        HttpResponse.BodyHandlers.limiting(
                                HttpResponse.BodyHandlers.ofByteArray(), BODY_LENGTH));
        try {
            // The client's own limit ends with the headers; an answer may drip.
            return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } catch (ExecutionException | TimeoutException e) {
            return null;
        } finally {
            future.cancel(true);
        }
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
