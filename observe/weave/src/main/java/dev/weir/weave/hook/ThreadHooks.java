package dev.weir.weave.hook;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;

/// Threads that the project starts itself run in the context of who started them. Called by woven
/// code.
///
/// What counts is the start, not the making: the thread of a pool is made in some request, and
/// serves all.
public final class ThreadHooks {
    private static final WeakTable<Thread, Context> CONTEXTS = new WeakTable<>();

    private ThreadHooks() {}

    /// See [Thread#start].
    public static void start(Thread thread) {
        if (Switch.ON) {
            var context = Context.current();
            if (context != Context.root()) {
                CONTEXTS.put(thread, context);
            }
        }
        thread.start();
    }

    /// A thread's task, which looks for the context that the thread was started in.
    public static Runnable wrap(Runnable task) {
        return Switch.ON && task != null && !(task instanceof Started) ? new Started(task) : task;
    }

    private record Started(Runnable task) implements Runnable {
        @Override
        public void run() {
            var scope = enter(Thread.currentThread());
            try {
                task.run();
            } finally {
                leave(scope);
            }
        }
    }

    /// Before `run` of a thread.
    ///
    /// @return what `leave` and `fail` take
    public static @Nullable Object enter(Thread thread) {
        if (!Switch.ON || thread != Thread.currentThread()) {
            return null;
        }
        var context = CONTEXTS.remove(thread);
        return context == null ? null : Scopes.open(context);
    }

    /// Behind `run`.
    public static void leave(@Nullable Object scope) {
        if (scope instanceof Scope open) {
            open.close();
        }
    }

    /// Where `run` throws.
    public static void fail(Throwable problem, @Nullable Object scope) {
        leave(scope);
    }
}
