package dev.weir.telemetry.otlp;

import java.util.concurrent.atomic.AtomicLong;

/// The bytes that may wait in memory, of all signals of an exporter together. Thread-safe.
final class Memory {
    private final long limit;
    private final AtomicLong used = new AtomicLong();

    Memory(long limit) {
        this.limit = limit;
    }

    /// Takes bytes, if there are as many left.
    boolean reserve(long bytes) {
        long now = used.get();
        while (now + bytes <= limit) {
            long seen = used.compareAndExchange(now, now + bytes);
            if (seen == now) {
                return true;
            }
            now = seen;
        }
        return false;
    }

    void release(long bytes) {
        used.addAndGet(-bytes);
    }

    long used() {
        return used.get();
    }

    /// Whether half of it is taken, so that what can go to disk should.
    boolean pressed() {
        return used.get() > limit / 2;
    }
}
