package dev.weir.payments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.apiserver.ApiServer;
import dev.weir.resource.Client;
import dev.weir.resource.Query;
import dev.weir.saga.SagaException;
import dev.weir.saga.SagaStatus;
import dev.weir.saga.SagaView;
import dev.weir.store.Store;
import dev.weir.store.StoreOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Payments as sagas: terminals with a ledger in a file of H2, a bank over HTTP, and a control
/// plane, all in this process.
class SettlementTest {
    private static final long LIMIT = 1_000;

    @TempDir Path directory;

    private final List<Settlement> terminals = new ArrayList<>();
    private final List<DaySum> sums = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private Store store;
    private ApiServer server;
    private Client client;
    private LedgerServer ledger;
    private Bank bank;

    @BeforeEach
    void open() throws Exception {
        store = Store.inMemory(StoreOptions.DEFAULT);
        server = ApiServer.start(store, ApiServer.Options.inProcess(List.of(new Payments())));
        client = server.client();
        openLedger();
        ledger.ledger().open(List.of("bakery", "arcade"));
        bank = Bank.open(Files.createDirectory(directory.resolve("bank")), 0);
    }

    private void openLedger() throws Exception {
        ledger = LedgerServer.ofH2(directory);
    }

    @AfterEach
    void close() {
        terminals.forEach(Settlement::close);
        ledger.close();
        bank.close();
        http.close();
        server.close();
        store.close();
        sums.forEach(DaySum::close);
    }

    private Settlement terminal(String name) {
        return terminal(name, bank.uri());
    }

    private Settlement terminal(String name, String bankUri) {
        var opened = settlement(ledger.url(), bankUri, name);
        terminals.add(opened);
        return opened;
    }

    private Settlement settlement(String url, String bankUri, String name) {
        var sum = DaySum.open(directory.resolve(name));
        sums.add(sum);
        var risk = new RiskEngine(InstantSource.system(), sum);
        var limits = new Limits("EUR", LIMIT, 1_000_000, Set.of("arcade"), 60, 60);
        risk.apply(new Enforcement(List.of("p@1"), limits, Map.of()));
        return Settlement.open(url, bankUri, risk, client, "default", name);
    }

    private static Payment payment(long amount, String merchant, String card) {
        return new Payment(amount, "EUR", merchant, card);
    }

    private static Decision decision(Settlement.Answer answer) {
        return answer.risk() == null ? null : answer.risk().decision();
    }

