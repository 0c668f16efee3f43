package dev.weir.telemetry;

import dev.weir.telemetry.otlp.Redactor;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where the threads of one group put their ended spans: a page for each scope.
///
/// A lock of one bit guards everything; it is held for the copy of one span and never across
/// anything that blocks, so who does not get it takes the next stripe instead.
final class Stripe {
    private static final int SPARE_DRAFTS = 64;
    private static final VarHandle BUSY;

    static {
        try {
            BUSY = MethodHandles.lookup().findVarHandle(Stripe.class, "busy", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final TextCache texts = new TextCache();
    private final AttributeCache common = new AttributeCache();
    private final PagePool pool;

    @SuppressWarnings("unused") // by BUSY
    private int busy;

    private @Nullable Page[] open = new @Nullable Page[8];
    private List<Page> full = new ArrayList<>();
    private final @Nullable Draft[] spare = new @Nullable Draft[SPARE_DRAFTS];
    private int spares;
    private int spans;
    private int bytes;

    Stripe(PagePool pool) {
        this.pool = pool;
    }

    boolean tryLock() {
        return BUSY.compareAndSet(this, 0, 1);
    }

    void unlock() {
        BUSY.setRelease(this, 0);
    }

    int spans() {
        return spans;
    }

    int bytes() {
        return bytes;
    }

    /// Copies an ended span in.
    ///
    /// @return false where there is no memory for it
    boolean append(ScopeTracer tracer, byte[] source, int from, int length) {
        var page = page(tracer, length);
        if (page == null) {
            return false;
        }
        page.append(source, from, length);
        spans++;
        bytes += length;
        return true;
    }

    private @Nullable Page page(ScopeTracer tracer, int length) {
        if (tracer.index >= open.length) {
            open = Arrays.copyOf(open, Math.max(2 * open.length, tracer.index + 1));
        }
        var page = open[tracer.index];
        if (page != null && page.fits(length)) {
            return page;
        }
        if (page != null) {
            full.add(page);
            open[tracer.index] = null;
        }
        page = pool.take(length, tracer);
        open[tracer.index] = page;
        return page;
    }

    /// Takes all pages out.
    List<Page> seal() {
        var sealed = full;
        for (int i = 0; i < open.length; i++) {
            var page = open[i];
            if (page != null) {
                sealed.add(page);
                open[i] = null;
            }
        }
        full = new ArrayList<>();
        spans = 0;
        bytes = 0;
        return sealed;
    }

    Draft newDraft(SpanLimits limits, Redactor redactor) {
        return new Draft(limits, redactor, texts, common);
    }

    @Nullable Draft takeDraft() {
        if (spares == 0) {
            return null;
        }
        var draft = spare[--spares];
        spare[spares] = null;
        return draft;
    }

    void giveDraft(Draft draft) {
        if (spares < SPARE_DRAFTS) {
            spare[spares++] = draft;
        }
    }
}
