package dev.weir.weave.hook;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.concurrent.ForkJoinTask;
import org.jspecify.annotations.Nullable;

/// Tasks of fork/join whose classes are woven: `compute` runs in the context of who handed the task
/// over. Called by woven code.
public final class ForkJoinHooks {
    private static final WeakTable<ForkJoinTask<?>, Context> CONTEXTS = new WeakTable<>();

    private ForkJoinHooks() {}

    static void handOver(ForkJoinTask<?> task) {
        if (!Switch.ON || task == null) {
            return;
        }
        var context = Context.current();
        if (context != Context.root()) {
            CONTEXTS.put(task, context);
        }
    }

    /// Before `compute` of a task.
    ///
    /// @return what `leave` and `fail` take
    public static @Nullable Object enter(ForkJoinTask<?> task) {
        if (!Switch.ON) {
            return null;
        }
        var context = CONTEXTS.remove(task);
        return context == null ? null : Scopes.open(context);
    }

    /// Behind `compute`.
    public static void leave(@Nullable Object scope) {
        if (scope instanceof Scope open) {
            open.close();
        }
    }

    /// Where `compute` throws.
    public static void fail(Throwable problem, @Nullable Object scope) {
        leave(scope);
    }
}
