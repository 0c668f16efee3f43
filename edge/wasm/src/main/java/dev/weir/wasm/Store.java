package dev.weir.wasm;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Where instances live, and what they have used of their limits. Belongs to one thread at a time;
/// only [#cancel] may be called from any. Nothing needs closing: the JVM collects it.
public final class Store {
    /// How much guests get at once, and so how soon they see that they were cancelled.
    static final int BUDGET = 100_000;

    final Engine engine;
    final Limits limits;
    final Interpreter interpreter;

    /// What guests may still use before they must ask again, see [#refill]; taken from the fuel.
    /// Both tiers count it down.
    int budget;

    /// Fuel that is not in the budget.
    long reserve;

    /// Where compiled code puts what does not fit its calls: results after the first, arguments
    /// beyond what the JVM takes, operands of instructions that it shares with the interpreter.
    long[] bits = new long[64];

    @Nullable Object[] references = new @Nullable Object[64];

    /// The function that compiled code ended with a tail call to, its arguments in `bits` and
    /// `references`; whoever called runs it.
    @Nullable Func tail;

    private long memoryBytes;
    private long tableElements;
    private int instances;
    volatile boolean cancelled;

    /// Whether it was the deadline that cancelled it.
    private volatile boolean late;

    private @Nullable Future<?> alarm;

    /// How often the deadline was changed, so that one that was replaced stops nobody.
    private int term;

    private volatile @Nullable Runnable wake;

    private Store(Engine engine, Limits limits) {
        this.engine = engine;
        this.limits = limits;
        this.reserve = limits.fuel() < 0 ? Long.MAX_VALUE : limits.fuel();
        this.interpreter = new Interpreter(this);
    }

    /// An empty store.
    public static Store of(Engine engine, Limits limits) {
        return new Store(engine, limits);
    }

    /// What is left; `Long.MAX_VALUE` less what was used where there is no limit.
    public long fuel() {
        return Math.max(0, reserve + budget);
    }

    /// Adds fuel, also after it was used up.
    public void addFuel(long more) {
        if (more < 0) {
            throw new IllegalArgumentException("fuel " + more + ": expected 0 or more");
        }
        long left = fuel();
        budget = 0;
        reserve = left > Long.MAX_VALUE - more ? Long.MAX_VALUE : left + more;
    }

    /// Stops the guest at its next loop or call, with code `CANCELLED`, and all that come after.
    public void cancel() {
        synchronized (this) {
            // What the end of a deadline takes back is the deadline's own.
            late = false;
            cancelled = true;
        }
        wakeUp();
    }

    private void wakeUp() {
        var waiting = wake;
        if (waiting != null) {
            waiting.run();
        }
    }

    /// Stops the guest at its next loop or call, with code `DEADLINE`, when so much time has passed
    /// from now, and all that come after; replaces the deadline that there was. A guest that a
    /// deadline stopped may run again after that. Called on the store's thread.
    public void deadline(Duration after) {
        noDeadline();
        var store = new WeakReference<>(this);
        int term = this.term;
        alarm =
                ForkJoinPool.commonPool()
                        .schedule(
                                () -> expire(store.get(), term),
                                after.toNanos(),
                                TimeUnit.NANOSECONDS);
    }

    /// Takes the deadline away.
    public synchronized void noDeadline() {
        term++;
        if (alarm != null) {
            alarm.cancel(false);
            alarm = null;
        }
        if (late) {
            late = false;
            cancelled = false;
        }
    }

    private static void expire(@Nullable Store store, int term) {
        if (store != null) {
            store.expire(term);
        }
    }

    private void expire(int term) {
        synchronized (this) {
            if (this.term != term || cancelled) {
                return;
            }
            late = true;
            cancelled = true;
        }
        wakeUp();
    }

    /// Whether it was cancelled, or its deadline has passed.
    public boolean isCancelled() {
        return cancelled;
    }

    /// For host functions that wait: throws what a guest is stopped with.
    ///
    /// @throws TrapException when the store was cancelled
    public void checkCancelled() {
        if (cancelled) {
            throw cancellation();
        }
    }

    private TrapException cancellation() {
        return new TrapException(late ? TrapException.Code.DEADLINE : TrapException.Code.CANCELLED);
    }

    /// For host functions that wait: what ends the wait when the store is cancelled. It runs on the
    /// canceller's thread, once or more; who sets it checks [#isCancelled] after that.
    ///
    /// @param wake null when the wait is over
    public void onCancel(@Nullable Runnable wake) {
        this.wake = wake;
    }

    /// Takes from the budget; whether it had to be refilled.
    boolean charge(int amount) {
        budget -= amount;
        if (budget >= 0) {
            return false;
        }
        refill();
        return true;
    }

    /// Gives a budget that was overdrawn what it lacks and some more, or stops the guest. Loops of
    /// compiled code do it themselves, see [Emitter#chargeTurn].
    void refill() {
        long left = reserve + budget;
        if (cancelled || left < 0) {
            throw stop(budget);
        }
        budget = (int) Math.min(left, BUDGET);
        reserve = left - budget;
    }

    /// The same for compiled code that has the budget at hand; gives the new one.
    int refill(int overdrawn) {
        budget = overdrawn;
        refill();
        return budget;
    }

    /// What stops a guest that can have no more: its store was cancelled, or it used up the fuel.
    TrapException stop(int overdrawn) {
        budget = overdrawn;
        if (cancelled) {
            return cancellation();
        }
        budget = 0;
        reserve = 0;
        return new TrapException(TrapException.Code.FUEL_EXHAUSTED);
    }

    /// Keeps what is on the stack of the interpreter where compiled code takes it from.
    void keep(long[] st, @Nullable Object[] rs, int base, int count) {
        room(count);
        System.arraycopy(st, base, bits, 0, count);
        System.arraycopy(rs, base, references, 0, count);
    }

    /// The same the other way.
    void take(long[] st, @Nullable Object[] rs, int base, int count) {
        System.arraycopy(bits, 0, st, base, count);
        System.arraycopy(references, 0, rs, base, count);
    }

    /// Makes room for so many units.
    void room(int count) {
        if (count > bits.length) {
            bits = Arrays.copyOf(bits, count * 2);
            references = Arrays.copyOf(references, count * 2);
        }
    }

    /// Whether so many bytes more are within the limit; if so, they are taken.
    boolean takeMemory(long bytes) {
        if (bytes > limits.memoryBytes() - memoryBytes) {
            return false;
        }
        memoryBytes += bytes;
        return true;
    }

    long memoryLeft() {
        return limits.memoryBytes() - memoryBytes;
    }

    void takeInstance() {
        if (instances == limits.instances()) {
            throw TrapException.limit(
                    "an instance more than the " + instances + " of the store", null);
        }
        instances++;
    }

    void giveMemory(long bytes) {
        memoryBytes -= bytes;
    }

    boolean takeElements(long count) {
        if (count > limits.tableElements() - tableElements) {
            return false;
        }
        tableElements += count;
        return true;
    }
}
