package dev.weir.payments;

import dev.weir.resource.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// A terminal as its customers see it: an address, and whether it may fail to answer.
///
/// The demo's thread says what became of it, buyers when it answered; all read it.
final class Till {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final String name;
    private final URI payments;
    private volatile int life;
    private volatile boolean excused;
    private volatile String partner = "";
    private volatile long answered = System.nanoTime();

    Till(String name, URI address) {
        this.name = name;
        this.payments = address.resolve("/payments");
    }

    String name() {
        return name;
    }

    URI payments() {
        return payments;
    }

    /// Pays.
    ///
    /// @throws IOException when it does not answer, or with something else than a decision
    Expectation.Answer pay(HttpClient http, Payment payment)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(payments)
                        .timeout(TIMEOUT)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(json(payment).bytes()))
                        .build();
        var response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) {
            throw new IOException(
                    response.statusCode()
                            + " "
                            + new String(response.body(), StandardCharsets.UTF_8));
        }
        try {
            var answer = Json.parse(response.body()).asObject();
            return new Expectation.Answer(
                    Decision.valueOf(answer.string("decision")),
                    answer.array("policies").strings(),
                    answer.string("partner"),
                    answer.string("saga"));
        } catch (IllegalArgumentException e) {
            throw new IOException("no answer that can be read: " + e.getMessage(), e);
        }
    }

    private static Json.Obj json(Payment payment) {
        return Json.Obj.of("amount", Json.of(payment.amount()))
                .with("currency", Json.of(payment.currency()))
                .with("merchant", Json.of(payment.merchant()))
                .with("card", Json.of(payment.card()));
    }

    /// Counts its processes: a new one remembers no card.
    int life() {
        return life;
    }

    /// Whether payments may go unanswered, as it is known to be away.
    boolean excused() {
        return excused;
    }

    /// It answered just now.
    ///
    /// @param partner what the partner's policy said
    void answered(String partner) {
        this.partner = partner;
        answered = System.nanoTime();
    }

    /// What the partner's policy said to the last payment; empty where there is none.
    String partner() {
        return partner;
    }

    /// Whether it answered after that [System#nanoTime()].
    boolean answeredSince(long nanos) {
        return answered - nanos > 0;
    }

    /// From now on it may be away.
    void goes() {
        excused = true;
    }

    /// Its process has ended.
    void isGone() {
        life = life + 1;
    }

    /// From now on it must answer.
    void isBack() {
        excused = false;
    }
}
