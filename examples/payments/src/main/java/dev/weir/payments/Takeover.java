package dev.weir.payments;

import dev.weir.resource.Query;
import java.io.IOException;
import java.net.http.HttpClient;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Payments whose terminal is killed between capture and settle, and what must become of them. What
/// it looks at are answers and the control plane's objects.
///
/// The ledger holds their merchant's account until the terminal is dead, so that none of them is
/// settled before: a slow database, not a switch in the terminals.
///
/// One thread uses it.
final class Takeover {
    /// The merchant, at whom nobody else pays.
    static final String MERCHANT = "airline";

    private static final int PAYMENTS = 6;
    private static final long AMOUNT = 1_250;

    private final Fleet fleet;
    private final Till till;
    private final List<String> sagas;
    private @Nullable Connection held;

    private Takeover(Fleet fleet, Till till, List<String> sagas, Connection held) {
        this.fleet = fleet;
        this.till = till;
        this.sagas = sagas;
        this.held = held;
    }

    /// Pays at a terminal: once with a stolen card, which the bank refuses, and often with others,
    /// until those are captured and not settled.
    ///
    /// @throws IllegalStateException when one is answered otherwise
    static Takeover begin(Fleet fleet, Till till)
            throws IOException, InterruptedException, SQLException {
        var held = fleet.ledger().hold(MERCHANT);
        try {
            var takeover = new Takeover(fleet, till, pay(till), held);
            fleet.await(
                    "all payments at the " + MERCHANT + " are captured",
                    () -> takeover.count(Takeover::isCaptured) == PAYMENTS);
            return takeover;
        } catch (IOException | InterruptedException | RuntimeException e) {
            release(held);
            throw e;
        }
    }

    /// The sagas of payments that were approved.
    private static List<String> pay(Till till) throws IOException, InterruptedException {
        var answers = new LinkedHashMap<Payment, Future<Expectation.Answer>>();
        try (var http = HttpClient.newHttpClient();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i <= PAYMENTS; i++) {
                var card = i == 0 ? Bank.STOLEN : "traveller-" + i;
                var payment = new Payment(AMOUNT, "EUR", MERCHANT, card);
                answers.put(payment, threads.submit(() -> till.pay(http, payment)));
            }
        }
        var sagas = new java.util.ArrayList<String>();
        for (var entry : answers.entrySet()) {
            var answer = answered(entry.getValue());
            boolean stolen = entry.getKey().card().equals(Bank.STOLEN);
            if (answer.decision() != (stolen ? Decision.CardDeclined : Decision.Approved)) {
                throw new IllegalStateException(entry.getKey() + ": " + answer);
            }
            if (!stolen) {
                sagas.add(answer.saga());
            }
        }
        return sagas;
    }

    private static Expectation.Answer answered(Future<Expectation.Answer> answer)
            throws IOException, InterruptedException {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e);
        }
    }

    /// Lets the ledger go on after the terminal's death, and waits until others have settled all.
    ///
    /// @throws IllegalStateException when the dead settled one
    String finish() throws InterruptedException, SQLException {
        long start = System.nanoTime();
        if (held != null) {
            release(held);
            held = null;
        }
        fleet.await(
                "all payments at the " + MERCHANT + " are settled",
                () -> count(saga -> !node(saga, "settle").isEmpty()) == PAYMENTS);
        long took = (System.nanoTime() - start) / 1_000_000;
        long moved =
                count(saga ->
                        node(saga, "capture").equals(till.name())
                                && !node(saga, "settle").equals(till.name()));
        if (moved != PAYMENTS) {
            throw new IllegalStateException(
                    "%d of %d settled by others: %s".formatted(moved, PAYMENTS, shown()));
        }
        return "%s killed with -9 with %d payments captured and not settled, others settled them %,d ms later"
                .formatted(till.name(), moved, took);
    }

    private static void release(Connection held) throws SQLException {
        try (held) {
            held.rollback();
        }
    }

    private Map<String, Saga> shown() {
        return fleet.client().list(Saga.TYPE, Query.in(Fleet.NAMESPACE)).items().stream()
                .filter(saga -> sagas.contains(saga.metadata().name()))
                .collect(Collectors.toMap(saga -> saga.metadata().name(), saga -> saga));
    }

    private long count(Predicate<Saga> test) {
        return shown().values().stream().filter(test).count();
    }

    private static boolean isCaptured(Saga saga) {
        return !node(saga, "capture").isEmpty() && node(saga, "settle").isEmpty();
    }

    /// The node that did a step; empty where none did.
    private static String node(Saga saga, String step) {
        return saga.status() == null
                ? ""
                : saga.status().steps().stream()
                        .filter(s -> s.name().equals(step) && s.state().equals("DONE"))
                        .map(Saga.Step::node)
                        .findFirst()
                        .orElse("");
    }
}
