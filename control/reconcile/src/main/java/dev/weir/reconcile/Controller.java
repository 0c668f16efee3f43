package dev.weir.reconcile;

import dev.weir.resource.MetricsText;
import dev.weir.resource.Query;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The workers of one controller: each takes a request, calls the reconciler, and acts on its
/// answer.
final class Controller<R extends Resource> {
    private static final System.Logger LOG = System.getLogger("dev.weir.reconcile");
    private static final Duration SYNC_POLL = Duration.ofMillis(2);
    private static final Duration GRACE = Duration.ofSeconds(1);
    private static final int NAMED = 3;

    private final String name;
    private final ResourceType<R> type;
    private final Reconciler<R> reconciler;
    private final WorkQueue queue;
    private final int workers;
    private final Duration deadline;
    private final EventRecorder events;
    private final Time time;
    private final ReconcileMetrics metrics = new ReconcileMetrics();
    private @Nullable Crew crew;
    private volatile boolean closed;

    Controller(
            String name,
            ResourceType<R> type,
            Reconciler<R> reconciler,
            WorkQueue queue,
            int workers,
            Duration deadline,
            EventRecorder events,
            Time time) {
        this.name = name;
        this.type = type;
        this.reconciler = reconciler;
        this.queue = queue;
        this.workers = workers;
        this.deadline = deadline;
        this.events = events;
        this.time = time;
    }

    /// Puts workers to work that write as that client; a time after the first begins with every
    /// object, as another process may have left any of them half done.
    synchronized void start(
            CachedClient client, Informers informers, ScheduledExecutorService deadlines) {
        if (closed) {
            return;
        }
        var before = crew;
        if (before != null) {
            for (var object : informers.of(type).cache().list(Query.ALL).items()) {
                queue.add(Request.of(object), Priority.Low);
            }
        }
        crew =
                new Crew(
                        "reconcile-" + type,
                        workers,
                        before,
                        self -> work(self, client, informers, deadlines));
    }

    /// Interrupts the workers, and waits for none; what they had is served again later.
    synchronized void stop() {
        if (crew != null) {
            crew.dismiss();
        }
    }

    private void work(
            Crew self, CachedClient client, Informers informers, ScheduledExecutorService deadlines)
            throws InterruptedException {
        while (!informers.synced()) {
            Thread.sleep(SYNC_POLL);
        }
        while (!self.dismissed()) {
            var request = queue.take();
            if (request == null) {
                return;
            }
            if (self.dismissed()) {
                queue.add(request, queue.priorityOf(request));
                queue.done(request);
                return;
            }
            serve(request, client, deadlines);
        }
    }

    private void serve(Request request, CachedClient client, ScheduledExecutorService deadlines) {
        var alarm = Alarm.in(deadline, deadlines);
        try {
            var failure = attempt(request, client);
            if (failure != null) {
                log(request, failure);
            }
        } finally {
            if (alarm.end()) {
                metrics.timedOut();
            }
            queue.done(request);
        }
    }

    /// Serves one request in the calling thread, without a deadline.
    ///
    /// @return what was done, in words; null where nothing waits
    @Nullable String step(CachedClient client) {
        var request = queue.poll();
        if (request == null) {
            return null;
        }
        try {
            var failure = attempt(request, client);
            return request + (failure == null ? "" : ": " + failure);
        } finally {
            queue.done(request);
        }
    }

    private @Nullable Throwable attempt(Request request, CachedClient client) {
        long start = time.nanos();
        metrics.begun();
        try {
            act(request, call(request, client));
            return null;
        } catch (Throwable e) {
            metrics.threw(e);
            queue.retry(request);
            return e;
        } finally {
            metrics.ended(time.nanos() - start);
        }
    }

    private Result call(Request request, CachedClient client) throws Exception {
        var object = client.find(type, request.namespace(), request.name());
        if (object.isEmpty()) {
            return Result.done();
        }
        var context = new Context(client, events, request, time, time.now().plus(deadline));
        return reconciler.reconcile(object.get(), context);
    }

    private void act(Request request, Result result) {
        metrics.answered(result);
        queue.forget(request);
        switch (result) {
            case Result.Done _ -> {}
            case Result.Again(var after) -> queue.addAfter(request, Priority.Low, after);
            case Result.Failed(var reason) ->
                    LOG.log(Level.WARNING, "{0} {1}: {2}", type, request, reason);
        }
    }

    private void log(Request request, Throwable e) {
        boolean quiet =
                closed
                        || e instanceof StatusException refusal
                                && refusal.reason() == Status.Reason.Conflict;
        LOG.log(quiet ? Level.DEBUG : Level.WARNING, type + " " + request + " failed", e);
    }

    String name() {
        return name;
    }

    /// Whether a request waits that a further worker could serve.
    boolean ready(int busy) {
        return busy < workers && queue.ready();
    }

    /// When a request that waits for its time is due, on [Time#nanos()], or `Long.MAX_VALUE`.
    long nextDue() {
        return queue.nextDue();
    }

    /// What is wrong: reconciles that go on though they were interrupted. Empty where nothing is.
    String problem() {
        return queue.heldFor(deadline.plus(GRACE)).entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .limit(NAMED)
                .map(held ->
                        held.getKey()
                                + " has run for "
                                + TimeUnit.NANOSECONDS.toSeconds(held.getValue())
                                + " s and ignores the interrupt at its deadline of "
                                + deadline.toMillis() / 1e3
                                + " s")
                .collect(Collectors.joining("; "));
    }

    /// Adds the figures of reconciles and queue, under the name of the controller.
    void metrics(MetricsText text) {
        metrics.write(text, name, workers);
        queue.figures().write(text, name);
    }

    void close() {
        closed = true;
        queue.close();
        stop();
        Crew last;
        synchronized (this) {
            last = crew;
        }
        if (last != null) {
            last.join();
        }
    }
}
