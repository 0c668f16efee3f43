package dev.weir.reconcile;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The requests that wait for a reconciler: each at most once, each with at most one worker.
///
/// A request added while it waits is merged: the higher priority and the earlier time win. One
/// added while a worker has it waits until [#done], then comes again. Served are the higher
/// priority first and, within it, the namespaces in turn; one in 16 comes from the least urgent, so
/// that nothing starves. Adding, taking and finishing take constant time, delays logarithmic time.
///
/// Thread-safe: one lock guards all, held for a few dozen instructions at a time.
public final class WorkQueue implements AutoCloseable {
    static final double RETRIES_PER_SECOND = 10;
    static final int RETRY_BURST = 100;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrival = lock.newCondition();
    private final Map<Request, Item> items = new HashMap<>();
    private final Map<Request, Integer> failures = new HashMap<>();
    private final Lanes lanes = new Lanes();
    private final DelayHeap delayed = new DelayHeap();
    private final Map<Request, Item> running = new HashMap<>();
    private final Time time;
    private final Backoff backoff;
    private final TokenBucket bucket;
    private final QueueMetrics metrics = new QueueMetrics();
    private int sleepers;
    private boolean closed;

    WorkQueue(Time time, Backoff backoff) {
        this(time, backoff, new TokenBucket(RETRIES_PER_SECOND, RETRY_BURST, time.nanos()));
    }

    /// @param bucket limits the retries of all requests together
    WorkQueue(Time time, Backoff backoff, TokenBucket bucket) {
        this.time = time;
        this.backoff = backoff;
        this.bucket = bucket;
    }

    /// An empty queue on the machine's time, with delays for retries that double from `base` up to
    /// `max`.
    public static WorkQueue of(Duration base, Duration max) {
        return new WorkQueue(Time.SYSTEM, new Backoff(base, max));
    }

    /// Asks for a request to be served.
    public void add(Request request, Priority priority) {
        lock.lock();
        try {
            put(request, priority, Long.MIN_VALUE);
        } finally {
            lock.unlock();
        }
    }

    /// Asks for a request to be served after a time. A request being served keeps its priority.
    public void addAfter(Request request, Priority priority, Duration delay) {
        lock.lock();
        try {
            put(request, priority, time.nanos() + delay.toNanos());
        } finally {
            lock.unlock();
        }
    }

    /// Asks for a request whose worker failed to be served again: after a delay that doubles with
    /// each failure in a row, and not before the limit of all retries together allows it. It keeps
    /// its priority.
    public void retry(Request request) {
        lock.lock();
        try {
            int count = failures.merge(request, 1, Integer::sum);
            long now = time.nanos();
            long delay = Math.max(backoff.nanos(count), bucket.reserve(now));
            metrics.retries++;
            put(request, priorityOf(request), now + delay);
        } finally {
            lock.unlock();
        }
    }

    /// Ends a row of failures: the next one starts with the least delay.
    public void forget(Request request) {
        lock.lock();
        try {
            if (!failures.isEmpty()) {
                failures.remove(request);
            }
        } finally {
            lock.unlock();
        }
    }

    /// How often a request failed in a row.
    int failures(Request request) {
        lock.lock();
        try {
            return failures.getOrDefault(request, 0);
        } finally {
            lock.unlock();
        }
    }

    /// The request to serve now, or null where there is none. The caller is its worker until
    /// [#done].
    public @Nullable Request poll() {
        lock.lock();
        try {
            return next();
        } finally {
            lock.unlock();
        }
    }

