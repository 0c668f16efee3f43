package dev.weir.store;

import static dev.weir.store.StoreException.Code.CLOSED;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A cursor in the ring; until it has reached the ring, in the history.
///
/// The cursor is the revision up to which everything was told. Its reader moves it on, and so does
/// the writer while the reader is parked, over changes that do not concern it: a watch of a quiet
/// prefix is never late. Either may do so at any time because each step only replaces a true claim
/// ("nothing up to here is untold") by a stronger one.
///
/// No wake-up is lost: the reader sets `parked`, then looks at the tip; the writer moves the tip,
/// then looks at `parked`; both are volatile, so at least one sees the other.
final class RingWatch implements StoreWatch {
    /// How many changes of others are skipped before the cursor is moved.
    private static final int STRIDE = 4096;

    private final String prefix;
    private final Index index;
    private final WatchRing ring;
    private final AtomicLong told;
    private volatile @Nullable Thread parked;
    private volatile boolean closed;

    /// Whether the cursor has been in the ring; the reader's own.
    private boolean live;

    RingWatch(String prefix, long afterRevision, Index index, WatchRing ring) {
        this.prefix = prefix;
        this.index = index;
        this.ring = ring;
        told = new AtomicLong(afterRevision);
    }

    @Override
    public List<StoreEvent> next(int max, Duration wait) throws InterruptedException {
        long deadline = System.nanoTime() + wait.toNanos();
        for (; ; ) {
            var events = take(max);
            if (!events.isEmpty()) {
                return events;
            }
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return events;
            }
            park(left);
        }
    }

    private void park(long nanos) throws InterruptedException {
        parked = Thread.currentThread();
        if (told.get() >= ring.tip() && !closed) {
            LockSupport.parkNanos(this, nanos);
        }
        parked = null;
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private List<StoreEvent> take(int max) {
        var events = new ArrayList<StoreEvent>();
        for (; ; ) {
            if (closed) {
                throw new StoreException(CLOSED, "the watch of " + prefix + " is closed");
            }
            long from = told.get();
            long to = Math.min(ring.tip(), from + STRIDE);
            long last = from;
            while (last < to && events.size() < max) {
                var event = change(last + 1);
                if (event.entry().key().startsWith(prefix)) {
                    events.add(event);
                }
                last++;
            }
            advance(last);
            if (!events.isEmpty() || last >= ring.tip() || max <= 0) {
                return events;
            }
        }
    }

    private StoreEvent change(long revision) {
        var event = ring.get(revision);
        if (event != null) {
            live = true;
            return event;
        }
        var version = live ? null : index.change(revision);
        event = version == null ? null : version.event();
        if (event == null || revision <= index.compacted()) {
            throw index.compacted(revision - 1);
        }
        return event;
    }

    private void advance(long to) {
        told.accumulateAndGet(to, Math::max);
    }

    /// Wakes the reader when one of the changes behind `from` up to `to` concerns it. For the
    /// writer.
    void published(long from, long to) {
        var reader = parked;
        if (reader == null) {
            return;
        }
        for (long revision = from + 1; revision <= to; revision++) {
            var event = ring.get(revision);
            if (event == null || event.entry().key().startsWith(prefix)) {
                LockSupport.unpark(reader);
                return;
            }
        }
        if (!told.compareAndSet(from, to)) {
            LockSupport.unpark(reader);
        }
    }

    @Override
    public long revision() {
        return told.get();
    }

    @Override
    public void close() {
        closed = true;
        ring.remove(this);
        var reader = parked;
        if (reader != null) {
            LockSupport.unpark(reader);
        }
    }
}
