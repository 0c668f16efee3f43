package dev.weir.wasm;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// The threads that wait at places of a memory, and the lock that makes each atomic instruction on
/// it one step. Thread-safe; a thread that waits parks.
final class Waiters {
    private static final int WOKEN = 0;
    private static final int NOT_EQUAL = 1;
    private static final int TIMED_OUT = 2;

    private final ReentrantLock lock = new ReentrantLock();
    private final List<Waiter> all = new ArrayList<>();

    private static final class Waiter {
        final Thread thread = Thread.currentThread();
        final long address;
        volatile boolean woken;

        Waiter(long address) {
            this.address = address;
        }
    }

    long locked(LongSupplier step) {
        lock.lock();
        try {
            return step.getAsLong();
        } finally {
            lock.unlock();
        }
    }

    /// Wakes at most so many, unsigned, of those who wait at an address, in their order.
    int wake(long address, int most) {
        lock.lock();
        try {
            int count = 0;
            for (var waiter : List.copyOf(all)) {
                if (count != most && waiter.address == address) {
                    all.remove(waiter);
                    waiter.woken = true;
                    LockSupport.unpark(waiter.thread);
                    count++;
                }
            }
            return count;
        } finally {
            lock.unlock();
        }
    }

    /// Waits while nobody wakes the thread.
    ///
    /// @param expected what must be at the address for that, by `found`
    /// @param nanos how long at most; negative for no end
    /// @return 0 woken, 1 something else was there, 2 the time is over
    int await(Store store, long address, long expected, LongSupplier found, long nanos) {
        lock.lock();
        Waiter waiter;
        try {
            if (found.getAsLong() != expected) {
                return NOT_EQUAL;
            }
            waiter = new Waiter(address);
            all.add(waiter);
        } finally {
            lock.unlock();
        }
        store.onCancel(() -> LockSupport.unpark(waiter.thread));
        try {
            return park(store, waiter, nanos);
        } finally {
            store.onCancel(null);
            locked(() -> all.remove(waiter) ? 1 : 0);
        }
    }

    private int park(Store store, Waiter waiter, long nanos) {
        long start = System.nanoTime();
        while (!waiter.woken) {
            store.checkCancelled();
            if (Thread.interrupted()) {
                Thread.currentThread().interrupt();
                throw new TrapException(TrapException.Code.CANCELLED);
            }
            if (nanos < 0) {
                LockSupport.park(this);
                continue;
            }
            long left = nanos - (System.nanoTime() - start);
            if (left <= 0) {
                // Whoever woke it in between has counted it.
                return locked(() -> waiter.woken ? 1 : 0) == 1 ? WOKEN : TIMED_OUT;
            }
            LockSupport.parkNanos(this, left);
        }
        return WOKEN;
    }
}
