package dev.weir.payments;

import dev.weir.resource.Client;
import dev.weir.resource.Json;
import dev.weir.saga.Codec;
import dev.weir.saga.HttpTransport;
import dev.weir.saga.RefusedException;
import dev.weir.saga.Remote;
import dev.weir.saga.SagaEngine;
import dev.weir.saga.SagaException;
import dev.weir.saga.SagaHandle;
import dev.weir.saga.SagaOptions;
import dev.weir.saga.SagaStatus;
import dev.weir.saga.SagaView;
import dev.weir.saga.Step;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Takes payments, each a saga: reserve its amount in the ledger, score it, capture it at the bank,
/// settle it in the ledger. All terminals share the ledger, and any of them finishes what another
/// one began.
///
/// Thread-safe.
final class Settlement implements AutoCloseable {
    /// The saga's definition.
    static final String PAYMENT = "payment";

    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Duration PATIENCE = Duration.ofSeconds(25);
    private static final Duration SLOW = Duration.ofSeconds(1);
    private static final Duration CONNECT = Duration.ofSeconds(2);

    /// One payment of so many is shown, beside all that take their time.
    private static final long SAMPLE = 50;

    private final Ledger ledger;
    private final RiskEngine risk;
    private final String bank;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT)
                    .build();
    private final dev.weir.saga.Saga<Payment> saga;
    private final SagaEngine engine;
    private final SagaReport report;
    private final Thread reporter;
    private final Map<String, Begun> begun = new ConcurrentHashMap<>();
    private final AtomicLong count = new AtomicLong();

    /// An answer to a payment.
    ///
    /// @param risk null where it is not decided in time, and will be later
    /// @param saga by which it is settled; empty for none
    record Answer(RiskEngine.@Nullable Answer risk, String saga) {}

    /// A payment of this process that is not at its end.
    private static final class Begun {
        final CompletableFuture<RiskEngine.Answer> answer = new CompletableFuture<>();
        volatile RiskEngine.@Nullable Answer score;
    }

    private Settlement(
            Ledger ledger,
            String bank,
            RiskEngine risk,
            Client client,
            String namespace,
            String node) {
        this.ledger = ledger;
        this.risk = risk;
        this.bank = bank;
        saga = saga();
        engine = SagaEngine.open(ledger.source(), SagaOptions.DEFAULT.withNode(node), saga);
        report = new SagaReport(engine, new Audit(ledger, http, bank), client, namespace);
        reporter = Thread.ofVirtual().name("terminal-sagas").start(report);
    }

    /// Begins to work, and shows the sagas and the money to the control plane.
    ///
    /// @param bank where the bank captures
    /// @param node this terminal
    /// @throws IllegalArgumentException when the ledger's URL is of another database
    /// @throws SagaException when the ledger cannot be reached
    static Settlement open(
            String ledger,
            String bank,
            RiskEngine risk,
            Client client,
            String namespace,
            String node) {
        var opened = Ledger.at(ledger);
        try {
            return new Settlement(opened, bank, risk, client, namespace, node);
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private dev.weir.saga.Saga<Payment> saga() {
        return dev.weir.saga.Saga.define(PAYMENT, Codec.record(Payment.class))
                .deadline(LIMIT)
                .step("reserve", this::reserve)
                .compensate(this::release)
                .step("score", this::score)
                .grouped()
                .pivot(
                        "capture",
                        new Remote<>(
                                new HttpTransport(http),
                                this::request,
                                (step, _) -> captured(step)))
                .step("settle", this::settle)
                .build();
    }

    private void reserve(Step<Payment> step) throws SQLException {
        var payment = step.context();
        var own = begun(step);
        try {
            Ledger.reserve(step.connection(), step.sagaId(), payment.merchant(), payment.amount());
        } catch (RefusedException e) {
            if (own != null) {
                var enforcement = risk.enforcement();
                own.answer.complete(
                        new RiskEngine.Answer(Decision.UnknownMerchant, enforcement, null));
            }
            throw e;
        }
    }

    private void release(Step<Payment> step) throws SQLException {
        begun(step);
        Ledger.release(step.connection(), step.sagaId());
    }

    private void score(Step<Payment> step) {
        var answer = risk.decide(step.context());
        var own = begun(step);
        if (own != null) {
            own.score = answer;
        }
        if (answer.decision() != Decision.Approved) {
            if (own != null) {
                own.answer.complete(answer);
            }
            throw new RefusedException(answer.decision().name());
        }
    }

    private Remote.Message request(Step<Payment> step) {
        var payment = step.context();
        var json =
                Json.Obj.of("amount", Json.of(payment.amount()))
                        .with("card", Json.of(payment.card()));
        return new Remote.Message(
                bank + "/capture", new String(json.bytes(), StandardCharsets.UTF_8));
    }

    /// From here on there is only one end, so the customer need not wait for it.
    private void captured(Step<Payment> step) {
        var own = begun(step);
        if (own != null && own.score != null) {
            own.answer.complete(own.score);
        }
    }

    private void settle(Step<Payment> step) throws SQLException {
        begun(step);
        Ledger.settle(step.connection(), step.sagaId());
    }

    /// The payment, where this process began it; one that another began is shown.
    private @Nullable Begun begun(Step<Payment> step) {
        var own = begun.get(String.valueOf(step.businessKey()));
        if (own == null) {
            report.follow(step.sagaId());
        }
        return own;
    }

    /// Takes a payment, and waits until it is captured or declined. Whatever becomes of this
    /// process afterwards, it will be settled or given back.
    ///
    /// @param key which no other payment has; null for any
    /// @throws SagaException `DUPLICATE` when another payment has the key, `DATABASE`, `BUSY`,
    ///   `CLOSED`
    Answer pay(Payment payment, @Nullable String key) throws InterruptedException {
        var number = key == null ? UUID.randomUUID().toString() : key;
        var own = new Begun();
        if (begun.putIfAbsent(number, own) != null) {
            throw new SagaException(
                    SagaException.Code.DUPLICATE,
                    "a payment with the key " + key + " is under way");
        }
        SagaHandle handle;
        try {
            handle = engine.start(saga, number, payment);
        } catch (RuntimeException e) {
            begun.remove(number);
            throw e;
        }
        handle.done()
                .whenComplete((view, failure) -> {
                    begun.remove(number);
                    ended(own, view, failure);
                });
        show(handle);
        return await(own, handle.id());
    }

    /// What was approved and is at its end without an answer, was captured by another process, or
    /// the bank refused it.
    private static void ended(Begun own, SagaView view, @Nullable Throwable failure) {
        var score = own.score;
        if (failure != null) {
            own.answer.completeExceptionally(failure);
        } else if (score == null) {
            var why = "the payment was given back: " + view.why();
            own.answer.completeExceptionally(new SagaException(SagaException.Code.STATE, why));
        } else if (view.status() == SagaStatus.DONE) {
            own.answer.complete(score);
        } else {
            own.answer.complete(
                    new RiskEngine.Answer(
                            Decision.CardDeclined, score.enforcement(), score.verdict()));
        }
    }

    private void show(SagaHandle handle) {
        if (count.incrementAndGet() % SAMPLE == 0) {
            report.follow(handle.id());
            return;
        }
        handle.done()
                .copy()
                .orTimeout(SLOW.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((_, failure) -> {
                    if (failure instanceof TimeoutException) {
                        report.watch(handle.id());
                    }
                });
    }

    private static Answer await(Begun own, String saga) throws InterruptedException {
        try {
            var answer = own.answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(answer, saga);
        } catch (TimeoutException _) {
            return new Answer(null, saga);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SagaException known) {
                throw new SagaException(known.code(), String.valueOf(known.getMessage()), e);
            }
            throw new SagaException(SagaException.Code.DATABASE, "saga " + saga, e);
        }
    }

    @Override
    public void close() {
        reporter.interrupt();
        engine.close();
        http.shutdownNow();
        ledger.close();
    }
}
