package dev.weir.telemetry.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Where the measurements of one series are added up: the cell itself at first, stripes once
/// threads meet. From then on nobody writes to the cell, which all threads read, until it is
/// collected.
///
/// A stripe has one owner at a time, who may change its fields as if no other thread existed, and
/// holds it for a handful of plain stores. A writer never waits for an owner: where its stripe is
/// taken it uses another one, and where all are taken it adds some. The collector takes one stripe
/// after the other, so that it meets a writer as another writer would. This costs one atomic
/// instruction for a measurement, however much belongs to it (a histogram's count, sum, minimum,
/// maximum and exemplar), and what the collector reads of a stripe is always consistent; a set of
/// adders would cost one atomic instruction for each part, and need a second protocol for
/// consistency.
///
/// Series of delta temporality that nobody writes to are given up. All stripes of such a cell are
/// closed while the collector owns them; who still holds a reference is told so by `acquire` and
/// looks up the series anew. Thus no measurement is lost or counted twice.
///
/// Threads find their stripe by their id: a carrier thread cannot be told from within, and a
/// thread-local would leave one entry behind for each virtual thread.
abstract class Cell {
    /// Elements at the end of an array that keep what follows it off the last cache line in use.
    static final int PAD = 16;

    private static final int FREE = 0;
    private static final int WRITING = 1;
    private static final int COLLECTING = 2;
    private static final int SHUT = 3;

    private static final int MAX_STRIPES =
            Math.max(16, Integer.highestOneBit(Runtime.getRuntime().availableProcessors()) * 8);
    private static final int FIRST_STRIPES = 4;
    private static final int SPINS = 64;

    private static final VarHandle STATE;
    private static final VarHandle STRIPES;
    private static final Cell[] CLOSED;

