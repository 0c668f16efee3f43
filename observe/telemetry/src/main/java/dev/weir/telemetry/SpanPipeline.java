package dev.weir.telemetry;

import dev.weir.telemetry.otlp.Redactor;
import dev.weir.telemetry.otlp.Sink;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The way of spans from their end to the sink: into a page of a stripe, and with its stripe's
/// other pages into a request.
///
/// A platform thread belongs to one stripe; a virtual thread takes the one that its number says, so
/// there is never anything for each virtual thread. Who fills a stripe makes the request; the sink
/// never blocks, so no thread and no queue is between them. [#flush] gathers what is left.
///
/// Thread-safe.
final class SpanPipeline {
    private static final int REQUEST_BYTES = 1 << 20;
    private static final int TRIES_BEFORE_YIELD = 64;

    private final Stripe[] stripes;
    private final AtomicInteger threads = new AtomicInteger();
    private final ThreadLocal<Home> homes =
            new ThreadLocal<>() {
                @Override
                protected Home initialValue() {
                    return new Home(stripes[threads.getAndIncrement() & stripes.length - 1]);
                }
            };

    private final PagePool pool;
    private final SpanRequests requests;
    private final Sink sink;
    private final int batch;
    private final int queue;
    private final AtomicInteger handedOver = new AtomicInteger();
    private final SpanLimits limits;
    private final Redactor redactor;
    private final LongAdder dropped = new LongAdder();
    private volatile boolean closed;

    SpanPipeline(
            Supplier<byte[]> resource,
            SpanLimits limits,
            Redactor redactor,
            Batching batching,
            Sink sink) {
        this.limits = limits;
        this.redactor = redactor;
        this.sink = sink;
        batch = batching.items();
        queue = batching.queue();
        pool = new PagePool(batching.waitingBytes());
        requests = new SpanRequests(resource, this);
        int cores = Runtime.getRuntime().availableProcessors();
        stripes = new Stripe[Math.min(64, Integer.highestOneBit(2 * cores - 1) << 1)];
        for (int i = 0; i < stripes.length; i++) {
            stripes[i] = new Stripe(pool);
        }
    }

    /// A draft that the calling thread owns.
    Draft draft() {
        var thread = Thread.currentThread();
        return thread.isVirtual() ? virtualDraft(thread) : platformDraft(thread);
    }

    private Draft platformDraft(Thread thread) {
        var home = homes.get();
        var draft = home.take();
        if (draft == null) {
            draft = home.stripe.newDraft(limits, redactor);
            draft.home = home;
            draft.owner = thread;
        }
        return draft;
    }

    private Draft virtualDraft(Thread thread) {
        var stripe = lock((int) thread.threadId());
        var draft = stripe.takeDraft();
        stripe.unlock();
        if (draft == null) {
            draft = stripe.newDraft(limits, redactor);
        }
        draft.owner = thread;
        return draft;
    }

    /// Takes a span that ended, and its draft back from its owner.
    void ended(ScopeTracer tracer, Draft draft, int from) {
        var home = draft.home;
        if (home == null) {
            append(lockHome(), tracer, draft.bytes, from, draft.position - from, draft);
        } else {
            var stripe = home.stripe.tryLock() ? home.stripe : lockHome();
            append(stripe, tracer, draft.bytes, from, draft.position - from, null);
            if (!draft.outgrown()) {
                home.give(draft);
            }
        }
    }

    /// Takes the draft of a span that ended back from its owner.
    void giveBack(Draft draft) {
        if (draft.outgrown()) {
            return;
        }
        var home = draft.home;
        if (home != null) {
            home.give(draft);
        } else {
            draft.owner = null;
            var stripe = lockHome();
            stripe.giveDraft(draft);
            stripe.unlock();
        }
    }

    /// Takes a span that ended, whose bytes are copied.
    void append(ScopeTracer tracer, byte[] source, int from, int length) {
        append(lockHome(), tracer, source, from, length, null);
    }

    /// @param stripe locked, and unlocked by this
    private void append(
            Stripe stripe,
            ScopeTracer tracer,
            byte[] source,
            int from,
            int length,
            @Nullable Draft back) {
        List<Page> sealed = null;
        boolean taken;
        try {
            taken = !closed && stripe.append(tracer, source, from, length);
            if (back != null && !back.outgrown()) {
                back.owner = null;
                stripe.giveDraft(back);
            }
            if (stripe.spans() >= batch || stripe.bytes() >= REQUEST_BYTES) {
                sealed = stripe.seal();
            }
        } finally {
            stripe.unlock();
        }
        if (!taken) {
            dropped.increment();
        }
        if (sealed != null) {
            handOver(sealed);
        }
    }

    /// Hands over whatever ended before.
    void flush() {
        var waiting = new ArrayList<Page>();
        int spans = 0;
        for (var stripe : stripes) {
            for (var page : seal(stripe)) {
                if (spans + page.spans > batch && !waiting.isEmpty()) {
                    handOver(waiting);
                    waiting.clear();
                    spans = 0;
                }
                waiting.add(page);
                spans += page.spans;
            }
        }
        if (!waiting.isEmpty()) {
            handOver(waiting);
        }
    }

    private void handOver(List<Page> pages) {
        int spans = 0;
        for (var page : pages) {
            spans += page.spans;
        }
        if (handedOver.addAndGet(spans) > queue) {
            dropped.add(spans);
            release(List.copyOf(pages));
        } else {
            sink.accept(requests.of(List.copyOf(pages), spans));
        }
    }

    /// Takes pages back that nobody reads any more.
    void release(List<Page> pages) {
        for (var page : pages) {
            handedOver.addAndGet(-page.spans);
            pool.give(page);
        }
    }

    private static List<Page> seal(Stripe stripe) {
        while (!stripe.tryLock()) {
            Thread.onSpinWait();
        }
        try {
            return stripe.seal();
        } finally {
            stripe.unlock();
        }
    }

    /// Takes no more spans, and hands over those that ended.
    void close() {
        closed = true;
        flush();
        pool.close();
    }

    /// How many spans were dropped as there was no memory for them, or as they ended too late.
    long dropped() {
        return dropped.sum();
    }

    /// The bytes of pages that are not released yet.
    long waitingBytes() {
        return pool.lent();
    }

    private Stripe lockHome() {
        var thread = Thread.currentThread();
        if (thread.isVirtual()) {
            return lock((int) thread.threadId());
        }
        var stripe = homes.get().stripe;
        return stripe.tryLock() ? stripe : lock(threads.getPlain());
    }

    private Stripe lock(int first) {
        for (int i = 0; ; i++) {
            var stripe = stripes[first + i & stripes.length - 1];
            if (stripe.tryLock()) {
                return stripe;
            }
            if ((i & TRIES_BEFORE_YIELD - 1) == TRIES_BEFORE_YIELD - 1) {
                Thread.yield();
            }
        }
    }
}
