package dev.weir.telemetry;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Lends pages, and bounds how much memory all that are lent may take. Thread-safe.
final class PagePool {
    static final int PAGE_BYTES = 8 << 10;
    private static final int KEPT = 128;

    private final long maxBytes;
    private final AtomicLong lent = new AtomicLong();
    private final AtomicInteger kept = new AtomicInteger();
    private final ConcurrentLinkedQueue<Page> pages = new ConcurrentLinkedQueue<>();

    PagePool(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /// An empty page with room for `least` bytes, or null where memory is used up.
    @Nullable Page take(int least, ScopeTracer tracer) {
        int capacity = Math.max(least, PAGE_BYTES);
        if (lent.addAndGet(capacity) > maxBytes) {
            lent.addAndGet(-capacity);
            return null;
        }
        var page = capacity == PAGE_BYTES ? pages.poll() : null;
        if (page == null) {
            return new Page(capacity, tracer);
        }
        kept.decrementAndGet();
        page.tracer = tracer;
        return page;
    }

    /// Takes a page back; nobody reads it any more.
    void give(Page page) {
        lent.addAndGet(-page.bytes.length);
        if (page.bytes.length == PAGE_BYTES && kept.get() < KEPT) {
            page.size = 0;
            page.spans = 0;
            kept.incrementAndGet();
            pages.add(page);
        }
    }

    /// The bytes of all pages that are lent.
    long lent() {
        return lent.get();
    }
}
