package dev.weir.reconcile;

import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// The workers of one controller: each takes a request, calls the reconciler, and acts on its
/// answer.
final class Controller<R extends Resource> {
    private static final System.Logger LOG = System.getLogger("dev.weir.reconcile");
    private static final Duration SYNC_POLL = Duration.ofMillis(2);

    private final ResourceType<R> type;
    private final Reconciler<R> reconciler;
    private final WorkQueue queue;
    private final int workers;
    private final Duration deadline;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closed;

    Controller(
            ResourceType<R> type,
            Reconciler<R> reconciler,
            WorkQueue queue,
            int workers,
            Duration deadline) {
        this.type = type;
        this.reconciler = reconciler;
        this.queue = queue;
        this.workers = workers;
        this.deadline = deadline;
    }

    void start(CachedClient client, Informers informers, ScheduledExecutorService deadlines) {
        for (int i = 0; i < workers; i++) {
            threads.add(
                    Thread.ofVirtual()
                            .name("reconcile-" + type + "-" + i)
                            .start(() -> work(client, informers, deadlines)));
        }
    }

    private void work(
            CachedClient client, Informers informers, ScheduledExecutorService deadlines) {
        try {
            while (!informers.synced()) {
                Thread.sleep(SYNC_POLL);
            }
            while (!closed) {
                var request = queue.take();
                if (request == null) {
                    return;
                }
                serve(request, client, deadlines);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(Request request, CachedClient client, ScheduledExecutorService deadlines) {
        var worker = Thread.currentThread();
        var alarm = deadlines.schedule(worker::interrupt, deadline.toNanos(), TimeUnit.NANOSECONDS);
        try {
            act(request, call(request, client));
        } catch (Exception e) {
            failed(request, e);
        } finally {
            if (!alarm.cancel(false)) {
                while (!alarm.isDone()) {
                    Thread.onSpinWait();
                }
                Thread.interrupted();
            }
            queue.done(request);
        }
    }

    private Result call(Request request, CachedClient client) throws Exception {
        var object = client.find(type, request.namespace(), request.name());
        if (object.isEmpty()) {
            return Result.done();
        }
        var context = new Context(client, request, Time.SYSTEM, Time.SYSTEM.now().plus(deadline));
        return reconciler.reconcile(object.get(), context);
    }

    private void act(Request request, Result result) {
        queue.forget(request);
        switch (result) {
            case Result.Done _ -> {}
            case Result.Again(var after) -> queue.addAfter(request, Priority.Low, after);
            case Result.Failed(var reason) ->
                    LOG.log(Level.WARNING, "{0} {1}: {2}", type, request, reason);
        }
    }

    private void failed(Request request, Exception e) {
        boolean quiet =
                closed
                        || e instanceof StatusException refusal
                                && refusal.reason() == Status.Reason.Conflict;
        LOG.log(quiet ? Level.DEBUG : Level.WARNING, type + " " + request + " failed", e);
        queue.retry(request);
    }

    /// The figures of the queue, under the name of the controller.
    void metrics(MetricsText text) {
        text.queue(type.plural(), queue.figures());
    }

    void close() {
        closed = true;
        queue.close();
        threads.forEach(Thread::interrupt);
        threads.forEach(Controller::join);
    }

    /// Waits for a thread's end, whatever interrupts.
    static void join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
