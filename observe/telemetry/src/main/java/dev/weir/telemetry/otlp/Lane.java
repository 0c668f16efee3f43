package dev.weir.telemetry.otlp;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The thread of one receiver, with what it works on: a [Backlog] that others fill, and a [Courier]
/// that it steps.
final class Lane {
    /// How much longer than asked a close waits for a thread that is busy with a disk or a name.
    private static final long SLACK_MILLIS = 1000;

    private final Backlog backlog;
    private final Courier courier;
    private final Transport transport;
    private final Doorbell doorbell;
    private final Thread thread;
    private volatile boolean closing;
    private volatile long deadline;

    Lane(
            Map<Signal, OtlpEndpoint> endpoints,
            OtlpOptions options,
            Memory memory,
            @Nullable Spool spool,
            Counters counters)
            throws IOException {
        var endpoint = endpoints.values().iterator().next();
        LongSupplier nanos = System::nanoTime;
        var notices = new Notices(endpoint.authority(), nanos);
        doorbell = new Doorbell();
        backlog = new Backlog(endpoints.keySet(), memory, nanos);
        transport = Exporter.transport(endpoints, doorbell, this::pulse);
        courier =
                new Courier(
                        endpoints,
                        backlog,
                        spool,
                        transport,
                        options,
                        counters,
                        notices,
                        nanos,
                        new SplittableRandom());
        thread =
                Thread.ofPlatform()
                        .daemon()
                        .name("weir-otlp-" + endpoint.authority())
                        .unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// @return why the payload is not taken; null where it is
    @Nullable DropReason accept(Payload payload) {
        return switch (backlog.offer(payload)) {
            case QUEUED -> null;
            case WAKE -> {
                doorbell.ring();
                yield null;
            }
            case FULL -> DropReason.QUEUE_FULL;
            case CLOSED -> DropReason.CLOSED;
        };
    }

    boolean flush(Duration timeout) {
        return backlog.flush(timeout, doorbell::ring);
    }

    /// Lets the thread end by itself, at a deadline at the latest.
    void close(long until) {
        if (!closing) {
            deadline = until;
            closing = true;
            backlog.close();
            doorbell.ring();
        }
    }

    void join(long until) {
        long millis = Math.max(0, (until - System.nanoTime()) / 1_000_000) + SLACK_MILLIS;
        try {
            thread.join(millis);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void pulse() throws IOException {
        courier.pulse();
        if (closing && deadline - System.nanoTime() <= 0) {
            throw new InterruptedIOException("the exporter closes");
        }
    }

    private void run() {
        try (doorbell) {
            while (!over()) {
                long next = courier.step();
                if (closing) {
                    next = Math.min(next, Math.max(0, deadline - System.nanoTime()));
                }
                if (next > 0 && !over()) {
                    doorbell.await(next);
                    transport.idle();
                }
            }
        } catch (IOException | RuntimeException e) {
            Notices.log().log(Level.ERROR, "an exporter's thread fails and sends no more", e);
            backlog.close();
        } finally {
            courier.finish();
        }
    }

    private boolean over() {
        return closing && (backlog.settled() || deadline - System.nanoTime() <= 0);
    }
}
