package dev.weir.payments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.apiserver.ApiServer;
import dev.weir.resource.Client;
import dev.weir.resource.Query;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import dev.weir.store.Store;
import dev.weir.store.StoreOptions;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BookingsTest {
    private static final Duration PAUSE = Duration.ofMillis(1);

    private final Store store = Store.inMemory(StoreOptions.DEFAULT);
    private final AtomicBoolean away = new AtomicBoolean();
    private ApiServer server;

    @AfterEach
    void close() {
        server.close();
        store.close();
    }

    @Test
    void booksWhatWaitedWhileTheControlPlaneWasAway() throws Exception {
        server = ApiServer.start(store, ApiServer.Options.inProcess(List.of(new Payments())));
        away.set(true);
        try (var bookings = new Bookings(client(), PAUSE)) {
            for (int i = 1; i <= 10; i++) {
                bookings.book(receipt(i));
            }
            away.set(false);
            eventually(() -> bookings.booked() == 10);
            assertThat(bookings.lost()).isZero();
        }
        assertThat(server.client().list(Receipt.TYPE, Query.ALL).items()).hasSize(10);
    }

    @Test
    void losesTheOldestBeyondItsRoomAndCountsThem() throws Exception {
        server = ApiServer.start(store, ApiServer.Options.inProcess(List.of(new Payments())));
        away.set(true);
        try (var bookings = new Bookings(client(), PAUSE)) {
            for (int i = 1; i <= Bookings.MOST + 101; i++) {
                bookings.book(receipt(i));
            }
            eventually(() -> bookings.lost() >= 100);
            away.set(false);
            eventually(() -> bookings.booked() + bookings.lost() == Bookings.MOST + 101);
        }
        assertThat(server.client().list(Receipt.TYPE, Query.ALL).items())
                .extracting(receipt -> receipt.spec().amount())
                .contains(Bookings.MOST + 101L)
                .doesNotContain(2L);
    }

    @Test
    void losesWhatTheControlPlaneRefuses() throws Exception {
        server = ApiServer.start(store, ApiServer.Options.inProcess(List.of()));
        try (var bookings = new Bookings(client(), PAUSE)) {
            bookings.book(receipt(1));
            eventually(() -> bookings.lost() == 1);
        }
    }

    private static Receipt receipt(long amount) {
        return Receipt.of("default", "t", new Payment(amount, "EUR", "m", "c"), Instant.now());
    }

    /// The server's client, or a connection to nobody.
    private Client client() {
        return (Client)
                Proxy.newProxyInstance(
                        Client.class.getClassLoader(),
                        new Class<?>[] {Client.class},
                        (_, method, arguments) -> {
                            if (away.get()) {
                                throw StatusException.of(
                                        Status.Reason.ServiceUnavailable, "nobody there");
                            }
                            try {
                                return method.invoke(server.client(), arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    private static void eventually(BooleanSupplier holds) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(2);
        }
    }
}
