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
import java.util.function.Consumer;
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

    /// Starts a span. All that the builder knows comes as arguments, so that the builder is gone
    /// when the compiler has inlined the few lines before this call.
    ///
    /// @param startEpoch nanoseconds since 1970; 0 is now
    /// @param first what to tell the span first
    Span start(
            String name,
            SpanKind kind,
            Context context,
            long startEpoch,
            @Nullable List<Consumer<Draft>> first) {
        var parent = Span.fromContext(context).getSpanContext();
        if (parent instanceof SpanIds ids) {
            int flags = ids.flags() & RANDOM;
            return start(
                    name,
                    kind,
                    startEpoch,
                    first,
                    ids,
                    ids.traceHigh,
                    ids.traceLow,
                    ids.spanId,
                    flags);
        }
        if (parent.isValid()) {
            var id = parent.getTraceId();
            long high = HexFormat.fromHexDigitsToLong(id, 0, 16);
            long low = HexFormat.fromHexDigitsToLong(id, 16, 32);
            long parentId = HexFormat.fromHexDigitsToLong(parent.getSpanId());
            int flags = parent.getTraceFlags().asByte() & RANDOM;
            return start(name, kind, startEpoch, first, parent, high, low, parentId, flags);
        }
        var random = ThreadLocalRandom.current();
        return start(
                name,
                kind,
                startEpoch,
                first,
                parent,
                random.nextLong(),
                notZero(random),
                0,
                RANDOM);
    }

    private Span start(
            String name,
            SpanKind kind,
            long startEpoch,
            @Nullable List<Consumer<Draft>> first,
            SpanContext parent,
            long high,
            long low,
            long parentId,
            int flags) {
        long id = notZero(ThreadLocalRandom.current());
        var sampler = provider.sampler;
        var state = sampler.sample(parent, high, low);
        if (state == null) {
            return new UnsampledSpan(high, low, id, sampler.unsampled(parent), flags);
        }
        var draft = provider.pipeline.draft(this);
        var span = new RecordingSpan(high, low, id, state, flags | SAMPLED, draft);
        long offset = provider.clockOffset;
        draft.clockOffset = offset;
        long epoch = startEpoch != 0 ? startEpoch : provider.time.nanos() + offset;
        draft.begin(span, parentId, parent.isRemote(), kind, name, epoch);
        if (first != null) {
            for (var step : first) {
                step.accept(draft);
            }
        }
        return span;
    }

    private static long notZero(ThreadLocalRandom random) {
        long id = random.nextLong();
        while (id == 0) {
            id = random.nextLong();
        }
        return id;
    }

    /// Now, in nanoseconds since 1970, by the clock of a span.
    long now(Draft draft) {
        return provider.time.nanos() + draft.clockOffset;
    }

    /// Takes a span that its owner ended, and its draft back.
    void ended(RecordingSpan span, Draft draft, long endEpoch) {
        var tail = provider.tail;
        if (tail == null) {
            provider.pipeline.ended(draft, draft.finish(endEpoch));
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
