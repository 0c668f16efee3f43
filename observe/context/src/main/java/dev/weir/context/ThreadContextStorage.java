package dev.weir.context;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextStorage;
import io.opentelemetry.context.ContextStorageProvider;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;

/// Where the current context of the OpenTelemetry API is kept: with its thread, and handed on to
/// the virtual threads that the thread starts.
///
/// A virtual thread begins with the context in which it was made, so executors with a virtual
/// thread for each task and structured task scopes carry it without any wrapping. One that is to
/// outlive the work that starts it is made by
/// `Thread.ofVirtual().inheritInheritableThreadLocals(false)`. A platform thread begins without a
/// context: in a pool it would keep that of whoever made the pool grow. For pools there is
/// [Carried].
///
/// The API finds this class by `ServiceLoader`, where it is the only provider. With others on the
/// path, the system property `io.opentelemetry.context.contextStorageProvider` names one.
public final class ThreadContextStorage implements ContextStorageProvider {
    /// For the service loader.
    public ThreadContextStorage() {}

    @Override
    public ContextStorage get() {
        return Storage.INSTANCE;
    }

    /// What a new thread has of its maker, until its first look at it tells which kind it is.
    private record Inherited(Context context) {}

    /// Holds a [Context], or what was [Inherited], or nothing.
    private static final class Current extends InheritableThreadLocal<@Nullable Object> {
        @Override
        protected @Nullable Object childValue(@Nullable Object parent) {
            return parent instanceof Context context ? new Inherited(context) : parent;
        }
    }

    private enum Storage implements ContextStorage {
        INSTANCE;

        private static final Current CURRENT = new Current();

        @Override
        public @Nullable Context current() {
            var value = CURRENT.get();
            if (value == null || value instanceof Context) {
                return (Context) value;
            }
            return settle((Inherited) value);
        }

        private static @Nullable Context settle(Inherited inherited) {
            var context = Thread.currentThread().isVirtual() ? inherited.context : null;
            CURRENT.set(context);
            return context;
        }

        @Override
        public Scope attach(@Nullable Context context) {
            var before = current();
            if (context == null || context == before) {
                return Scope.noop();
            }
            CURRENT.set(context);
            return new Attached(before, context);
        }
    }

    /// Closes once, and only where its context is still the current one; else the call is ignored,
    /// as the default storage of the API does.
    private static final class Attached implements Scope {
        private final @Nullable Context before;
        private final Context context;
        private boolean closed;

        Attached(@Nullable Context before, Context context) {
            this.before = before;
            this.context = context;
        }

        @Override
        public void close() {
            if (!closed && Storage.INSTANCE.current() == context) {
                closed = true;
                Storage.CURRENT.set(before);
            }
        }
    }
}