    private Balance.Status money() {
        try {
            return new Audit(ledger.ledger(), http, bank.uri()).count();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void eventually(BooleanSupplier holds) throws InterruptedException {
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    /// The saga as the control plane has it.
    private Optional<Saga> shown(String id) {
        return client.find(Saga.TYPE, "default", id);
    }

    private static boolean is(Saga saga, String state) {
        return saga.status() != null && saga.status().state().equals(state);
    }

    private static String node(Saga saga, String step) {
        var steps = saga.status() == null ? List.<Saga.Step>of() : saga.status().steps();
        return steps.stream()
                .filter(s -> s.name().equals(step) && s.state().equals("DONE"))
                .map(Saga.Step::node)
                .findFirst()
                .orElse("");
    }

    @Test
    void movesTheMoneyOfWhatIsApprovedAndNoOther() throws Exception {
        var terminal = terminal("t1");
        var approved = terminal.pay(payment(100, "bakery", "c"), null);
        assertThat(decision(approved)).isEqualTo(Decision.Approved);
        assertThat(approved.risk().enforcement().policies()).containsExactly("p@1");
        assertThat(approved.saga()).hasSize(32);
        var large = terminal.pay(payment(LIMIT + 1, "bakery", "c"), null);
        assertThat(decision(large)).isEqualTo(Decision.OverPaymentLimit);
        var blocked = terminal.pay(payment(1, "arcade", "c"), null);
        assertThat(decision(blocked)).isEqualTo(Decision.MerchantBlocked);
        assertThat(decision(terminal.pay(payment(1, "nobody", "c"), null)))
                .isEqualTo(Decision.UnknownMerchant);
        assertThat(decision(terminal.pay(payment(10, "bakery", "stolen"), null)))
                .isEqualTo(Decision.CardDeclined);
        eventually(() -> money().equals(new Balance.Status(0, 100, 100, 0, true)));
    }

    @Test
    void takesAKeyOnce() throws Exception {
        var terminal = terminal("t1");
        assertThat(decision(terminal.pay(payment(100, "bakery", "c"), "order-7")))
                .isEqualTo(Decision.Approved);
        assertThatThrownBy(() -> terminal.pay(payment(100, "bakery", "c"), "order-7"))
                .isInstanceOf(SagaException.class)
                .extracting(e -> ((SagaException) e).code())
                .isEqualTo(SagaException.Code.DUPLICATE);
        eventually(() -> money().equals(new Balance.Status(0, 100, 100, 0, true)));
    }

    @Test
    void asksAgainWhereTheBanksAnswerIsLost() throws Exception {
        var asked = new AtomicInteger();
        var lossy = Loopback.listen(0);
        lossy.createContext(
                "/",
                exchange -> {
                    try (exchange) {
                        var request =
                                HttpRequest.newBuilder(
                                                URI.create(
                                                        bank.uri()
                                                                + exchange.getRequestURI()
                                                                        .getPath()))
                                        .method(
                                                exchange.getRequestMethod(),
                                                HttpRequest.BodyPublishers.ofByteArray(
                                                        exchange.getRequestBody().readAllBytes()));
                        var key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
                        if (key != null) {
                            request.header("Idempotency-Key", key);
                        }
                        var answer =
                                http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
                        // The bank did it, and the terminal never hears of it.
                        boolean lost = key != null && asked.incrementAndGet() == 1;
                        exchange.sendResponseHeaders(
                                lost ? 503 : answer.statusCode(), lost ? -1 : answer.body().length);
                        exchange.getResponseBody().write(lost ? new byte[0] : answer.body());
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        lossy.start();
        try {
            var terminal = terminal("t1", Loopback.uri(lossy));
            assertThat(decision(terminal.pay(payment(100, "bakery", "c"), null)))
                    .isEqualTo(Decision.Approved);
            assertThat(asked).hasValue(2);
            eventually(() -> money().equals(new Balance.Status(0, 100, 100, 0, true)));
        } finally {
            lossy.stop(0);
        }
    }

    @Test
    void anotherTerminalSettlesWhatOneHasCaptured() throws Exception {
        var first = terminal("t1");
        String saga;
        try (var held = ledger.ledger().hold("bakery")) {
            var answer = first.pay(payment(100, "bakery", "c"), null);
            assertThat(decision(answer)).isEqualTo(Decision.Approved);
            saga = answer.saga();
            eventually(() -> shown(saga).filter(s -> !node(s, "capture").isEmpty()).isPresent());
            assertThat(money()).isEqualTo(new Balance.Status(100, 100, 0, 100, true));
            first.close();
            terminal("t2");
            held.rollback();
        }
        eventually(() -> money().equals(new Balance.Status(0, 100, 100, 0, true)));
        eventually(() -> shown(saga).filter(s -> is(s, "DONE")).isPresent());
        assertThat(node(shown(saga).orElseThrow(), "capture")).isEqualTo("t1");
        assertThat(node(shown(saga).orElseThrow(), "settle")).isEqualTo("t2");
    }

    @Test
    void goesOnWithTheFileThatIsLeft() throws Exception {
        var first = terminal("t1");
        try (var held = ledger.ledger().hold("bakery")) {
            assertThat(decision(first.pay(payment(100, "bakery", "c"), null)))
                    .isEqualTo(Decision.Approved);
            first.close();
            held.rollback();
        }
        ledger.close();
        openLedger();
        assertThat(money()).isEqualTo(new Balance.Status(100, 100, 0, 100, true));
        terminal("t1");
        eventually(() -> money().equals(new Balance.Status(0, 100, 100, 0, true)));
    }

    @Test
    void conservesTheMoneyOfManyPaymentsAtATime() throws Exception {
        var both = List.of(terminal("t1"), terminal("t2"));
        var answers = new ArrayList<Future<Settlement.Answer>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 60; i++) {
                var terminal = both.get(i % 2);
                var payment = payment(10, i % 3 == 0 ? "arcade" : "bakery", "c" + i % 7);
                answers.add(threads.submit(() -> terminal.pay(payment, null)));
            }
            for (int i = 0; i < 5; i++) {
                assertThat(money().conserved()).isTrue();
            }
        }
        int approved = 0;
        for (var answer : answers) {
            approved += decision(answer.get()) == Decision.Approved ? 1 : 0;
        }
        assertThat(approved).isEqualTo(40);
        eventually(() -> money().equals(new Balance.Status(0, 400, 400, 0, true)));
    }

    @Test
    void showsTheMoneyAndWhatTakesItsTime() throws Exception {
        var terminal = terminal("t1");
        String saga;
        try (var held = ledger.ledger().hold("bakery")) {
            saga = terminal.pay(payment(100, "bakery", "c"), null).saga();
            eventually(() -> shown(saga).isPresent());
            var under = new Balance.Status(100, 100, 0, 100, true);
            eventually(() -> balance().filter(under::equals).isPresent());
            held.rollback();
        }
        eventually(() -> shown(saga).filter(s -> is(s, "DONE")).isPresent());
        var rest = new Balance.Status(0, 100, 100, 0, true);
        eventually(() -> balance().filter(rest::equals).isPresent());
        assertThat(shown(saga).orElseThrow().status().steps())
                .extracting(Saga.Step::name)
                .containsExactly("reserve", "score", "capture", "settle");
    }

    @Test
    void showsNoSagaThatTheLedgerForgot() throws Exception {
        var first = terminal("t1");
        var old = heldThenSettled(first);
        try (var held = ledger.ledger().hold("bakery")) {
            var live = first.pay(payment(100, "bakery", "c"), null).saga();
            eventually(() -> shown(live).isPresent());
            var uid = shown(live).orElseThrow().metadata().uid();
            try (var connection = ledger.ledger().source().getConnection();
                    var statement = connection.createStatement()) {
                statement.execute(
                        "UPDATE weir_saga SET ended = ended - 1209600000 WHERE id = '" + old + "'");
            }
            terminal("t2");
            eventually(() -> isForgotten(old));
            terminal("t3");
            eventually(() -> shown(old).isEmpty());
            assertThat(shown(live).orElseThrow().metadata().uid()).isEqualTo(uid);
            held.rollback();
            eventually(() -> shown(live).filter(s -> is(s, "DONE")).isPresent());
        }
        eventually(() -> money().equals(new Balance.Status(0, 200, 200, 0, true)));
    }

    /// The id of a saga that took its time, and is shown with its end.
    private String heldThenSettled(Settlement terminal) throws Exception {
        String saga;
        try (var held = ledger.ledger().hold("bakery")) {
            saga = terminal.pay(payment(100, "bakery", "c"), null).saga();
            eventually(() -> shown(saga).isPresent());
            held.rollback();
        }
        eventually(() -> shown(saga).filter(s -> is(s, "DONE")).isPresent());
        return saga;
    }

    private boolean isForgotten(String saga) {
        try (var connection = ledger.ledger().source().getConnection();
                var select =
                        connection.prepareStatement(
                                "SELECT COUNT(*) FROM weir_saga WHERE id = ?")) {
            select.setString(1, saga);
            try (var rows = select.executeQuery()) {
                return rows.next() && rows.getInt(1) == 0;
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void looksForForgottenSagasOnEveryPage() throws Exception {
        var name = ledger.ledger().name();
        terminal("t1");
        try (var connection = ledger.ledger().source().getConnection();
                var statement = connection.createStatement()) {
            // All but the last are known to the ledger, and older than it.
            statement.execute(
                    "INSERT INTO weir_saga (id, def, def_version, status, fence, seq, created, context,"
                            + " stuck, ended) SELECT 'a' || x, 'payment', 'v', 'DONE', 1, 1, 0, '', 0, 4e12"
                            + " FROM SYSTEM_RANGE(1, "
                            + SagaReport.MOST
                            + ")");
        }
        for (int i = 1; i <= SagaReport.MOST; i++) {
            put("a" + i, name);
        }
        put("b1", name);
        eventually(() -> shown("b1").isEmpty());
        assertThat(client.list(Saga.TYPE, Query.in("default")).items()).hasSize(SagaReport.MOST);
    }

    private void put(String id, String database) {
        var view =
                new SagaView(
                        id,
                        "payment",
                        "v",
                        null,
                        SagaStatus.DONE,
                        null,
                        Instant.EPOCH,
                        null,
                        "",
                        null,
                        false,
                        List.of());
        client.create(Saga.TYPE, Saga.of("default", SagaReport.SERVICE, database, view));
    }

    @Test
    void leavesAloneWhatAnotherLedgerShows() throws Exception {
        var saga = heldThenSettled(terminal("t1"));
        var sum = new Balance.Status(0, 100, 100, 0, true);
        eventually(() -> balance().filter(sum::equals).isPresent());
        Files.createDirectory(directory.resolve("other"));
        try (var other = LedgerServer.ofH2(directory.resolve("other"))) {
            other.ledger().open(List.of("bakery"));
            assertThat(other.ledger().name()).isNotEqualTo(ledger.ledger().name());
            put("zz", other.ledger().name());
            try (var _ = settlement(other.url(), bank.uri(), "t2")) {
                // It looked at all that is shown, and found one that it has not: the last.
                eventually(() -> shown("zz").isEmpty());
            }
        }
        assertThat(shown(saga)).isPresent();
        assertThat(balance()).hasValue(sum);
    }

    private Optional<Balance.Status> balance() {
        try {
            return client.find(Balance.TYPE, "default", ledger.ledger().name())
                    .map(Balance::status);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void showsOneOfFiftyOfTheOthers() throws Exception {
        var terminal = terminal("t1");
        for (int i = 0; i < 50; i++) {
            terminal.pay(payment(1, "arcade", "c"), null);
        }
        eventually(() -> {
            var sagas = client.list(Saga.TYPE, Query.in("default")).items();
            return sagas.stream().anyMatch(s -> is(s, "COMPENSATED"));
        });
    }

    @Test
    void answersNothingWhereItIsClosed() {
        var terminal = terminal("t1");
        terminal.close();
        assertThatThrownBy(() -> terminal.pay(payment(1, "bakery", "c"), null))
                .isInstanceOf(SagaException.class);
    }

    @Test
    void opensNoLedgerThatIsNotThere() {
        var url = ledger.url();
        ledger.close();
        var risk = new RiskEngine(InstantSource.system(), DaySum.open(directory.resolve("t1")));
        assertThatThrownBy(() -> Settlement.open(url, bank.uri(), risk, client, "default", "t1"))
                .isInstanceOf(SagaException.class);
    }
}
