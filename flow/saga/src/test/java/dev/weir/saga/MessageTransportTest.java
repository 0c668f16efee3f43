package dev.weir.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/// Requests and answers of a broker that is this class; conformance's suite `saga-kafka` has a real
/// one.
class MessageTransportTest {
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Remote.Message QUESTION = new Remote.Message("bank", "10");

    private record Sent(String topic, String key, String body, Map<String, String> headers) {}

    private final List<Sent> sent = new ArrayList<>();

    private void publish(String topic, String key, String body, Map<String, String> headers) {
        sent.add(new Sent(topic, key, body, Map.copyOf(headers)));
    }

    @Test
    void anAnswerReachesWhoAsked() throws Exception {
        var transports = new MessageTransport[1];
        transports[0] =
                new MessageTransport(
                        (topic, key, body, headers) -> {
                            publish(topic, key, body, headers);
                            if (topic.equals("bank")) {
                                // Another key first: it is nobody's.
                                transports[0].answered("other", "no", Map.of());
                                MessageTransport.answer(
                                        (to, k, answer, h) -> {
                                            publish(to, k, answer, h);
                                            transports[0].answered(k, answer, h);
                                        },
                                        key,
                                        headers,
                                        new Remote.Reply(Remote.Outcome.REFUSED, "poor"));
                            }
                        },
                        "answers");
        var reply = transports[0].call(QUESTION, "s//x/do", Map.of("traceparent", "00-1"), LONG);
        assertThat(reply).isEqualTo(new Remote.Reply(Remote.Outcome.REFUSED, "poor"));
        assertThat(sent)
                .containsExactly(
                        new Sent(
                                "bank",
                                "s//x/do",
                                "10",
                                Map.of("traceparent", "00-1", "weir-answers", "answers")),
                        new Sent("answers", "s//x/do", "poor", Map.of("weir-outcome", "REFUSED")));
    }

    @Test
    void silenceIsNoAnswerAndALateOneIsDropped() throws Exception {
        var transport = new MessageTransport(this::publish, "answers");
        assertThatThrownBy(() -> transport.call(QUESTION, "s//x/do", Map.of(), SHORT))
                .isInstanceOf(IOException.class)
                .hasMessage("no answer from bank in PT0.05S");
        transport.answered("s//x/do", "late", Map.of("weir-outcome", "DONE"));
        assertThatThrownBy(() -> transport.call(QUESTION, "s//x/do", Map.of(), SHORT))
                .isInstanceOf(IOException.class);
    }

    @Test
    void anAnswerWithoutAnOutcomeSaysNothing() throws Exception {
        for (var headers : List.of(Map.<String, String>of(), Map.of("weir-outcome", "MAYBE"))) {
            var transports = new MessageTransport[1];
            transports[0] =
                    new MessageTransport(
                            (_, key, _, _) -> transports[0].answered(key, "?", headers), "answers");
            assertThat(transports[0].call(QUESTION, "s//x/do", Map.of(), LONG).outcome())
                    .isEqualTo(Remote.Outcome.UNKNOWN);
        }
    }

    @Test
    void aRequestThatWantsNoAnswerGetsNone() throws Exception {
        MessageTransport.answer(
                this::publish, "s//x/do", Map.of(), new Remote.Reply(Remote.Outcome.DONE, "ok"));
        assertThat(sent).isEmpty();
    }

    @Test
    void manyWaitAtOnce() throws Exception {
        var asked = new ConcurrentHashMap<String, String>();
        var transport = new MessageTransport((_, key, body, _) -> asked.put(key, body), "answers");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls =
                    java.util.stream.IntStream.range(0, 500)
                            .mapToObj(i ->
                                    threads.submit(() ->
                                            transport.call(
                                                    new Remote.Message("bank", "b" + i),
                                                    "s" + i + "//x/do",
                                                    Map.of(),
                                                    LONG)))
                            .toList();
            EngineContract.until(() -> asked.size() == 500);
            asked.forEach(
                    (key, body) -> transport.answered(key, body, Map.of("weir-outcome", "DONE")));
            for (int i = 0; i < 500; i++) {
                assertThat(calls.get(i).get().body()).isEqualTo("b" + i);
            }
        }
    }
}
