package dev.weir.payments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.saga.SagaException;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PaymentEndpointIT {
    @TempDir Path directory;

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Payment> told = new CopyOnWriteArrayList<>();
    private DaySum sum;
    private PaymentEndpoint endpoint;

    @BeforeEach
    void open() throws IOException {
        sum = DaySum.open(directory.resolve("sum"));
        var engine = new RiskEngine(InstantSource.system(), sum);
        var limits = new Limits("EUR", 100, 1000, Set.of(), 60, 60);
        engine.apply(new Enforcement(List.of("p@1"), limits, Map.of()));
        endpoint =
                PaymentEndpoint.open(
                        (payment, _) -> new Settlement.Answer(engine.decide(payment), ""),
                        told::add,
                        () -> true,
                        0);
    }

    @AfterEach
    void close() {
        client.close();
        endpoint.close();
        sum.close();
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        var request =
                HttpRequest.newBuilder(URI.create(endpoint.uri() + path))
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> pay(String body) throws Exception {
        return send("POST", "/payments", body);
    }

    private static String payment(String amount, String card) {
        return "{\"amount\":%s,\"currency\":\"EUR\",\"merchant\":\"m\",\"card\":\"%s\"}"
                .formatted(amount, card);
    }

    @Test
    void answersWithTheDecisionAndWhereItComesFrom() throws Exception {
        var answer = pay(payment("100", "c"));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"decision\":\"Approved\",\"policies\":[\"p@1\"]}");
        assertThat(send("GET", "/metrics", "").body())
                .contains("payments_total{decision=\"accepted\"} 1", "payments_following 1");
        assertThat(told).extracting(Payment::amount).containsExactly(100L);
        assertThat(pay(payment("101", "c")).statusCode()).isEqualTo(200);
        assertThat(told).hasSize(1);
    }

    @Test
    void saysWhatIsWrongWithAPayment() throws Exception {
        assertThat(pay("{\"amount\":").statusCode()).isEqualTo(400);
        assertThat(pay("[]").statusCode()).isEqualTo(400);
        assertThat(pay("{}").body()).contains("amount: expected an integer");
        assertThat(pay(payment("\"1\"", "c")).body()).contains("amount: expected an integer");
        assertThat(pay(payment("1.5", "c")).statusCode()).isEqualTo(422);
        assertThat(pay(payment("9223372036854775808", "c")).statusCode()).isEqualTo(422);
        assertThat(pay("{\"amount\":1,\"currency\":7}").body())
                .contains("currency: expected a string");
        assertThat(pay(payment("0", "c")).statusCode()).isEqualTo(422);
        assertThat(pay(payment("-5", "c")).body()).contains("amount: must be above 0, found -5");
        assertThat(pay(payment("1", "")).body()).contains("card: must have 1 to 100 characters");
    }

    @Test
    void remembersNoTokenThatIsTooLong() throws Exception {
        assertThat(pay(payment("1", "c".repeat(101))).statusCode()).isEqualTo(422);
        assertThat(pay(payment("1", "c".repeat(100))).statusCode()).isEqualTo(200);
    }

    @Test
    void refusesWhatIsNoPayment() throws Exception {
        assertThat(pay(" ".repeat(4097)).statusCode()).isEqualTo(413);
        assertThat(send("GET", "/payments", "").statusCode()).isEqualTo(405);
        assertThat(send("POST", "/payments/7", "").statusCode()).isEqualTo(404);
    }

    @Test
    void acceptsNothingThatItCannotCount() throws Exception {
        sum.close();
        var answer = pay(payment("1", "c"));
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("the day's sum");
    }

    /// An endpoint in whose place somebody else decides.
    private HttpResponse<String> payAt(PaymentEndpoint.Taker taker) throws Exception {
        try (var other = PaymentEndpoint.open(taker, told::add, () -> true, 0)) {
            var request =
                    HttpRequest.newBuilder(URI.create(other.uri() + "/payments"))
                            .header("Idempotency-Key", "order-7")
                            .POST(HttpRequest.BodyPublishers.ofString(payment("1", "c")))
                            .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void namesTheSagaThatIsNotDecidedYet() throws Exception {
        var answer = payAt((_, key) -> new Settlement.Answer(null, "saga of " + key));
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.body()).isEqualTo("{\"saga\":\"saga of order-7\"}");
        assertThat(told).isEmpty();
    }

    @Test
    void tellsAKeyThatIsTakenFromALedgerThatIsAway() throws Exception {
        for (var code : SagaException.Code.values()) {
            var answer =
                    payAt((_, _) -> {
                        throw new SagaException(code, "why");
                    });
            boolean taken = code == SagaException.Code.DUPLICATE;
            assertThat(answer.statusCode()).isEqualTo(taken ? 409 : 503);
            assertThat(answer.body()).isEqualTo("{\"error\":\"why\"}");
        }
    }

    @Test
    void waitsForNoSlowClient() throws Exception {
        var address = URI.create(endpoint.uri());
        try (var socket = new Socket(address.getHost(), address.getPort())) {
            socket.setSoTimeout((int) Duration.ofSeconds(15).toMillis());
            var head = "POST /payments HTTP/1.1\r\nHost: t\r\nContent-Length: 50\r\n\r\n{";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }
}
