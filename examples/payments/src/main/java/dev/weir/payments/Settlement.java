package dev.weir.payments;

import dev.weir.resource.Client;
import dev.weir.resource.Json;
import dev.weir.saga.Codec;
import dev.weir.saga.HttpTransport;
import dev.weir.saga.RefusedException;
import dev.weir.saga.Remote;
import dev.weir.saga.SagaEngine;
import dev.weir.saga.SagaOptions;
import dev.weir.saga.Step;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.h2.jdbcx.JdbcConnectionPool;

/// Orders, each a saga: reserve its amount in the shop's books, score it, capture it at the bank,
/// settle it in the books. All terminals of a shop share the books, and any of them finishes what
/// another one began.
///
/// Thread-safe.
final class Settlement implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final int CONNECTIONS = 8;

    private final JdbcConnectionPool pool;
    private final HttpClient http;
    private final dev.weir.saga.Saga<Order> saga;
    private final SagaEngine engine;
    private final Thread report;

    /// What a saga carries.
    ///
    /// @param amount in minor units of the currency
    record Order(long amount, String currency, String merchant, String card) {
        static Order of(Payment payment) {
            return new Order(
                    payment.amount(), payment.currency(), payment.merchant(), payment.card());
        }

        Payment payment() {
            return new Payment(amount, currency, merchant, card);
        }

        String json() {
            var json = Json.Obj.of("amount", Json.of(amount)).with("card", Json.of(card));
            return new String(json.bytes(), StandardCharsets.UTF_8);
        }
    }

    private Settlement(
            JdbcConnectionPool pool,
            HttpClient http,
            dev.weir.saga.Saga<Order> saga,
            SagaEngine engine,
            Thread report) {
        this.pool = pool;
        this.http = http;
        this.saga = saga;
        this.engine = engine;
        this.report = report;
    }

    /// Begins to work, and shows the sagas to the control plane.
    ///
    /// @param books the URL of the books
    /// @param bank where the bank captures
    /// @param node this terminal
    /// @throws dev.weir.saga.SagaException when the books cannot be reached
    static Settlement open(
            String books,
            String bank,
            RiskEngine risk,
            Client client,
            String namespace,
            String node) {
        var pool = JdbcConnectionPool.create(books, Books.USER, "");
        pool.setMaxConnections(CONNECTIONS);
        var http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(CONNECT)
                        .build();
        var saga = saga(risk, http, bank);
        SagaEngine engine;
        try {
            engine = SagaEngine.open(pool, SagaOptions.DEFAULT.withNode(node), saga);
        } catch (RuntimeException e) {
            pool.dispose();
            http.shutdownNow();
            throw e;
        }
        var report = new SagaReport(engine, client, namespace, "payments");
        var thread = Thread.ofVirtual().name("terminal-sagas").start(report);
        return new Settlement(pool, http, saga, engine, thread);
    }

    private static dev.weir.saga.Saga<Order> saga(RiskEngine risk, HttpClient http, String bank) {
        return dev.weir.saga.Saga.define("payment", Codec.record(Order.class))
                .deadline(LIMIT)
                .step("reserve", step -> move(step, Books.CUSTOMERS, Books.RESERVED))
                .compensate(step -> move(step, Books.RESERVED, Books.CUSTOMERS))
                .step("score", step -> score(step, risk))
                .pivot(
                        "capture",
                        Remote.of(
                                new HttpTransport(http),
                                step ->
                                        new Remote.Message(
                                                bank + "/capture", step.context().json())))
                .step("settle", step -> move(step, Books.RESERVED, Books.SHOP))
                .build();
    }

    private static void move(Step<Order> step, String from, String to) throws SQLException {
        Books.move(step.connection(), from, to, step.context().amount());
    }

    private static void score(Step<Order> step, RiskEngine risk) {
        var answer = risk.decide(step.context().payment());
        if (answer.decision() != Decision.Approved) {
            throw new RefusedException(answer.decision().name());
        }
    }

    /// Takes an order: when this returns, it is in the books, and will be settled or given back.
    ///
    /// @param number which no other order of the shop has
    /// @return the saga's id
    /// @throws dev.weir.saga.SagaException `DUPLICATE`, `DATABASE`, `CLOSED`
    String take(String number, Payment payment) {
        return engine.schedule(saga, number, Order.of(payment), Instant.now()).id();
    }

    @Override
    public void close() {
        report.interrupt();
        engine.close();
        http.shutdownNow();
        pool.dispose();
    }
}
