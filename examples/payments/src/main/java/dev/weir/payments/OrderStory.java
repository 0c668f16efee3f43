package dev.weir.payments;

import dev.weir.resource.Json;
import dev.weir.resource.Query;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Orders whose terminal is killed between capture and settle, and what must become of them. What
/// it looks at are the control plane's objects, the books and the bank.
///
/// The books hold the shop's account until the terminal is dead, so that no order is settled
/// before: a slow database, not a switch in the terminals.
///
/// One thread uses it.
final class OrderStory {
    private static final int ORDERS = 8;
    private static final long AMOUNT = 1_250;

    private final Fleet fleet;
    private final List<Till> tills;
    private final List<String> ids = new ArrayList<>();
    private @Nullable Connection held;

    OrderStory(Fleet fleet, List<Till> tills) {
        this.fleet = fleet;
        this.tills = tills;
    }

    /// Places orders: one at a blocked merchant, one by a card that the bank does not know, and
    /// others that are captured.
    ///
    /// @return the terminal that has captured most of them, and settled none
    Till placeUntilCaptured() throws IOException, InterruptedException, SQLException {
        held = fleet.books().lockShop();
        var first = tills.get(1);
        try (var http = HttpClient.newHttpClient()) {
            for (int i = 1; i <= ORDERS; i++) {
                ids.add(place(http, first, i));
            }
        }
        fleet.await(
                "all orders but two are captured, those two given back",
                () ->
                        count(saga -> lastIs(saga, "capture", "DONE")) == ORDERS - 2
                                && count(saga -> state(saga).equals("COMPENSATED")) == 2);
        var owners =
                sagas().values().stream()
                        .filter(saga -> lastIs(saga, "capture", "DONE"))
                        .collect(Collectors.groupingBy(OrderStory::node, Collectors.counting()));
        var most = owners.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow();
        return tills.stream()
                .filter(till -> till.name().equals(most.getKey()))
                .findFirst()
                .orElseThrow();
    }

    private static String place(HttpClient http, Till till, int number)
            throws IOException, InterruptedException {
        var order =
                Json.Obj.of("order", Json.of("order-" + number))
                        .with("amount", Json.of(AMOUNT))
                        .with("currency", Json.of("EUR"))
                        .with("merchant", Json.of(number == 1 ? "arcade" : "bookshop"))
                        .with("card", Json.of(number == 2 ? "stolen" : "online-" + number));
        var request =
                HttpRequest.newBuilder(till.payments())
                        .POST(HttpRequest.BodyPublishers.ofByteArray(order.bytes()))
                        .build();
        var response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        var body = Json.parse(response.body()).asObject();
        if (response.statusCode() != 202) {
            throw new IOException("order " + number + ": " + response.statusCode() + " " + body);
        }
        return body.string("saga");
    }

    /// Lets the books go on after the terminal's death, and waits until all orders are settled.
    ///
    /// @throws IllegalStateException when one was settled by the dead, or money is not where it
    ///   must be
    String finish(Till dead) throws InterruptedException, SQLException {
        long start = System.nanoTime();
        release();
        long left = count(saga -> node(saga).equals(dead.name()) && !isEnd(saga));
        fleet.await(
                "all orders are settled or given back", () -> count(OrderStory::isEnd) == ORDERS);
        long took = (System.nanoTime() - start) / 1_000_000;
        var sagas = sagas().values();
        long settled = count(saga -> state(saga).equals("DONE"));
        long moved =
                sagas.stream()
                        .filter(saga -> node(saga, "capture").equals(dead.name()))
                        .filter(saga -> !node(saga, "settle").isEmpty())
                        .filter(saga -> !node(saga, "settle").equals(dead.name()))
                        .count();
        if (settled != ORDERS - 2 || moved != left || moved == 0) {
            throw new IllegalStateException(
                    "%d settled, %d of %d by others: %s".formatted(settled, moved, left, sagas));
        }
        return "%s killed with -9 with %d captured and not settled, others settled them %,d ms later; %s"
                .formatted(dead.name(), moved, took, money(settled * AMOUNT));
    }

    private String money(long settled) throws SQLException {
        var books = fleet.books().balances();
        var expected =
                Map.of(
                        Books.CUSTOMERS,
                        Books.START - settled,
                        Books.RESERVED,
                        0L,
                        Books.SHOP,
                        settled);
        long shop = fleet.balance("shop");
        long all = fleet.balance("all");
        if (!books.equals(expected) || shop != settled || all != Bank.CARDS * Bank.START) {
            throw new IllegalStateException(
                    "money: books %s, expected %s; bank: shop %d, all %d"
                            .formatted(books, expected, shop, all));
        }
        return "%,d cents in the books and at the bank, none lost, none twice, %d orders given back"
                .formatted(settled, 2);
    }

    private void release() throws SQLException {
        if (held != null) {
            held.close();
            held = null;
        }
    }

    private Map<String, Saga> sagas() {
        return fleet.client().list(Saga.TYPE, Query.in(Fleet.NAMESPACE)).items().stream()
                .filter(saga -> ids.contains(saga.metadata().name()))
                .collect(Collectors.toMap(saga -> saga.metadata().name(), saga -> saga));
    }

    private long count(Predicate<Saga> test) {
        return sagas().values().stream().filter(test).count();
    }

    private static String state(Saga saga) {
        return saga.status() == null ? "" : saga.status().state();
    }

    private static boolean isEnd(Saga saga) {
        return state(saga).equals("DONE") || state(saga).equals("COMPENSATED");
    }

    private static String node(Saga saga) {
        return saga.status() == null ? "" : saga.status().node();
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

    private static boolean lastIs(Saga saga, String step, String state) {
        if (saga.status() == null || saga.status().steps().isEmpty()) {
            return false;
        }
        var last = saga.status().steps().getLast();
        return last.name().equals(step) && last.state().equals(state);
    }
}
