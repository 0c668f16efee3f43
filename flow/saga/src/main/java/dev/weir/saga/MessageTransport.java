package dev.weir.saga;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Calls participants by messages through a broker, such as Kafka: a request to the target's topic,
/// an answer from a topic of the service. Both are keyed by the idempotency key. Thread-safe.
///
/// The step's intent is committed before its request leaves, so no request is lost: one without an
/// answer within its time is sent again with the same key, by whichever node has the saga then, and
/// the participant's [Inbox] answers from memory. So brokers may lose, repeat and reorder messages,
/// and an answer that no node waits for any more is dropped.
///
/// Every node reads all answers: with Kafka, it assigns itself all partitions of their topic, from
/// the end, without a consumer group.
public final class MessageTransport implements Remote.Transport {
    /// The header of a request that names the topic for its answer.
    public static final String ANSWERS = "weir-answers";

    /// The header of an answer that has its [Remote.Outcome].
    public static final String OUTCOME = "weir-outcome";

    private final Outbox.Publisher publisher;
    private final String answers;
    private final Map<String, CompletableFuture<Remote.Reply>> waiting = new ConcurrentHashMap<>();

    /// A transport.
    ///
    /// @param publisher what hands requests to the broker
    /// @param answers the topic where this service reads answers
    public MessageTransport(Outbox.Publisher publisher, String answers) {
        this.publisher = publisher;
        this.answers = answers;
    }

    @Override
    public Remote.Reply call(
            Remote.Message message, String key, Map<String, String> trace, Duration limit)
            throws Exception {
        var headers = new LinkedHashMap<>(trace);
        headers.put(ANSWERS, answers);
        var answer = new CompletableFuture<Remote.Reply>();
        // One that was asked before, and still waits, is the same question.
        var shared = waiting.computeIfAbsent(key, _ -> answer);
        try {
            publisher.publish(message.target(), key, message.body(), headers);
            return shared.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new IOException("no answer from " + message.target() + " in " + limit, e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } finally {
            waiting.remove(key, shared);
        }
    }

    /// Tells who waits for it of an answer; the caller reads them from the broker.
    ///
    /// @param key the message's key
    /// @param headers the message's headers; without a known outcome it says nothing
    public void answered(String key, String body, Map<String, String> headers) {
        var waits = waiting.get(key);
        if (waits != null) {
            waits.complete(new Remote.Reply(outcome(headers.get(OUTCOME)), body));
        }
    }

    private static Remote.Outcome outcome(@Nullable String name) {
        for (var outcome : Remote.Outcome.values()) {
            if (outcome.name().equals(name)) {
                return outcome;
            }
        }
        return Remote.Outcome.UNKNOWN;
    }

    /// Answers a request, on the participant's side: publishes what [Inbox#serve] said. The
    /// participant then tells the broker that it has the request, and not before.
    ///
    /// @param key the request's key
    /// @param headers the request's headers; one that wants no answer gets none
    /// @throws Exception what the publisher throws
    public static void answer(
            Outbox.Publisher publisher, String key, Map<String, String> headers, Remote.Reply reply)
            throws Exception {
        var topic = headers.get(ANSWERS);
        if (topic != null) {
            publisher.publish(topic, key, reply.body(), Map.of(OUTCOME, reply.outcome().name()));
        }
    }
}
