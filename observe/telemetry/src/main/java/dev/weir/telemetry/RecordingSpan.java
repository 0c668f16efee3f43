package dev.weir.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceState;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A span that is recorded: its identity, and a draft until it ends.
///
/// Almost every span is written by the thread that started it, and nobody else. So that thread
/// writes without a lock and without an atomic operation, and a life of three states makes it
/// harmless when another one comes:
///
/// - **Open**: the thread that started the span, its owner, appends to the draft and publishes how
///   far. To end it, the owner moves the state to Ended by one compare-and-set; if that succeeds,
///   nobody else ever touched the draft, and it is used again.
/// - **Shared**: any other thread that wants to write moves the state here, takes the span's lock,
///   and makes a copy of what the owner published; all go on with that copy, under the lock. The
///   owner may be in the middle of one last append and not see the change; as it only appends to a
///   draft that nobody else writes and that is never used again, that is harmless. When the span
///   ends, what it published after the copy was made is taken over.
/// - **Ended**: what is set is ignored.
///
/// What one thread did before another, by whatever order between them, is applied in that order:
/// the owner sees a change of the state that happened before its call.
///
/// Thread-safe. The span's monitor is its lock.
final class RecordingSpan extends SpanIds implements Span {
    final ScopeTracer tracer;
    private @Nullable Draft draft;

    RecordingSpan(
            ScopeTracer tracer,
            long traceHigh,
            long traceLow,
            long spanId,
            TraceState traceState,
            int flags,
            Draft draft) {
        super(traceHigh, traceLow, spanId, traceState, flags << 8 | OPEN);
        this.tracer = tracer;
        this.draft = draft;
    }

    /// The draft where the calling thread may write it without a lock, or else null.
    private @Nullable Draft own() {
        var own = draft;
        return own != null && (state() & LIFE) == OPEN && own.owner == Thread.currentThread()
                ? own
                : null;
    }

    @Override
    public Span setAttribute(String key, @Nullable String value) {
        if (key == null || key.isEmpty() || value == null) {
            return this;
        }
        var own = own();
        if (own != null) {
            own.set(key, value);
            settle(own);
        } else {
            share(shared -> shared.set(key, value));
        }
        return this;
    }

    @Override
    public Span setAttribute(String key, long value) {
        if (key == null || key.isEmpty()) {
            return this;
        }
        var own = own();
        if (own != null) {
            own.set(key, value);
            settle(own);
        } else {
            share(shared -> shared.set(key, value));
        }
        return this;
    }

    @Override
    public Span setAttribute(String key, double value) {
        if (key == null || key.isEmpty()) {
            return this;
        }
        var own = own();
        if (own != null) {
            own.set(key, value);
            settle(own);
        } else {
            share(shared -> shared.set(key, value));
        }
        return this;
    }

    @Override
    public Span setAttribute(String key, boolean value) {
        if (key == null || key.isEmpty()) {
            return this;
        }
        var own = own();
        if (own != null) {
            own.set(key, value);
            settle(own);
        } else {
            share(shared -> shared.set(key, value));
        }
        return this;
    }

    @Override
    public <T> Span setAttribute(AttributeKey<T> key, @Nullable T value) {
        if (key == null || value == null) {
            return this;
        }
        if (value instanceof String text) {
            return setAttribute(key.getKey(), text);
        }
        if (value instanceof Long number) {
            return setAttribute(key.getKey(), (long) number);
        }
        if (value instanceof Double number) {
            return setAttribute(key.getKey(), (double) number);
        }
        if (value instanceof Boolean truth) {
            return setAttribute(key.getKey(), (boolean) truth);
        }
        return setRare(key, value);
    }

    @Override
    public Span setAttribute(AttributeKey<Long> key, int value) {
        return key == null ? this : setAttribute(key.getKey(), (long) value);
    }

    private Span setRare(AttributeKey<?> key, Object value) {
        if (key.getKey().isEmpty()
                || !(value instanceof java.util.List || value instanceof Value)) {
            return this;
        }
        var own = own();
        if (own != null) {
            own.set(key, value);
            settle(own);
        } else {
            share(shared -> shared.set(key, value));
        }
        return this;
    }

    /// Goes on under the lock where keys set again and again have filled the draft.
    private void settle(Draft own) {
        if (own.bloated()) {
            share(Draft::tidy);
        }
    }