    static {
        try {
            var lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(Cell.class, "state", int.class);
            STRIPES = lookup.findVarHandle(Cell.class, "stripes", Cell[].class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
        CLOSED = new Cell[] {new Closed()};
    }

    /// Changed through `STATE` only.
    @SuppressWarnings("unused")
    private int state;

    /// Nothing while the cell is its only stripe. Changed through `STRIPES`.
    private volatile Cell @Nullable [] stripes;

    /// Whether anything was recorded since the owner last cleared this.
    private boolean recorded;

    /// What may become exemplars; the owner's.
    private @Nullable Reservoir exemplars;

    /// Another stripe of the same kind, at a distance in memory from whatever comes next.
    abstract Cell stripe();

    /// Adds what this stripe holds to another cell of the same kind; both are the caller's.
    abstract void addTo(Cell sum);

    /// Forgets what was recorded; the caller owns this stripe.
    abstract void clear();

    /// Takes a stripe over for one measurement.
    ///
    /// @return the stripe, which `release` gives back; nothing where this cell was closed
    final @Nullable Cell acquire() {
        var all = stripes;
        var mine = all == null ? this : all[spread() & (all.length - 1)];
        return STATE.compareAndSet(mine, FREE, WRITING) ? mine : acquireOther();
    }

    /// Takes this very stripe over, unless another writer owns it just now.
    ///
    /// @return whether this stripe is the caller's; nothing where this cell was closed
    final @Nullable Boolean acquireFirst() {
        while (true) {
            if (STATE.compareAndSet(this, FREE, WRITING)) {
                return true;
            }
            int seen = (int) STATE.getVolatile(this);
            if (seen == SHUT) {
                return null;
            }
            if (seen == WRITING) {
                return false;
            }
            Thread.onSpinWait();
        }
    }

    /// Gives a stripe back that something was recorded in.
    final void release() {
        recorded = true;
        STATE.setRelease(this, FREE);
    }

    /// The reservoir of a stripe that the caller owns.
    final @Nullable Reservoir exemplars() {
        return exemplars;
    }

    /// Gives a stripe that the caller owns a reservoir.
    final Reservoir exemplars(Reservoir reservoir) {
        exemplars = reservoir;
        return reservoir;
    }

    /// Collects all stripes into a cell that is cleared before.
    ///
    /// @param sum a cell that is the caller's alone
    /// @param reset whether the stripes begin anew; exemplars always do
    /// @return whether anything was recorded since the stripes last began
    final boolean collect(Cell sum, boolean reset) {
        sum.begin();
        boolean any = collectOne(sum, reset);
        var all = stripes;
        if (all != null) {
            for (var stripe : all) {
                any |= stripe.collectOne(sum, reset);
            }
        }
        return any;
    }

    /// Closes this cell unless something was recorded since it last began.
    final boolean closeIfIdle() {
        var all = stripes;
        if (all == CLOSED) {
            return false;
        }
        boolean idle = ownIdle();
        if (all != null) {
            for (var stripe : all) {
                idle &= stripe.ownIdle();
            }
        }
        boolean shut = idle && STRIPES.compareAndSet(this, all, CLOSED);
        int next = shut ? SHUT : FREE;
        STATE.setRelease(this, next);
        if (all != null) {
            for (var stripe : all) {
                STATE.setRelease(stripe, next);
            }
        }
        return shut;
    }

    private boolean ownIdle() {
        own();
        return !recorded;
    }

    /// How many stripes there are beside the cell itself.
    final int width() {
        var all = stripes;
        return all == null ? 0 : all.length;
    }

    private void begin() {
        clear();
        if (exemplars != null) {
            exemplars.clear();
        }
    }

    private boolean collectOne(Cell sum, boolean reset) {
        if (!own()) {
            return false;
        }
        boolean any = recorded;
        if (any) {
            addTo(sum);
            var mine = exemplars;
            if (mine != null && !mine.isEmpty()) {
                var theirs = sum.exemplars;
                (theirs == null ? sum.exemplars(mine.another()) : theirs).absorb(mine);
                mine.clear();
            }
            if (reset) {
                clear();
                recorded = false;
            }
        }
        STATE.setRelease(this, FREE);
        return any;
    }

    /// Waits for this stripe: its owner needs it for a few instructions, or else for as long as the
    /// operating system lets another thread run.
    ///
    /// @return false for one that was closed: it holds nothing, and nobody gives it back
    private boolean own() {
        for (int i = 0; !STATE.compareAndSet(this, FREE, COLLECTING); i++) {
            if ((int) STATE.getVolatile(this) == SHUT) {
                return false;
            }
            pause(i);
        }
        return true;
    }

    private @Nullable Cell acquireOther() {
        for (int i = 0; ; i++) {
            var all = stripes;
            if (all == CLOSED) {
                return null;
            }
            if (all == null) {
                if (STATE.compareAndSet(this, FREE, WRITING)) {
                    return this;
                }
                if ((int) STATE.getVolatile(this) != COLLECTING || i > SPINS) {
                    grow(null, FIRST_STRIPES);
                }
                Thread.onSpinWait();
                continue;
            }
            int start = spread();
            for (int j = 0; j < all.length; j++) {
                var stripe = all[start + j & (all.length - 1)];
                if (STATE.compareAndSet(stripe, FREE, WRITING)) {
                    if (j > 0 && all.length < MAX_STRIPES) {
                        grow(all, all.length * 2);
                    }
                    return stripe;
                }
            }
            if (all.length < MAX_STRIPES) {
                grow(all, all.length * 2);
            } else {
                pause(i);
            }
        }
    }

    /// Adds stripes; where another thread did so first, its are used.
    private void grow(Cell @Nullable [] seen, int width) {
        int kept = seen == null ? 0 : seen.length;
        var more = new Cell[width];
        for (int i = 0; i < width; i++) {
            more[i] = i < kept && seen != null ? seen[i] : stripe();
        }
        STRIPES.compareAndSet(this, seen, more);
    }

    private static void pause(int round) {
        if (round < SPINS) {
            Thread.onSpinWait();
        } else {
            Thread.yield();
        }
    }

    /// Ids are given out in sequence; the golden ratio spreads them.
    private static int spread() {
        return (int) (Thread.currentThread().threadId() * 0x9E3779B97F4A7C15L >>> 56);
    }

    /// What stands for all stripes of a closed cell.
    private static final class Closed extends Cell {
        Closed() {
            STATE.setVolatile(this, SHUT);
        }

        @Override
        Cell stripe() {
            return this;
        }

        @Override
        void addTo(Cell sum) {}

        @Override
        void clear() {}
    }
}
