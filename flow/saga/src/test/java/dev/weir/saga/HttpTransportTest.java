package dev.weir.saga;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Participants behind HTTP, good and bad.
class HttpTransportTest {
    private static final long ENDLESS = 1L << 30;

    private final List<String> heard = Collections.synchronizedList(new ArrayList<>());
    private final HttpClient client = HttpClient.newHttpClient();
    private HttpServer server;
    private final List<String> parents = Collections.synchronizedList(new ArrayList<>());
    private volatile int status = 200;
    private volatile int undoStatus = 200;
    private volatile int delay;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(
                "/",
                exchange -> {
                    var headers = exchange.getRequestHeaders();
                    var key = headers.getFirst("Idempotency-Key");
                    int answer = key.endsWith("/undo") ? undoStatus : status;
                    parents.add(String.valueOf(headers.getFirst("traceparent")));
                    heard.add(
                            key
                                    + " "
                                    + headers.getFirst("baggage")
                                    + " "
                                    + new String(exchange.getRequestBody().readAllBytes(), UTF_8));
                    try {
                        Thread.sleep(delay);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    exchange.sendResponseHeaders(answer, answer == 204 ? -1 : 2);
                    if (answer != 204) {
                        exchange.getResponseBody().write("ok".getBytes(UTF_8));
                    }
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void close() {
        server.stop(0);
        client.close();
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/x";
    }

    @ParameterizedTest
    @CsvSource({
        "200, do, DONE", "204, do, DONE", "202, do, UNKNOWN", "404, do, UNKNOWN",
                "409, do, REFUSED",
        "410, do, REFUSED", "410, undo, DONE", "404, undo, UNKNOWN", "503, do, UNKNOWN",
                "400, do, REFUSED",
        "429, undo, UNKNOWN", "422, do, REFUSED", "500, undo, UNKNOWN"
    })
    void readsWhatTheStatusSays(int answer, String phase, Remote.Outcome outcome) throws Exception {
        status = answer;
        undoStatus = answer;
        var reply =
                new HttpTransport(client)
                        .call(
                                new Remote.Message(url(), "b"),
                                "s//x/" + phase,
                                Map.of(),
                                Duration.ofSeconds(5));
        assertThat(reply.outcome()).isEqualTo(outcome);
    }

    @Test
    void aLateAnswerIsNone() {
        delay = 500;
        assertThatThrownBy(() ->
                        new HttpTransport(client)
                                .call(
                                        new Remote.Message(url(), "b"),
                                        "s//x/do",
                                        Map.of(),
                                        Duration.ofMillis(50)))
                .isInstanceOf(HttpTimeoutException.class);
    }

    @Test
    void anAnswerWithoutEndIsNoneAndIsNotKept() throws Exception {
        var sent = new AtomicLong();
        var stopped = new CountDownLatch(1);
        server.createContext(
                "/endless",
                exchange -> {
                    exchange.getRequestBody().readAllBytes();
                    exchange.sendResponseHeaders(200, 0);
                    var part = new byte[64 * 1024];
                    try {
                        // Far more than any buffer between them holds.
                        while (sent.addAndGet(part.length) < ENDLESS) {
                            exchange.getResponseBody().write(part);
                        }
                    } finally {
                        stopped.countDown();
                        exchange.close();
                    }
                });
        var endless = new Remote.Message(url().replace("/x", "/endless"), "b");
        assertThatThrownBy(() ->
                        new HttpTransport(client)
                                .call(endless, "s//x/do", Map.of(), Duration.ofSeconds(20)))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(HttpTimeoutException.class);
        assertThat(stopped.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(sent).hasValueLessThan(ENDLESS);
    }

    @Test
    void sagasCarryTheirBaggageAndAskAgainWithTheSameKey() throws Exception {
        var source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:http;DB_CLOSE_DELAY=-1");
        status = 503;
        var saga =
                Saga.define("call", Codec.text())
                        .retry(new RetryPolicy(50, Duration.ofMillis(10), Duration.ofMillis(10)))
                        .pivot(
                                "capture",
                                Remote.of(
                                        new HttpTransport(client),
                                        step -> new Remote.Message(url(), step.context())))
                        .build();
        try (var pool = new Pool(source);
                var engine = SagaEngine.open(pool, SagaOptions.DEFAULT, saga)) {
            SagaHandle handle;
            try (var _ = Baggage.builder().put("shop", "7").build().makeCurrent()) {
                handle = engine.start(saga, null, "body");
            }
            EngineContract.until(() -> heard.size() > 3);
            assertThat(engine.find(handle.id()).orElseThrow().steps().getFirst().state())
                    .isEqualTo(StepState.SENT);
            status = 200;
            assertThat(handle.await(Duration.ofSeconds(10)).status()).isEqualTo(SagaStatus.DONE);
            assertThat(heard)
                    .allMatch(line -> line.equals(handle.id() + "//capture/do shop=7 body"));
        }
    }

    /// A participant's answer to the step and to its compensation; how the saga ends, and after
    /// which requests. A participant that says 200 and does nothing is one that says 200.
    @ParameterizedTest
    @CsvSource({
        "200, 0, DONE, do",
        "404, 200, COMPENSATED, do do do undo",
        "404, 410, COMPENSATED, do do do undo",
        "503, 204, COMPENSATED, do do do undo",
        "202, 200, COMPENSATED, do do do undo",
        "409, 0, COMPENSATED, do",
        "410, 0, COMPENSATED, do",
        "422, 0, COMPENSATED, do",
    })
    void endsAsTheParticipantSays(int done, int undone, SagaStatus end, String asked)
            throws Exception {
        status = done;
        undoStatus = undone;
        var calls =
                Remote.<String>of(
                        new HttpTransport(client), step -> new Remote.Message(url(), "b"));
        var saga =
                Saga.define("call", Codec.text())
                        .retry(new RetryPolicy(3, Duration.ofMillis(5), Duration.ofMillis(5)))
                        .step("one", calls)
                        .compensate(calls)
                        .build();
        try (var pool = memory();
                var engine = SagaEngine.open(pool, SagaOptions.DEFAULT, saga)) {
            var view = engine.start(saga, null, "x").await(Duration.ofSeconds(20));
            assertThat(view.status()).isEqualTo(end);
            assertThat(heard)
                    .extracting(line -> line.split("[/ ]")[3])
                    .containsExactly(asked.split(" "));
        }
    }

    @Test
    void anAnswerThatIsLateOrUnreadableIsAskedForAgainAndTheEffectIsThereOnce() throws Exception {
        delay = 400;
        var readings = new java.util.concurrent.atomic.AtomicInteger();
        var saga =
                Saga.define("late", Codec.text())
                        .retry(new RetryPolicy(20, Duration.ofMillis(5), Duration.ofMillis(5)))
                        .pivot(
                                "one",
                                new Remote<>(
                                        new HttpTransport(client),
                                        step -> new Remote.Message(url(), "b"),
                                        (step, reply) -> {
                                            if (readings.incrementAndGet() < 3) {
                                                throw new IllegalStateException("what is this?");
                                            }
                                            step.update(_ -> reply.body());
                                        }))
                        .timeout(Duration.ofMillis(100))
                        .build();
        try (var pool = memory();
                var engine = SagaEngine.open(pool, SagaOptions.DEFAULT, saga)) {
            var handle = engine.start(saga, null, "x");
            EngineContract.until(() -> heard.size() > 2);
            assertThat(handle.done()).isNotDone();
            delay = 0;
            var view = handle.await(Duration.ofSeconds(20));
            assertThat(view.status()).isEqualTo(SagaStatus.DONE);
            assertThat(view.context()).isEqualTo("ok");
            assertThat(readings).hasValue(3);
            assertThat(new java.util.HashSet<>(heard)).hasSize(1);
        }
    }

    @Test
    void callsBelongToTheTraceThatTheSagaWasStartedIn() throws Exception {
        var saga =
                Saga.define("call", Codec.text())
                        .pivot(
                                "one",
                                Remote.of(
                                        new HttpTransport(client),
                                        step -> new Remote.Message(url(), "b")))
                        .build();
        var trace = "0af7651916cd43dd8448eb211c80319c";
        var caller =
                SpanContext.createFromRemoteParent(
                        trace,
                        "b7ad6b7169203331",
                        TraceFlags.getSampled(),
                        TraceState.getDefault());
        try (var pool = memory();
                var engine = SagaEngine.open(pool, SagaOptions.DEFAULT, saga)) {
            SagaHandle handle;
            try (var _ = Span.wrap(caller).makeCurrent()) {
                handle = engine.start(saga, null, "x");
            }
            handle.await(Duration.ofSeconds(20));
            engine.start(saga, null, "x").await(Duration.ofSeconds(20));
        }
        assertThat(parents).containsExactly("00-" + trace + "-b7ad6b7169203331-01", "null");
    }

    private static Pool memory() {
        var source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:http" + System.nanoTime() + ";DB_CLOSE_DELAY=-1");
        return new Pool(source);
    }
}
