package dev.weir.telemetry;

import dev.weir.telemetry.otlp.ProtoWriter;
import dev.weir.telemetry.otlp.Scope;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.Context;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// The tracer of one instrumentation scope. Thread-safe.
final class ScopeTracer implements Tracer {
    private static final Tracer NOOP = TracerProvider.noop().get("");
    private static final int SAMPLED = 1;
    private static final int RANDOM = 2;
    private static final String UNNAMED = "<unspecified span name>";

    final EngineTracerProvider provider;

    /// Numbers the scopes of a provider from 0.
    final int index;

    final byte[] scopeField;
    final byte[] schemaField;

    ScopeTracer(EngineTracerProvider provider, int index, Scope scope) {
        this.provider = provider;
        this.index = index;
        scopeField = scope.field();
        var schema = new ProtoWriter(16);
        if (scope.schemaUrl() != null) {
            schema.string(3, scope.schemaUrl());
        }
        schemaField = schema.toByteArray();
    }

    @Override
    public boolean isEnabled() {
        return !provider.closed;
    }

    @Override
    public SpanBuilder spanBuilder(String spanName) {
        if (provider.closed) {
            return NOOP.spanBuilder(spanName);
        }
        return new SpanStart(this, spanName == null || spanName.isBlank() ? UNNAMED : spanName);
    }

    /// Starts a span.
    ///
    /// All that the builder knows comes as arguments, and this is one method above the size that
    /// the JIT compiler inlines (`FreqInlineSize`), on purpose: so `startSpan` stays small wherever
    /// it is inlined, and the builder needs no memory there.
    ///
    /// @param startEpoch nanoseconds since 1970; 0 is now
    /// @param first what to tell the span first, as [Draft#tell] takes it
    Span start(
            String name,
            SpanKind kind,
            Context context,
            long startEpoch,
            @Nullable List<Object> first) {
        var random = ThreadLocalRandom.current();
        var parent =
                context == Context.root()
                        ? SpanContext.getInvalid()
                        : Span.fromContext(context).getSpanContext();
        long high;
        long low;
        long parentId;
        int flags;
        boolean remote = false;
        if (parent instanceof SpanIds ids) {
            high = ids.traceHigh;
            low = ids.traceLow;
            parentId = ids.spanId;
            flags = ids.flags() & RANDOM;
        } else if (parent.isValid()) {
            var trace = parent.getTraceId();
            high = HexFormat.fromHexDigitsToLong(trace, 0, 16);
            low = HexFormat.fromHexDigitsToLong(trace, 16, 32);
            parentId = HexFormat.fromHexDigitsToLong(parent.getSpanId());
            flags = parent.getTraceFlags().asByte() & RANDOM;
            remote = parent.isRemote();
        } else {
            high = random.nextLong();
            low = random.nextLong();
            while (low == 0) {
                low = random.nextLong();
            }
            parentId = 0;
            flags = RANDOM;
        }
        long id = random.nextLong();
        while (id == 0) {
            id = random.nextLong();
        }
        var engine = provider;
        var sampler = engine.sampler;
        var state = sampler.sample(parent, high, low);
        if (state == null) {
            return new UnsampledSpan(high, low, id, sampler.unsampled(parent), flags);
        }
        var draft = engine.pipeline.draft();
        var span = new RecordingSpan(this, high, low, id, state, flags | SAMPLED, draft);
        long offset = engine.clockOffset;
        draft.clockOffset = offset;
        long epoch = startEpoch != 0 ? startEpoch : engine.time.nanos() + offset;
        draft.begin(span, parentId, remote, kind, name, epoch);
        if (first != null) {
            for (int i = 0; i < first.size(); i += 2) {
                draft.tell(first.get(i), first.get(i + 1));
            }
        }
        return span;
    }

    /// Now, in nanoseconds since 1970, by the clock of a span.
    long now(Draft draft) {
        return provider.time.nanos() + draft.clockOffset;
    }

    /// Takes a span that its owner ended, and its draft back.
    void ended(RecordingSpan span, Draft draft, long endEpoch) {
        var tail = provider.tail;
        if (tail == null) {
            provider.pipeline.ended(this, draft, draft.finish(endEpoch));
        } else {
            tail.ended(span, draft, endEpoch);
            provider.pipeline.giveBack(draft);
        }
    }

    /// Takes a span that several threads wrote, whose draft is not used again.
    void endedShared(RecordingSpan span, Draft draft, long endEpoch) {
        var tail = provider.tail;
        if (tail == null) {
            int from = draft.finish(endEpoch);
            provider.pipeline.append(this, draft.bytes, from, draft.position - from);
        } else {
            tail.ended(span, draft, endEpoch);
        }
    }
}