    @Override
    public Span addEvent(String name, @Nullable Attributes attributes) {
        if (name != null) {
            event(name, attributes, 0, null);
        }
        return this;
    }

    @Override
    public Span addEvent(String name, @Nullable Attributes attributes, long time, TimeUnit unit) {
        if (name != null && unit != null) {
            event(name, attributes, time, unit);
        }
        return this;
    }

    private void event(
            String name, @Nullable Attributes attributes, long time, @Nullable TimeUnit unit) {
        var all = attributes == null ? Attributes.empty() : attributes;
        var own = own();
        if (own != null) {
            own.event(name, all, unit == null ? tracer.now(own) : unit.toNanos(time));
        } else {
            share(shared ->
                    shared.event(
                            name, all, unit == null ? tracer.now(shared) : unit.toNanos(time)));
        }
    }

    @Override
    public Span recordException(Throwable exception, @Nullable Attributes additional) {
        if (exception == null) {
            return this;
        }
        var all = additional == null ? Attributes.empty() : additional;
        var own = own();
        if (own != null) {
            Exceptions.record(own, exception, all, tracer.now(own));
        } else {
            share(shared -> Exceptions.record(shared, exception, all, tracer.now(shared)));
        }
        return this;
    }

    @Override
    public Span addLink(SpanContext context, @Nullable Attributes attributes) {
        var all = attributes == null ? Attributes.empty() : attributes;
        if (context == null || isEmptyLink(context, all)) {
            return this;
        }
        var own = own();
        if (own != null) {
            own.link(context, all);
        } else {
            share(shared -> shared.link(context, all));
        }
        return this;
    }

    static boolean isEmptyLink(SpanContext context, Attributes attributes) {
        return !context.isValid() && attributes.isEmpty() && context.getTraceState().isEmpty();
    }

    @Override
    public Span setStatus(StatusCode code, @Nullable String description) {
        if (code == null) {
            return this;
        }
        var own = own();
        if (own != null) {
            own.status(code, description);
        } else {
            share(shared -> shared.status(code, description));
        }
        return this;
    }

    @Override
    public Span updateName(String name) {
        if (name == null) {
            return this;
        }
        var own = own();
        if (own != null) {
            own.rename(name);
        } else {
            share(shared -> shared.rename(name));
        }
        return this;
    }

    @Override
    public void end() {
        end(0);
    }

    @Override
    public void end(long time, @Nullable TimeUnit unit) {
        end(unit == null ? time : unit.toNanos(time));
    }

    /// Ends the span at a time in nanoseconds since 1970, where 0 is now.
    private void end(long time) {
        var own = own();
        if (own == null) {
            endShared(time);
            return;
        }
        long epoch = time == 0 ? tracer.now(own) : time;
        int flags = flags() << 8;
        if (STATE.compareAndSet(this, flags | OPEN, flags | ENDED)) {
            draft = null;
            tracer.ended(this, own, epoch);
        } else {
            endShared(epoch);
        }
    }

    private void endShared(long time) {
        Draft whole;
        long epoch;
        synchronized (this) {
            whole = shared();
            if (whole == null) {
                return;
            }
            epoch = time == 0 ? tracer.now(whole) : time;
            STATE.setVolatile(this, flags() << 8 | ENDED);
            var first = draft;
            if (first != null) {
                whole.takeOver(first);
            }
            draft = null;
        }
        tracer.endedShared(this, whole, epoch);
    }

    /// Does something with the draft under the lock, where the span has not ended.
    private synchronized void share(Consumer<Draft> action) {
        var shared = shared();
        if (shared != null) {
            action.accept(shared);
            shared.tidy();
        }
    }

    /// The draft that all threads go on with, or null when the span has ended. Under the lock.
    private @Nullable Draft shared() {
        int flags = flags() << 8;
        STATE.compareAndSet(this, flags | OPEN, flags | SHARED);
        var first = draft;
        if (((int) STATE.getVolatile(this) & LIFE) == ENDED || first == null) {
            return null;
        }
        var shared = first.shared;
        if (shared == null) {
            shared = first.copy();
            first.shared = shared;
        }
        return shared;
    }

    @Override
    public SpanContext getSpanContext() {
        return this;
    }

    @Override
    public boolean isRecording() {
        return (state() & LIFE) != ENDED;
    }
}
