package dev.weir.telemetry;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Lends pages, and bounds how much memory all that are lent may take. Thread-safe.
final class PagePool {
    static final int PAGE_BYTES = 8 << 10;
    private static final int KEPT = 128;

    private final long maxBytes;
    private final AtomicLong lent = new AtomicLong();

    /// The page that came back last goes out first, as it is still in the processor's cache.
    private final ArrayDeque<Page> pages = new ArrayDeque<>(KEPT);

    private boolean closed;

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
        var page = capacity == PAGE_BYTES ? kept() : null;
        if (page == null) {
            return new Page(capacity, tracer);
        }
        page.tracer = tracer;
        return page;
    }

    private @Nullable Page kept() {
        synchronized (pages) {
            return pages.pollLast();
        }
    }

    /// Takes a page back; nobody reads it any more.
    void give(Page page) {
        lent.addAndGet(-page.bytes.length);
        if (page.bytes.length == PAGE_BYTES) {
            page.size = 0;
            page.spans = 0;
            synchronized (pages) {
                if (!closed && pages.size() < KEPT) {
                    pages.addLast(page);
                }
            }
        }
    }

    /// Keeps no page any more: pages lead to their engine, and threads that ended spans here lead
    /// to this pool for as long as they live.
    void close() {
        synchronized (pages) {
            closed = true;
            pages.clear();
        }
    }

    /// The bytes of all pages that are lent.
    long lent() {
        return lent.get();
    }
}