    /// The next request to serve; waits for one. The caller is its worker until [#done].
    ///
    /// @return null once the queue is closed
    public @Nullable Request take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                var request = next();
                if (request != null || closed) {
                    return request;
                }
                await();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Ends the serving of a request that [#poll] or [#take] handed out.
    public void done(Request request) {
        lock.lock();
        try {
            var item = running.remove(request);
            if (item == null) {
                return;
            }
            metrics.work(time.nanos() - item.since);
            if (item.due == Item.NEVER || closed) {
                items.remove(request);
                return;
            }
            item.priority = item.next;
            item.next = Priority.Low;
            settle(item);
        } finally {
            lock.unlock();
        }
    }

    /// Wakes all waiting workers and takes no more requests. Idempotent.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            arrival.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Whether a request could be served now.
    boolean ready() {
        lock.lock();
        try {
            ripen();
            return lanes.size() > 0;
        } finally {
            lock.unlock();
        }
    }

    /// Nanoseconds of [Time#nanos()] at which the next delayed request is due, or `Long.MAX_VALUE`.
    long nextDue() {
        lock.lock();
        try {
            var first = delayed.first();
            return first == null ? Item.NEVER : first.due;
        } finally {
            lock.unlock();
        }
    }

    /// The requests that a worker has had for longer than that, and for how many nanoseconds.
    Map<Request, Long> heldFor(Duration atLeast) {
        lock.lock();
        try {
            var held = new HashMap<Request, Long>();
            long now = time.nanos();
            for (var item : running.values()) {
                if (now - item.since > atLeast.toNanos()) {
                    held.put(item.request, now - item.since);
                }
            }
            return held;
        } finally {
            lock.unlock();
        }
    }

    /// Figures of the queue so far.
    QueueMetrics.Figures figures() {
        lock.lock();
        try {
            return metrics.figures(lanes.depth(), running.values(), time.nanos());
        } finally {
            lock.unlock();
        }
    }

    /// How urgently a request is being served.
    Priority priorityOf(Request request) {
        lock.lock();
        try {
            var item = items.get(request);
            return item == null ? Priority.Normal : item.priority;
        } finally {
            lock.unlock();
        }
    }

    private void put(Request request, Priority priority, long due) {
        if (closed) {
            return;
        }
        var item = items.get(request);
        if (item == null) {
            item = new Item(request, priority);
            items.put(request, item);
            item.due = due;
            settle(item);
            return;
        }
        switch (item.state) {
            case Running -> {
                item.due = Math.min(item.due, due);
                item.next = max(item.next, priority);
            }
            case Ready -> {
                if (priority.compareTo(item.priority) > 0) {
                    lanes.promote(item, priority);
                }
            }
            case Delayed -> hasten(item, priority, due);
        }
    }

    private void hasten(Item item, Priority priority, long due) {
        item.priority = max(item.priority, priority);
        if (due >= item.due) {
            return;
        }
        delayed.remove(item);
        item.due = due;
        settle(item);
    }

    /// Puts an item into the lane or, where its time has not come, into the heap.
    private void settle(Item item) {
        if (item.due == Long.MIN_VALUE || item.due <= time.nanos()) {
            enter(item);
            wake();
            return;
        }
        item.state = Item.State.Delayed;
        delayed.add(item);
        if (item.index == 0) {
            wake();
        }
    }

    private void enter(Item item) {
        item.state = Item.State.Ready;
        item.due = Item.NEVER;
        item.since = time.nanos();
        lanes.add(item);
        metrics.adds++;
    }

    private void ripen() {
        var first = delayed.first();
        if (first == null) {
            return;
        }
        long now = time.nanos();
        while (first != null && first.due <= now) {
            delayed.remove(first);
            enter(first);
            first = delayed.first();
        }
    }

    private @Nullable Request next() {
        ripen();
        var item = lanes.next();
        if (item == null) {
            return null;
        }
        long now = time.nanos();
        metrics.queued(now - item.since);
        item.state = Item.State.Running;
        item.since = now;
        running.put(item.request, item);
        if (lanes.size() > 0) {
            wake();
        }
        return item.request;
    }

    private void await() throws InterruptedException {
        sleepers++;
        try {
            var first = delayed.first();
            if (first == null) {
                arrival.await();
            } else {
                arrival.await(Math.max(1, first.due - time.nanos()), TimeUnit.NANOSECONDS);
            }
        } finally {
            sleepers--;
        }
    }

    private void wake() {
        if (sleepers > 0) {
            arrival.signal();
        }
    }

    private static Priority max(Priority a, Priority b) {
        return a.compareTo(b) >= 0 ? a : b;
    }
}
