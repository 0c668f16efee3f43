package dev.weir.reconcile;

import org.jspecify.annotations.Nullable;

/// A request inside a [WorkQueue]: one entry for each key, whatever was asked of it. Its fields are
/// guarded by the queue's lock.
final class Item {
    /// Where an item is.
    enum State {
        /// In a lane, waiting for a worker.
        Ready,
        /// In the heap, waiting for its time.
        Delayed,
        /// With a worker.
        Running
    }

    static final long NEVER = Long.MAX_VALUE;

    final Request request;
    State state = State.Ready;
    Priority priority;

    /// When it became ready, then when it was handed out.
    long since;

    /// Delayed: when it is due. Running: when it is to run again, or NEVER.
    long due = NEVER;

    /// Running: the priority of the next run.
    Priority next = Priority.Low;

    /// Its place in the heap.
    int index = -1;

    /// Its neighbours in the lane.
    @Nullable Item before;

    @Nullable Item after;
    @Nullable Tenant tenant;

    Item(Request request, Priority priority) {
        this.request = request;
        this.priority = priority;
    }

    /// The items of one namespace at one priority, first come, first served.
    static final class Tenant {
        final String namespace;
        @Nullable Item head;
        @Nullable Item tail;

        Tenant(String namespace) {
            this.namespace = namespace;
        }

        void append(Item item) {
            item.tenant = this;
            item.before = tail;
            item.after = null;
            if (tail == null) {
                head = item;
            } else {
                tail.after = item;
            }
            tail = item;
        }

        void unlink(Item item) {
            if (item.before == null) {
                head = item.after;
            } else {
                item.before.after = item.after;
            }
            if (item.after == null) {
                tail = item.before;
            } else {
                item.after.before = item.before;
            }
            item.before = null;
            item.after = null;
            item.tenant = null;
        }
    }
}
