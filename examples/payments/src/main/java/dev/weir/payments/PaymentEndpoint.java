package dev.weir.payments;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.resource.Json;
import dev.weir.resource.JsonException;
import dev.weir.saga.SagaException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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
/// with the decision, the policies that it comes from, and what a partner says; one with an `order`
/// is taken to be settled, and answered 202 with the id of its saga. `GET /metrics`. A client that
/// takes longer than 5 s to send its request or read its answer loses its connection.
final class PaymentEndpoint implements AutoCloseable {
    private static final int MAX_BODY = 4 << 10;
    private static final int MAX_IN_FLIGHT = 256;
    private static final int MAX_CONNECTIONS = 512;
    private static final int SECONDS_TO_SEND = 5;

    private final RiskEngine engine;
    private final Consumer<Payment> accept;
    private final @Nullable Settlement settlement;
    private final BooleanSupplier following;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore inFlight = new Semaphore(MAX_IN_FLIGHT);
    private final LongAdder accepted = new LongAdder();
    private final LongAdder declined = new LongAdder();

    private PaymentEndpoint(
            RiskEngine engine,
            Consumer<Payment> accept,
            @Nullable Settlement settlement,
            BooleanSupplier following,
            HttpServer server) {
        this.engine = engine;
        this.accept = accept;
        this.settlement = settlement;
        this.following = following;
        this.server = server;
    }

    /// Listens on the loopback address.
    ///
    /// @param accept told of each accepted payment before it is answered; does not wait
    /// @param settlement what takes orders; null where none are taken
    /// @param following whether configs come from the control plane as they change
    /// @param port 0 for any that is free
    static PaymentEndpoint open(
            RiskEngine engine,
            Consumer<Payment> accept,
            @Nullable Settlement settlement,
            BooleanSupplier following,
            int port)
            throws IOException {
        limit("sun.net.httpserver.maxReqTime", SECONDS_TO_SEND);
        limit("sun.net.httpserver.maxRspTime", SECONDS_TO_SEND);
        limit("jdk.httpserver.maxConnections", MAX_CONNECTIONS);
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        var endpoint =
                new PaymentEndpoint(
                        engine, accept, settlement, following, HttpServer.create(address, 0));
        endpoint.server.setExecutor(endpoint.threads);
        endpoint.server.createContext("/payments", endpoint::pay);
        endpoint.server.createContext("/metrics", endpoint::metrics);
        endpoint.server.start();
        return endpoint;
    }

    // The JDK's server takes its limits from system properties only, once in a process.
    private static void limit(String property, int value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, Integer.toString(value));
        }
    }

    /// Where it listens.
    String uri() {
        var address = server.getAddress();
        return "http://" + address.getAddress().getHostAddress() + ":" + address.getPort();
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
        String order;
        try {
            var json = Json.parse(body).asObject();
            payment = payment(json);
            order = json.get("order") == null ? "" : text(json, "order");
        } catch (JsonException e) {
            refuse(exchange, 400, String.valueOf(e.getMessage()));
            return;
        } catch (IllegalArgumentException e) {
            refuse(exchange, 422, String.valueOf(e.getMessage()));
            return;
        }
        if (!order.isEmpty()) {
            settle(exchange, order, payment);
            return;
        }
        RiskEngine.Answer answer;
        try {
            answer = engine.decide(payment);
        } catch (UncheckedIOException e) {
            refuse(exchange, 503, String.valueOf(e.getMessage()));
            return;
        }
        if (answer.decision() == Decision.Approved) {
            accepted.increment();
            accept.accept(payment);
        } else {
            declined.increment();
        }
        var members = new LinkedHashMap<String, Json>();
        members.put("decision", Json.of(answer.decision().name()));
        members.put("policies", Json.strings(answer.enforcement().policies()));
        if (answer.verdict() != null) {
            members.put("partner", Json.of(answer.verdict().toString()));
        }
        send(exchange, 200, "application/json", new Json.Obj(members).bytes());
    }

    private void settle(HttpExchange exchange, String order, Payment payment) throws IOException {
        if (settlement == null) {
            refuse(exchange, 422, "order: this terminal has no books");
            return;
        }
        try {
            var saga = Json.Obj.of("saga", Json.of(settlement.take(order, payment)));
            send(exchange, 202, "application/json", saga.bytes());
        } catch (IllegalArgumentException e) {
            refuse(exchange, 422, String.valueOf(e.getMessage()));
        } catch (SagaException e) {
            boolean known = e.code() == SagaException.Code.DUPLICATE;
            refuse(exchange, known ? 409 : 503, String.valueOf(e.getMessage()));
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
