package dev.weir.saga;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.api.baggage.Baggage;
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
import java.util.concurrent.Executors;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Participants behind HTTP, good and bad.
class HttpTransportTest {
    private final List<String> heard = Collections.synchronizedList(new ArrayList<>());
    private final HttpClient client = HttpClient.newHttpClient();
    private HttpServer server;
    private volatile int status = 200;
    private volatile int delay;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(
                "/",
                exchange -> {
                    var headers = exchange.getRequestHeaders();
                    heard.add(
                            headers.getFirst("Idempotency-Key")
                                    + " "
                                    + headers.getFirst("baggage")
                                    + " "
                                    + new String(exchange.getRequestBody().readAllBytes(), UTF_8));
                    try {
                        Thread.sleep(delay);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    exchange.sendResponseHeaders(status, status == 204 ? -1 : 2);
                    if (status != 204) {
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
}
