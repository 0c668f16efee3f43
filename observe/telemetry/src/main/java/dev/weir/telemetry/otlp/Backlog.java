package dev.weir.telemetry.otlp;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The payloads that wait for one courier, each signal in its order, and what flushing waits for.
///
/// Thread-safe: one lock guards all, held for a few dozen instructions at a time, so that handing
/// over never waits for a disk or a peer.
final class Backlog {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition progress = lock.newCondition();
    private final Map<Signal, Queue> queues = new EnumMap<>(Signal.class);
    private final Memory memory;
    private final LongSupplier nanos;
    private int flushing;
    private boolean closed;

    private static final class Queue {
        final Deque<Payload> payloads = new ArrayDeque<>();
        long since;
        long taken;
        long settled;
    }

    Backlog(Set<Signal> signals, Memory memory, LongSupplier nanos) {
        this.memory = memory;
        this.nanos = nanos;
        for (var signal : signals) {
            queues.put(signal, new Queue());
        }
    }

    /// What became of a payload that was offered.
    enum Offer {
        /// It waits behind others.
        QUEUED,
        /// It waits, and the courier should know.
        WAKE,
        FULL,
        CLOSED
    }

    Offer offer(Payload payload) {
        long size = payload.size();
        if (!memory.reserve(size)) {
            return Offer.FULL;
        }
        long now = nanos.getAsLong();
        lock.lock();
        try {
            if (closed) {
                memory.release(size);
                return Offer.CLOSED;
            }
            var queue = queue(payload.signal());
            boolean first = queue.payloads.isEmpty();
            if (first) {
                queue.since = now;
            }
            queue.payloads.add(payload);
            queue.taken++;
            return first || memory.pressed() ? Offer.WAKE : Offer.QUEUED;
        } finally {
            lock.unlock();
        }
    }

    /// The oldest payloads of a signal, up to a size, at least one; null where none waits.
    @Nullable Batch take(Signal signal, int limit) {
        lock.lock();
        try {
            var queue = queue(signal);
            var first = queue.payloads.poll();
            if (first == null) {
                return null;
            }
            var taken = new ArrayList<Payload>();
            taken.add(first);
            long size = first.size();
            for (var next = queue.payloads.peek();
                    next != null && size + next.size() <= limit;
                    next = queue.payloads.peek()) {
                taken.add(queue.payloads.remove());
                size += next.size();
            }
            return new Batch(signal, taken, size);
        } finally {
            lock.unlock();
        }
    }

    /// A batch that was taken is to wait again, before all others.
    void putBack(Batch batch) {
        lock.lock();
        try {
            var queue = queue(batch.signal());
            for (var payload : batch.payloads().reversed()) {
                queue.payloads.addFirst(payload);
            }
        } finally {
            lock.unlock();
        }
    }

    /// A batch is delivered, on disk or dropped, and no longer in use.
    void settle(Batch batch) {
        for (var payload : batch.payloads()) {
            payload.release();
        }
        memory.release(batch.size());
        lock.lock();
        try {
            queue(batch.signal()).settled += batch.payloads().size();
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Since when the oldest payload of a signal waits, in the time of `nanos`; the greatest number
    /// where none does.
    long since(Signal signal) {
        lock.lock();
        try {
            var queue = queue(signal);
            return queue.payloads.isEmpty() ? Long.MAX_VALUE : queue.since;
        } finally {
            lock.unlock();
        }
    }

    /// Whether what waits should go to disk now.
    boolean urgent() {
        if (memory.pressed()) {
            return true;
        }
        lock.lock();
        try {
            return flushing > 0 || closed;
        } finally {
            lock.unlock();
        }
    }

    /// Whether nothing waits and nothing is under way.
    boolean settled() {
        lock.lock();
        try {
            for (var queue : queues.values()) {
                if (queue.settled != queue.taken) {
                    return false;
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Takes no more.
    void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    /// Waits until what was offered before is settled.
    ///
    /// @param wake tells the courier that somebody waits
    boolean flush(Duration timeout, Runnable wake) {
        lock.lock();
        try {
            var marks = new EnumMap<Signal, Long>(Signal.class);
            for (var queue : queues.entrySet()) {
                marks.put(queue.getKey(), queue.getValue().taken);
            }
            flushing++;
            try {
                wake.run();
                return await(marks, timeout);
            } finally {
                flushing--;
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean await(Map<Signal, Long> marks, Duration timeout) {
        long left = timeout.toNanos();
        try {
            while (!reached(marks)) {
                if (left <= 0) {
                    return false;
                }
                left = progress.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean reached(Map<Signal, Long> marks) {
        for (var mark : marks.entrySet()) {
            if (queue(mark.getKey()).settled < mark.getValue()) {
                return false;
            }
        }
        return true;
    }

    private Queue queue(Signal signal) {
        var queue = queues.get(signal);
        if (queue == null) {
            throw new IllegalArgumentException(signal + " has another courier");
        }
        return queue;
    }
}
