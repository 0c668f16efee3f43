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
///
/// The thread starts, and makes all that only it needs, when there is something to send: a process
/// that starts has other things to do.
final class Lane implements Runnable, Waiting {
    /// How much longer than asked a close waits for a thread that is busy with a disk or a name.
    private static final long SLACK_MILLIS = 1000;

    private final Map<Signal, OtlpEndpoint> endpoints;
    private final OtlpOptions options;
    private final @Nullable Spool spool;
    private final Counters counters;
    private final LongSupplier nanos;
    private final Backlog backlog;
    private final Doorbell doorbell;
    private final Connector connector;
    private final Thread thread;

    /// Guards whether the thread was started. Nothing else is locked by who holds it.
    private final Object starting = new Object();

    private boolean started;

    /// Made and used by the thread.
    private @Nullable Courier courier;

    private volatile boolean closing;
    private volatile long deadline;

    Lane(
            Map<Signal, OtlpEndpoint> endpoints,
            OtlpOptions options,
            Memory memory,
            @Nullable Spool spool,
            Counters counters,
            LongSupplier nanos)
            throws IOException {
        this.endpoints = endpoints;
        this.options = options;
        this.spool = spool;
        this.counters = counters;
        this.nanos = nanos;
        var endpoint = endpoints.values().iterator().next();
        backlog = new Backlog(endpoints.keySet(), memory, nanos);
        doorbell = new Doorbell();
        connector = new Connector(endpoint, doorbell, this);
        thread = new Thread(this, "weir-otlp-" + authority());
        thread.setDaemon(true);
    }

    void start() {
        if (spool != null) {
            // What an earlier process has left there is sent at once.
            wake();
        }
    }

    private void wake() {
        synchronized (starting) {
            if (!started) {
                started = true;
                thread.start();
                return;
            }
        }
        doorbell.ring();
    }

    /// @return why the payload is not taken; null where it is
    @Nullable DropReason accept(Payload payload) {
        return switch (backlog.offer(payload)) {
            case QUEUED -> null;
            case WAKE -> {
                wake();
                yield null;
            }
            case FULL -> DropReason.QUEUE_FULL;
            case CLOSED -> DropReason.CLOSED;
        };
    }

    boolean flush(Duration timeout) {
        return backlog.flush(timeout, this::wake);
    }

    /// Lets the thread end by itself, at a deadline at the latest.
    void close(long until) {
        if (!closing) {
            deadline = until;
            closing = true;
            backlog.close();
            if (!backlog.settled() || !stopUnstarted()) {
                wake();
            }
        }
    }

    /// Ends a thread that never had anything to do.
    ///
    /// @return whether it is such a one
    private boolean stopUnstarted() {
        synchronized (starting) {
            if (started) {
                return false;
            }
            started = true;
        }
        doorbell.close();
        return true;
    }

    void join(long until) {
        long millis = Math.max(0, (until - System.nanoTime()) / 1_000_000) + SLACK_MILLIS;
        try {
            thread.join(millis);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void pulse() throws IOException {
        if (courier != null) {
            courier.pulse();
        }
        if (closing && deadline - System.nanoTime() <= 0) {
            throw new InterruptedIOException("the exporter closes");
        }
    }

    @Override
    public void run() {
        var transport = Exporter.transport(endpoints, connector);
        var own =
                new Courier(
                        endpoints,
                        backlog,
                        spool,
                        transport,
                        options,
                        counters,
                        new Notices(authority(), nanos),
                        nanos,
                        new SplittableRandom());
        courier = own;
        try (doorbell) {
            while (!over()) {
                long next = own.step();
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
            own.finish();
        }
    }

    private String authority() {
        return endpoints.values().iterator().next().authority();
    }

    private boolean over() {
        return closing && (backlog.settled() || deadline - System.nanoTime() <= 0);
    }
}
