package dev.weir.context;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;

/// Work that takes the context in which it was handed over to the thread that does it.
///
/// What is wrapped already, and what is handed over where no context is current, stays as it is.
/// Everything here is thread-safe.
public final class Carried {
    private Carried() {}

    private record Task(Context context, Runnable body) implements Runnable {
        @Override
        public void run() {
            try (Scope _ = context.makeCurrent()) {
                body.run();
            }
        }
    }

    private record Call<T>(Context context, Callable<T> body) implements Callable<T> {
        @Override
        public T call() throws Exception {
            try (Scope _ = context.makeCurrent()) {
                return body.call();
            }
        }
    }

    private record Hand(Executor executor) implements Executor {
        @Override
        public void execute(Runnable task) {
            executor.execute(task(task));
        }
    }

    /// A task that runs in the context of this call.
    public static Runnable task(Runnable body) {
        var context = Context.current();
        return context == Context.root() || body instanceof Task ? body : new Task(context, body);
    }

    /// A call that runs in the context of this call.
    public static <T> Callable<T> call(Callable<T> body) {
        var context = Context.current();
        return context == Context.root() || body instanceof Call ? body : new Call<>(context, body);
    }

    /// An executor whose tasks run in the context in which they are handed to it.
    public static Executor executor(Executor executor) {
        return executor instanceof Hand ? executor : new Hand(executor);
    }

    /// An executor service whose tasks run in the context in which they are handed to it; closing
    /// it closes the given one.
    public static ExecutorService executor(ExecutorService executor) {
        return Context.taskWrapping(executor);
    }
}
