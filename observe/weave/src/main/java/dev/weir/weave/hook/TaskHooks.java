package dev.weir.weave.hook;

import io.opentelemetry.context.Context;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/// Executors, futures and fork/join: what is handed over runs in the context of who handed it over.
///
/// Called by woven code, in the place of the methods of the same name. Periodic tasks are left out:
/// they outlive the request in which they were scheduled.
@SuppressWarnings("overloads") // woven code names the overload that it calls
public final class TaskHooks {
    private TaskHooks() {}

    /// A task in the current context.
    public static Runnable wrap(Runnable task) {
        if (!Switch.ON) {
            return task;
        }
        var context = Context.current();
        return Tasks.worth(context, task) ? new Tasks.InContext(context, task) : task;
    }

    /// A task in the current context.
    public static <T> Callable<T> wrap(Callable<T> task) {
        if (!Switch.ON) {
            return task;
        }
        var context = Context.current();
        return Tasks.worth(context, task) ? new Tasks.Called<>(context, task) : task;
    }

    /// A function in the current context.
    public static <T, R> Function<T, R> wrap(Function<T, R> function) {
        if (!Switch.ON) {
            return function;
        }
        var context = Context.current();
        return Tasks.worth(context, function) ? context.wrapFunction(function) : function;
    }

    /// A function in the current context.
    public static <T, U, R> BiFunction<T, U, R> wrap(BiFunction<T, U, R> function) {
        if (!Switch.ON) {
            return function;
        }
        var context = Context.current();
        return Tasks.worth(context, function) ? context.wrapFunction(function) : function;
    }

    /// A consumer in the current context.
    public static <T> Consumer<T> wrap(Consumer<T> consumer) {
        if (!Switch.ON) {
            return consumer;
        }
        var context = Context.current();
        return Tasks.worth(context, consumer) ? context.wrapConsumer(consumer) : consumer;
    }

    /// A consumer in the current context.
    public static <T, U> BiConsumer<T, U> wrap(BiConsumer<T, U> consumer) {
        if (!Switch.ON) {
            return consumer;
        }
        var context = Context.current();
        return Tasks.worth(context, consumer) ? context.wrapConsumer(consumer) : consumer;
    }

    /// A supplier in the current context.
    public static <T> Supplier<T> wrap(Supplier<T> supplier) {
        if (!Switch.ON) {
            return supplier;
        }
        var context = Context.current();
        return Tasks.worth(context, supplier) ? context.wrapSupplier(supplier) : supplier;
    }

    /// See [Executor#execute].
    public static void execute(Executor executor, Runnable task) {
        executor.execute(
                Switch.ON && task != null && Tasks.replaceable(executor, task) ? wrap(task) : task);
    }

    /// See [ExecutorService#submit].
    public static Future<?> submit(ExecutorService executor, Runnable task) {
        return executor.submit(wrap(task));
    }

    /// See [ExecutorService#submit].
    public static <T> Future<T> submit(ExecutorService executor, Runnable task, T result) {
        return executor.submit(wrap(task), result);
    }

    /// See [ExecutorService#submit].
    public static <T> Future<T> submit(ExecutorService executor, Callable<T> task) {
        return executor.submit(wrap(task));
    }

    /// See [ExecutorService#invokeAll].
    public static <T> List<Future<T>> invokeAll(
            ExecutorService executor, Collection<? extends Callable<T>> tasks)
            throws InterruptedException {
        return executor.invokeAll(wrapAll(tasks));
    }

    /// See [ExecutorService#invokeAll].
    public static <T> List<Future<T>> invokeAll(
            ExecutorService executor,
            Collection<? extends Callable<T>> tasks,
            long timeout,
            TimeUnit unit)
            throws InterruptedException {
        return executor.invokeAll(wrapAll(tasks), timeout, unit);
    }

    /// See [ExecutorService#invokeAny].
    public static <T> T invokeAny(ExecutorService executor, Collection<? extends Callable<T>> tasks)
            throws InterruptedException, ExecutionException {
        return executor.invokeAny(wrapAll(tasks));
    }

    /// See [ExecutorService#invokeAny].
    public static <T> T invokeAny(
            ExecutorService executor,
            Collection<? extends Callable<T>> tasks,
            long timeout,
            TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        return executor.invokeAny(wrapAll(tasks), timeout, unit);
    }

    private static <T> Collection<? extends Callable<T>> wrapAll(
            Collection<? extends Callable<T>> tasks) {
        if (!Switch.ON || tasks == null || Context.current() == Context.root()) {
            return tasks;
        }
        var wrapped = new ArrayList<Callable<T>>(tasks.size());
        for (var task : tasks) {
            wrapped.add(wrap(task));
        }
        return wrapped;
    }

    /// See [ScheduledExecutorService#schedule].
    public static ScheduledFuture<?> schedule(
            ScheduledExecutorService executor, Runnable task, long delay, TimeUnit unit) {
        return executor.schedule(wrap(task), delay, unit);
    }

    /// See [ScheduledExecutorService#schedule].
    public static <T> ScheduledFuture<T> schedule(
            ScheduledExecutorService executor, Callable<T> task, long delay, TimeUnit unit) {
        return executor.schedule(wrap(task), delay, unit);
    }

    /// See [ThreadPoolExecutor#remove]: finds a task whether it was wrapped or not.
    public static boolean remove(ThreadPoolExecutor executor, Runnable task) {
        return executor.remove(task)
                || Switch.ON
                        && task != null
                        && executor.remove(new Tasks.InContext(Context.root(), task));
    }

    /// See [ForkJoinPool#submit].
    public static ForkJoinTask<?> submit(ForkJoinPool pool, Runnable task) {
        return pool.submit(wrap(task));
    }

    /// See [ForkJoinPool#submit].
    public static <T> ForkJoinTask<T> submit(ForkJoinPool pool, Runnable task, T result) {
        return pool.submit(wrap(task), result);
    }

    /// See [ForkJoinPool#submit].
    public static <T> ForkJoinTask<T> submit(ForkJoinPool pool, Callable<T> task) {
        return pool.submit(wrap(task));
    }

    /// See [ForkJoinPool#submit].
    public static <T> ForkJoinTask<T> submit(ForkJoinPool pool, ForkJoinTask<T> task) {
        ForkJoinHooks.handOver(task);
        return pool.submit(task);
    }

    /// See [ForkJoinPool#execute].
    public static void execute(ForkJoinPool pool, ForkJoinTask<?> task) {
        ForkJoinHooks.handOver(task);
        pool.execute(task);
    }

    /// See [ForkJoinPool#invoke].
    public static <T> T invoke(ForkJoinPool pool, ForkJoinTask<T> task) {
        ForkJoinHooks.handOver(task);
        return pool.invoke(task);
    }

    /// See [ForkJoinTask#fork].
    public static <T> ForkJoinTask<T> fork(ForkJoinTask<T> task) {
        ForkJoinHooks.handOver(task);
        return task.fork();
    }
}
