package dev.weir.reconcile;

import dev.weir.resource.MetricsText;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Counts what a controller's reconciles came to. Any number of threads count and read; none waits.
final class ReconcileMetrics {
    private final AtomicLong successes = new AtomicLong();
    private final AtomicLong agains = new AtomicLong();
    private final AtomicLong errors = new AtomicLong();
    private final AtomicLong terminals = new AtomicLong();
    private final AtomicLong panics = new AtomicLong();
    private final AtomicLong timeouts = new AtomicLong();
    private final AtomicInteger active = new AtomicInteger();
    private final Histogram seconds = new Histogram(Histogram.RECONCILE);

    void begun() {
        active.getAndIncrement();
    }

    void ended(long nanos) {
        seconds.observe(nanos);
        active.getAndDecrement();
    }

    void answered(Result result) {
        switch (result) {
            case Result.Done _ -> successes.getAndIncrement();
            case Result.Again _ -> agains.getAndIncrement();
            case Result.Failed _ -> {
                errors.getAndIncrement();
                terminals.getAndIncrement();
            }
        }
    }

    void threw(Throwable problem) {
        errors.getAndIncrement();
        if (problem instanceof Error) {
            panics.getAndIncrement();
        }
    }

    void timedOut() {
        timeouts.getAndIncrement();
    }

    void write(MetricsText text, String controller, int workers) {
        var help = "Reconciles by what they came to.";
        var total = "controller_runtime_reconcile_total";
        text.counter(total, help, errors.get(), "controller", controller, "result", "error");
        text.counter(
                total, help, agains.get(), "controller", controller, "result", "requeue_after");
        text.counter(total, help, 0, "controller", controller, "result", "requeue");
        text.counter(total, help, successes.get(), "controller", controller, "result", "success");
        count(text, controller, "reconcile_errors_total", "Reconciles that failed.", errors);
        count(
                text,
                controller,
                "terminal_reconcile_errors_total",
                "Reconciles that failed for good.",
                terminals);
        count(
                text,
                controller,
                "reconcile_panics_total",
                "Reconciles that threw an Error.",
                panics);
        count(
                text,
                controller,
                "reconcile_timeouts_total",
                "Reconciles that were interrupted at their deadline.",
                timeouts);
        text.gauge(
                "controller_runtime_max_concurrent_reconciles",
                "How many reconciles may run at the same time.",
                workers,
                "controller",
                controller);
        text.gauge(
                "controller_runtime_active_workers",
                "How many reconciles run.",
                active.get(),
                "controller",
                controller);
        var times = seconds.snapshot();
        text.histogram(
                "controller_runtime_reconcile_time_seconds",
                "How long reconciles took.",
                times.bounds(),
                times.counts(),
                times.sum(),
                "controller",
                controller);
    }

    private static void count(
            MetricsText text, String controller, String name, String help, AtomicLong count) {
        text.counter("controller_runtime_" + name, help, count.get(), "controller", controller);
    }
}
