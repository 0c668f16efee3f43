package dev.weir.payments;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.resource.Json;
import dev.weir.resource.JsonException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/// Takes payments over HTTP on this machine: `POST /payments` with a [Payment] as JSON, answered
/// with the decision and the policies that it comes from; `GET /metrics`.
final class PaymentEndpoint implements AutoCloseable {
    private static final int MAX_BODY = 4 << 10;
    private static final int MAX_IN_FLIGHT = 256;

    private final RiskEngine engine;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore inFlight = new Semaphore(MAX_IN_FLIGHT);
    private final LongAdder accepted = new LongAdder();
    private final LongAdder declined = new LongAdder();

    private PaymentEndpoint(RiskEngine engine, HttpServer server) {
        this.engine = engine;
        this.server = server;
    }

    /// Listens on the loopback address.
    ///
    /// @param port 0 for any that is free
    static PaymentEndpoint open(RiskEngine engine, int port) throws IOException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        var endpoint = new PaymentEndpoint(engine, HttpServer.create(address, 0));
        endpoint.server.setExecutor(endpoint.threads);
        endpoint.server.createContext("/payments", endpoint::pay);
        endpoint.server.createContext("/metrics", endpoint::metrics);
        endpoint.server.start();
        return endpoint;
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
        try {
            payment = payment(Json.parse(body).asObject());
        } catch (JsonException e) {
            refuse(exchange, 400, String.valueOf(e.getMessage()));
            return;
        } catch (IllegalArgumentException e) {
            refuse(exchange, 422, String.valueOf(e.getMessage()));
            return;
        }
        var answer = engine.decide(payment);
        (answer.decision() == Decision.Approved ? accepted : declined).increment();
        var members = new LinkedHashMap<String, Json>();
        members.put("decision", Json.of(answer.decision().name()));
        members.put("policies", Json.strings(answer.enforcement().policies()));
        send(exchange, 200, "application/json", new Json.Obj(members).bytes());
    }

    private static Payment payment(Json.Obj body) {
        return new Payment(
                body.integer("amount", 0),
                body.string("currency"),
                body.string("merchant"),
                body.string("card"));
    }

    private void metrics(HttpExchange exchange) throws IOException {
        var text =
                "# TYPE payments_total counter\npayments_total{decision=\"accepted\"} "
                        + accepted()
                        + "\npayments_total{decision=\"declined\"} "
                        + declined()
                        + "\n";
        send(
                exchange,
                200,
                "text/plain; version=0.0.4; charset=utf-8",
                text.getBytes(StandardCharsets.UTF_8));
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
