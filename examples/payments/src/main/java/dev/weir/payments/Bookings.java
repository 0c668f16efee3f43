package dev.weir.payments;

import dev.weir.resource.Client;
import dev.weir.resource.StatusException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/// Books receipts with the control plane behind the customers' backs: a payment does not wait for
/// it. While the control plane is away, the newest [#MOST] wait; older ones are lost, and counted.
///
/// Thread-safe; one thread books, in the order of payments.
final class Bookings implements AutoCloseable {
    static final int MOST = 1_000;

    private static final System.Logger LOG = System.getLogger(Bookings.class.getName());
    private static final int CLIENT_ERRORS = 400;
    private static final int SERVER_ERRORS = 500;
    private static final int TOO_MANY = 429;

    private final Client client;
    private final Duration pause;
    private final LongAdder booked = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final ThreadPoolExecutor thread;

    /// @param pause before a booking that failed is tried again
    Bookings(Client client, Duration pause) {
        this.client = client;
        this.pause = pause;
        thread =
                new ThreadPoolExecutor(
                        1,
                        1,
                        0,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(MOST),
                        Thread.ofVirtual().name("terminal-bookings").factory(),
                        this::makeRoom);
    }

    /// Books it as soon as it can be.
    void book(Receipt receipt) {
        thread.execute(() -> create(receipt));
    }

    long booked() {
        return booked.sum();
    }

    /// How many were not booked and will not be.
    long lost() {
        return lost.sum();
    }

    private void makeRoom(Runnable booking, ThreadPoolExecutor executor) {
        if (executor.isShutdown()) {
            lost.increment();
            return;
        }
        if (executor.getQueue().poll() != null) {
            lost.increment();
        }
        executor.execute(booking);
    }

    private void create(Receipt receipt) {
        while (true) {
            try {
                client.create(Receipt.TYPE, receipt);
                booked.increment();
                return;
            } catch (StatusException e) {
                if (refused(e.status().code())) {
                    lost.increment();
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "a receipt was refused: {0}",
                            e.getMessage());
                    return;
                }
            }
            try {
                Thread.sleep(pause);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                lost.increment();
                return;
            }
        }
    }

    private static boolean refused(int code) {
        return code >= CLIENT_ERRORS && code < SERVER_ERRORS && code != TOO_MANY;
    }

    /// Loses what was not booked yet.
    @Override
    public void close() {
        lost.add(thread.shutdownNow().size());
    }
}
