package dev.weir.weave.hook;

import io.opentelemetry.context.Context;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.RunnableFuture;

/// Tasks that run in the context in which they were handed over.
final class Tasks {
    /// Whether a class is nothing but a task: its executor cannot tell its objects from others.
    private static final ClassValue<Boolean> PLAIN =
            new ClassValue<>() {
                @Override
                protected Boolean computeValue(Class<?> type) {
                    return type.getSuperclass() == Object.class && type.getInterfaces().length == 1;
                }
            };

    private Tasks() {}

    /// A runnable in a context; equal to those of the same task, so that pools find it.
    static final class InContext implements Runnable {
        private final Context context;
        private final Runnable task;

        InContext(Context context, Runnable task) {
            this.context = context;
            this.task = task;
        }

        @Override
        public void run() {
            try (var _ = context.makeCurrent()) {
                task.run();
            }
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof InContext that && task.equals(that.task);
        }

        @Override
        public int hashCode() {
            return task.hashCode();
        }

        @Override
        public String toString() {
            return task.toString();
        }
    }

    /// A callable in a context.
    record Called<T>(Context context, Callable<T> task) implements Callable<T> {
        @Override
        public T call() throws Exception {
            try (var _ = context.makeCurrent()) {
                return task.call();
            }
        }
    }

    /// The context that a task has to be given; null where there is none worth it.
    static boolean worth(Context context, Object task) {
        return task != null
                && context != Context.root()
                && !(task instanceof InContext)
                && !(task instanceof Called<?>);
    }

    /// Whether an executor takes a task in the place of another: those of the JDK take all but
    /// futures and what may be ordered in a queue; of others we do not know what they look at.
    static boolean replaceable(Executor executor, Runnable task) {
        if (PLAIN.get(task.getClass())) {
            return true;
        }
        return executor.getClass().getClassLoader() == null
                && !(task instanceof RunnableFuture<?>)
                && !(task instanceof ForkJoinTask<?>)
                && !(task instanceof Comparable<?>);
    }
}
