package dev.weir.wasm.wasi;

import dev.weir.wasm.Store;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

/// The time that a guest sees; meant to be implemented. Called on the guest's thread.
public interface Clocks {
    /// Nanoseconds since 1970.
    long realtime();

    /// Nanoseconds since some moment; never goes back.
    long monotonic();

    /// Lets time pass.
    ///
    /// @param store the guest's; waiting ends early when it is cancelled
    /// @param nanos at least 0
    /// @throws InterruptedException when the thread was interrupted
    void sleep(Store store, long nanos) throws InterruptedException;

    /// The host's clocks. Waiting parks the thread, so a virtual thread costs no other while it
    /// waits.
    static Clocks system() {
        return SystemClocks.INSTANCE;
    }

    /// Clocks that go on by a microsecond each time they are read, and by what is slept, at once:
    /// the same run shows the same times.
    static Clocks simulated(Instant start) {
        return new SimulatedClocks(start);
    }
}

/// The host's clocks.
enum SystemClocks implements Clocks {
    INSTANCE;

    @Override
    public long realtime() {
        var now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    @Override
    public long monotonic() {
        return System.nanoTime();
    }

    @Override
    public void sleep(Store store, long nanos) throws InterruptedException {
        long start = System.nanoTime();
        var thread = Thread.currentThread();
        store.onCancel(() -> LockSupport.unpark(thread));
        try {
            while (!store.isCancelled()) {
                long left = nanos - (System.nanoTime() - start);
                if (left <= 0) {
                    return;
                }
                LockSupport.parkNanos(this, left);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        } finally {
            store.onCancel(null);
        }
    }
}

/// Clocks that no host's clock moves.
final class SimulatedClocks implements Clocks {
    private static final long STEP = 1_000;

    private final long start;
    private long passed;

    SimulatedClocks(Instant start) {
        this.start = start.getEpochSecond() * 1_000_000_000L + start.getNano();
    }

    @Override
    public long realtime() {
        return start + monotonic();
    }

    @Override
    public long monotonic() {
        passed += STEP;
        return passed;
    }

    @Override
    public void sleep(Store store, long nanos) {
        passed = nanos > Long.MAX_VALUE / 2 - passed ? Long.MAX_VALUE / 2 : passed + nanos;
    }
}
