package dev.weir.payments;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.resource.Json;
import dev.weir.resource.JsonException;
import dev.weir.saga.SagaException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Takes payments over HTTP on this machine: `POST /payments` with a [Payment] as JSON, answered
/// with the decision, the policies that it comes from, what a partner says, and the id of the saga
/// that settles it; 202 with that id where it is not decided within 25 s. Of two with the same
/// `Idempotency-Key` the second is answered 409. `GET /metrics`.
final class PaymentEndpoint implements AutoCloseable {
    private static final int MAX_BODY = 4 << 10;
    private static final int MAX_IN_FLIGHT = 256;

    private final Taker taker;
    private final Consumer<Payment> accept;
    private final BooleanSupplier following;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore inFlight = new Semaphore(MAX_IN_FLIGHT);
    private final LongAdder accepted = new LongAdder();
    private final LongAdder declined = new LongAdder();

    /// Who takes payments.
    @FunctionalInterface
    interface Taker {
        /// @param key which no other payment has; null for any
        /// @throws IllegalArgumentException when it takes none with such a key
        /// @throws UncheckedIOException when it cannot count the payment
        /// @throws SagaException as [Settlement#pay]
        Settlement.Answer take(Payment payment, @Nullable String key) throws InterruptedException;
    }

    private PaymentEndpoint(
            Taker taker, Consumer<Payment> accept, BooleanSupplier following, HttpServer server) {
        this.taker = taker;
        this.accept = accept;
        this.following = following;
        this.server = server;
    }

    /// Listens on the loopback address.
    ///
    /// @param accept told of each accepted payment before it is answered; does not wait
    /// @param following whether configs come from the control plane as they change
    /// @param port 0 for any that is free
    static PaymentEndpoint open(
            Taker taker, Consumer<Payment> accept, BooleanSupplier following, int port)
            throws IOException {
        var endpoint = new PaymentEndpoint(taker, accept, following, Loopback.listen(port));
        endpoint.server.setExecutor(endpoint.threads);
        endpoint.server.createContext("/payments", endpoint::pay);
        endpoint.server.createContext("/metrics", endpoint::metrics);
        endpoint.server.start();
        return endpoint;
    }

    /// Where it listens.
    String uri() {
        return Loopback.uri(server);
    }

    long accepted() {
        return accepted.sum();
    }

    long declined() {
        return declined.sum();
    }

    private void pay(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestURI().getPath().equals("/payments")) {
            refuse(exchange, 404, "no such path; payments go to /payments");
        } else if (!exchange.getRequestMethod().equals("POST")) {
            refuse(exchange, 405, "expected POST, found " + exchange.getRequestMethod());
        } else if (!inFlight.tryAcquire()) {
            refuse(exchange, 503, MAX_IN_FLIGHT + " payments are being decided; try again");
        } else {
            try {
                decide(exchange);
            } finally {
                inFlight.release();
            }
        }
    }

    private void decide(HttpExchange exchange) throws IOException {
        var body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
        if (body.length > MAX_BODY) {
            refuse(exchange, 413, "a payment has at most " + MAX_BODY + " bytes");
            return;
        }
        Payment payment;
        Settlement.Answer answer;
        try {
            payment = payment(Json.parse(body).asObject());
            answer = taker.take(payment, exchange.getRequestHeaders().getFirst("Idempotency-Key"));
        } catch (JsonException e) {
            refuse(exchange, 400, String.valueOf(e.getMessage()));
            return;
        } catch (IllegalArgumentException e) {
            refuse(exchange, 422, String.valueOf(e.getMessage()));
            return;
        } catch (SagaException e) {
            boolean known = e.code() == SagaException.Code.DUPLICATE;
            refuse(exchange, known ? 409 : 503, String.valueOf(e.getMessage()));
            return;
        } catch (UncheckedIOException e) {
            refuse(exchange, 503, String.valueOf(e.getMessage()));
            return;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            refuse(exchange, 503, "the terminal is ending");
            return;
        }
        answer(exchange, payment, answer);
    }

    private void answer(HttpExchange exchange, Payment payment, Settlement.Answer answer)
            throws IOException {
        var members = new LinkedHashMap<String, Json>();
        var risk = answer.risk();
        if (risk != null) {
            count(payment, risk.decision());
            members.put("decision", Json.of(risk.decision().name()));
            members.put("policies", Json.strings(risk.enforcement().policies()));
            if (risk.verdict() != null) {
                members.put("partner", Json.of(risk.verdict().toString()));
            }
        }
        if (!answer.saga().isEmpty()) {
            members.put("saga", Json.of(answer.saga()));
        }
        var body = new Json.Obj(members).bytes();
        send(exchange, risk == null ? 202 : 200, "application/json", body);
    }

    private void count(Payment payment, Decision decision) {
        if (decision == Decision.Approved) {
            accepted.increment();
            accept.accept(payment);
        } else {
            declined.increment();
        }
    }

    private static Payment payment(Json.Obj body) {
        return new Payment(
                amount(body), text(body, "currency"), text(body, "merchant"), text(body, "card"));
    }

    private static long amount(Json.Obj body) {
        if (body.get("amount") instanceof Json.Int amount) {
            return amount.value();
        }
        throw new IllegalArgumentException("amount: expected an integer, in minor units");
    }

    private static String text(Json.Obj body, String name) {
        if (body.get(name) instanceof Json.Str text) {
            return text.value();
        }
        throw new IllegalArgumentException(name + ": expected a string");
    }

    /// What it has answered, in the Prometheus text format.
    String figures() {
        return """
        # HELP payments_total Payments answered.
        # TYPE payments_total counter
        payments_total{decision="accepted"} %d
        payments_total{decision="declined"} %d
        # HELP payments_following Whether configs come as they change.
        # TYPE payments_following gauge
        payments_following %d
        """
                .formatted(accepted(), declined(), following.getAsBoolean() ? 1 : 0);
    }

    private void metrics(HttpExchange exchange) throws IOException {
        var type = "text/plain; version=0.0.4; charset=utf-8";
        send(exchange, 200, type, figures().getBytes(StandardCharsets.UTF_8));
    }

    private static void refuse(HttpExchange exchange, int code, String why) throws IOException {
        send(exchange, code, "application/json", Json.Obj.of("error", Json.of(why)).bytes());
    }

    private static void send(HttpExchange exchange, int code, String type, byte[] body)
            throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(code, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
