package dev.weir.store;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// The newest changes, each at the slot of its revision, and those who watch them.
///
/// One producer (the writer), any number of readers with a cursor each. A slot holds an immutable
/// event that knows its revision, so a reader needs no lock to tell the event it looks for from one
/// that lapped it. Revisions have no gaps, so the cursor is the revision.
final class WatchRing {
    private final AtomicReferenceArray<@Nullable StoreEvent> slots;
    private final int mask;
    private final Set<RingWatch> watches = ConcurrentHashMap.newKeySet();
    private volatile long tip;
    private volatile boolean closed;

    /// A ring that keeps at least `events` changes.
    WatchRing(int events) {
        int size = Math.max(2, Integer.highestOneBit(Math.max(1, events - 1)) << 1);
        slots = new AtomicReferenceArray<>(size);
        mask = size - 1;
    }

    /// The newest revision that watches may tell.
    long tip() {
        return tip;
    }

    boolean closed() {
        return closed;
    }

    /// Fills the slot of a change, untold until [#publish]. For the writer.
    void put(StoreEvent event) {
        slots.setRelease((int) event.revision() & mask, event);
    }

    /// The change of a revision, or null when it was lapped or forgotten.
    @Nullable StoreEvent get(long revision) {
        var event = slots.getAcquire((int) revision & mask);
        return event != null && event.revision() == revision ? event : null;
    }

    /// Lets the memory of a change go. For the writer.
    void forget(long revision) {
        if (get(revision) != null) {
            slots.setRelease((int) revision & mask, null);
        }
    }

    /// Shows the changes up to `to` and wakes whom they concern. For the writer.
    void publish(long to) {
        long from = tip;
        tip = to;
        for (var watch : watches) {
            watch.published(from, to);
        }
    }

    void add(RingWatch watch) {
        watches.add(watch);
        if (closed) {
            watch.close();
        }
    }

    void remove(RingWatch watch) {
        watches.remove(watch);
    }

    /// Ends all watches.
    void close() {
        closed = true;
        watches.forEach(RingWatch::close);
    }
}
