package dev.weir.reconcile;

import dev.weir.resource.Client;
import dev.weir.resource.Event;
import dev.weir.resource.Json;
import dev.weir.resource.MetricsText;
import dev.weir.resource.Patch;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import dev.weir.resource.WriteOptions;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Writes what an [EventRecorder] tells, one after the other, in a thread of its own or by [#step].
final class EventWriter {
    private static final System.Logger LOG = System.getLogger("dev.weir.reconcile");
    private static final int WAITING = 1000;
    private static final int ATTEMPTS = 12;
    private static final Occurrence END =
            new Occurrence(
                    "",
                    new Event.Target(null, null, null, null, null, null, null),
                    "",
                    "",
                    "",
                    Instant.EPOCH,
                    0);

    private final Client client;
    private final Time time;
    private final BlockingQueue<Occurrence> waiting = new ArrayBlockingQueue<>(WAITING);
    private final EventCorrelator correlator = new EventCorrelator();
    private final Backoff backoff = new Backoff(Duration.ofMillis(250), Duration.ofSeconds(10));
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong suppressed = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private @Nullable Thread thread;
    private volatile boolean closing;

    /// Owned by whoever steps, as is the count of its attempts.
    private @Nullable Event pending;

    private int attempts;
    private volatile long retryAt = Long.MIN_VALUE;

    EventWriter(Client client, Time time) {
        this.client = client;
        this.time = time;
    }

    /// Takes note, or forgets where too much waits.
    void add(Occurrence occurrence) {
        if (closing || !waiting.offer(occurrence)) {
            dropped.getAndIncrement();
        }
    }

    void start() {
        thread = Thread.ofVirtual().name("events").start(this::run);
    }

    private void run() {
        try {
            while (!closing || pending != null || !waiting.isEmpty()) {
                if (pending == null) {
                    correlate(waiting.take());
                    continue;
                }
                long pause = retryAt - time.nanos();
                if (attempts > 0 && pause > 0) {
                    Thread.sleep(Duration.ofNanos(pause));
                }
                attempt();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whether a step would do something now.
    boolean ready() {
        return pending == null ? !waiting.isEmpty() : attempts == 0 || retryAt <= time.nanos();
    }

    /// When the next attempt is due, on [Time#nanos()]; `Long.MAX_VALUE` where none waits.
    long nextDue() {
        return attempts == 0 ? Long.MAX_VALUE : retryAt;
    }

    /// Takes the next occurrence, or tries once to write the one that was taken.
    void step() {
        if (pending != null) {
            attempt();
            return;
        }
        var next = waiting.poll();
        if (next != null) {
            correlate(next);
        }
    }

    private void correlate(Occurrence occurrence) {
        if (occurrence == END) {
            return;
        }
        pending = correlator.correlate(occurrence).orElse(null);
        attempts = 0;
        if (pending == null) {
            suppressed.getAndIncrement();
        }
    }

    private void attempt() {
        var event = pending;
        if (event == null) {
            return;
        }
        try {
            write(event);
            written.getAndIncrement();
            pending = null;
        } catch (RuntimeException e) {
            attempts++;
            if (attempts < ATTEMPTS && !closing && passes(e)) {
                retryAt = time.nanos() + backoff.nanos(attempts);
                return;
            }
            failed.getAndIncrement();
            pending = null;
            var what = event.reason() + " of " + event.metadata().name();
            LOG.log(Level.DEBUG, "the event " + what + " was not written", e);
        }
        attempts = 0;
    }

    private static boolean passes(RuntimeException e) {
        return e instanceof StatusException refusal
                && switch (refusal.reason()) {
                    case ServiceUnavailable, Timeout, TooManyRequests -> true;
                    default -> false;
                };
    }

    private void write(Event event) {
        if (event.count() > 1 && counted(event)) {
            return;
        }
        client.create(Event.TYPE, event);
    }

    /// Counts a stored event up; false where it is gone, as servers keep events for an hour.
    private boolean counted(Event event) {
        var json = Event.TYPE.encode(event);
        var body = Json.Obj.EMPTY;
        for (var member : new String[] {"count", "lastTimestamp", "message"}) {
            var value = json.get(member);
            body = value == null ? body : body.with(member, value);
        }
        var metadata = event.metadata();
        try {
            client.patch(
                    Event.TYPE,
                    metadata.namespace(),
                    metadata.name(),
                    Patch.merge(body),
                    WriteOptions.DEFAULT);
            return true;
        } catch (StatusException e) {
            if (e.reason() == Status.Reason.NotFound) {
                return false;
            }
            throw e;
        }
    }

    /// Takes no more, and waits that long for what was taken to be written.
    void close(Duration patience) {
        closing = true;
        var running = thread;
        if (running == null) {
            return;
        }
        waiting.offer(END);
        boolean interrupted = false;
        try {
            running.join(patience);
        } catch (InterruptedException _) {
            interrupted = true;
        }
        running.interrupt();
        Crew.join(running);
        dropped.getAndAdd(waiting.stream().filter(o -> o != END).count());
        waiting.clear();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    void metrics(MetricsText text) {
        count(text, "written", written);
        count(text, "suppressed", suppressed);
        count(text, "dropped", dropped);
        count(text, "failed", failed);
    }

    private static void count(MetricsText text, String result, AtomicLong count) {
        text.counter(
                "weir_events_total",
                "Events that were told, by what became of them.",
                count.get(),
                "result",
                result);
    }
}
