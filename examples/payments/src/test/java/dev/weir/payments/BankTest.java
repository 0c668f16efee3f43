package dev.weir.payments;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The bank over HTTP, with its database in a file.
class BankTest {
    private static final String CARD = "{\"amount\":%d,\"card\":\"%s\"}";

    @TempDir Path directory;

    private final HttpClient http = HttpClient.newHttpClient();
    private Bank bank;

    @BeforeEach
    void open() throws Exception {
        bank = Bank.open(directory, 0);
    }

    @AfterEach
    void close() {
        bank.close();
        http.close();
    }

    private CompletableFuture<HttpResponse<String>> begin(String key, String body) {
        var request =
                HttpRequest.newBuilder(URI.create(bank.uri() + "/capture"))
                        .header("Idempotency-Key", key)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        return http.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }

    private int capture(String key, String body) {
        return begin(key, body).join().statusCode();
    }

    private Audit.Holdings holdings() throws Exception {
        var request = HttpRequest.newBuilder(URI.create(bank.uri() + "/balance")).build();
        var answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        return Audit.Holdings.parse(answer.body());
    }

    @Test
    void capturesOnceForEachKey() throws Exception {
        assertThat(capture("p1//capture/do", CARD.formatted(100, "c"))).isEqualTo(200);
        assertThat(capture("p1//capture/do", CARD.formatted(100, "c"))).isEqualTo(200);
        assertThat(capture("p2//capture/do", CARD.formatted(30, "c"))).isEqualTo(200);
        assertThat(holdings()).isEqualTo(new Audit.Holdings(130, Bank.START - 130, Bank.START));
    }

    @Test
    void capturesOnceForAKeyThatComesOftenAtATime() throws Exception {
        var all =
                Stream.generate(() -> begin("p1//capture/do", CARD.formatted(100, "new")))
                        .limit(20)
                        .toList();
        assertThat(all).allMatch(answer -> answer.join().statusCode() == 200);
        assertThat(holdings().captured()).isEqualTo(100);
    }

    @Test
    void refusesForGoodWhatItCannotCapture() throws Exception {
        assertThat(capture("p1//capture/do", CARD.formatted(1, "stolen"))).isEqualTo(422);
        assertThat(capture("p2//capture/do", CARD.formatted(Bank.START + 1, "c"))).isEqualTo(422);
        assertThat(capture("p3//capture/do", CARD.formatted(0, "c"))).isEqualTo(422);
        assertThat(capture("p4//capture/do", CARD.formatted(-5, "c"))).isEqualTo(422);
        assertThat(capture("p5//capture/do", "{\"amount\":5}")).isEqualTo(422);
        assertThat(capture("p6//capture/do", CARD.formatted(5, "c".repeat(101)))).isEqualTo(422);
        assertThat(holdings()).isEqualTo(new Audit.Holdings(0, 0, 0));
    }

    @Test
    void refusesWhatIsNoRequest() throws Exception {
        assertThat(capture("p1//capture/do", "{")).isEqualTo(400);
        assertThat(capture("no phase", CARD.formatted(1, "c"))).isEqualTo(400);
        assertThat(capture("p1//capture/do", " ".repeat(5_000))).isEqualTo(400);
        assertThat(holdings().captured()).isZero();
    }

    @Test
    void knowsAfterANewStartWhatItCaptured() throws Exception {
        assertThat(capture("p1//capture/do", CARD.formatted(100, "c"))).isEqualTo(200);
        bank.close();
        bank = Bank.open(directory, 0);
        assertThat(capture("p1//capture/do", CARD.formatted(100, "c"))).isEqualTo(200);
        assertThat(holdings()).isEqualTo(new Audit.Holdings(100, Bank.START - 100, Bank.START));
    }
}
