package dev.weir.telemetry;

import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/// The latest traces that arrived, in memory, and how the services in them do.
///
/// Bounded three ways: by the number of traces, by about how many bytes their spans take, and by
/// the spans of one trace. Where a bound is reached the oldest trace goes, by the arrival of its
/// first span; a trace that grows too long keeps its first spans. Figures are kept of a bounded
/// number of services; what is above goes to a service named `(others)`.
///
/// Thread-safe: one lock guards all; what is asked for is copied under it.
public final class TraceWindow implements TelemetryConsumer {
    private static final int SPANS_OF_A_TRACE = 2000;
    private static final int SERVICES = 100;
    private static final int SOURCES = 256;
    private static final String OTHERS = "(others)";

    private final int maxTraces;
    private final long maxBytes;
    private final LongSupplier nanos;
    private final LinkedHashMap<String, KeptTrace> traces = new LinkedHashMap<>();
    private final Map<TelemetrySource, TelemetrySource> sources = new HashMap<>();
    private final Map<String, RequestMeter> services = new HashMap<>();
    private long bytes;

    private TraceWindow(int maxTraces, long maxBytes, LongSupplier nanos) {
        if (maxTraces < 1 || maxBytes < 1) {
            throw new IllegalArgumentException(
                    "a window of "
                            + maxTraces
                            + " traces and "
                            + maxBytes
                            + " bytes: expected 1 or more");
        }
        this.maxTraces = maxTraces;
        this.maxBytes = maxBytes;
        this.nanos = nanos;
    }

    /// An empty window.
    ///
    /// @param traces how many it keeps at most
    /// @param bytes about how many bytes of memory they may take
    public static TraceWindow of(int traces, long bytes) {
        return new TraceWindow(traces, bytes, System::nanoTime);
    }

    static TraceWindow of(int traces, long bytes, LongSupplier nanos) {
        return new TraceWindow(traces, bytes, nanos);
    }

    @Override
    public synchronized Refused spans(List<ReceivedSpan> spans) {
        long now = nanos.getAsLong();
        for (var span : spans) {
            keep(span);
            measure(span, now);
        }
        return Refused.NONE;
    }

    private void keep(ReceivedSpan span) {
        var trace = traces.computeIfAbsent(span.traceId(), KeptTrace::new);
        if (trace.size() >= SPANS_OF_A_TRACE) {
            trace.drop();
            return;
        }
        bytes += trace.add(shared(span));
        while (traces.size() > maxTraces || bytes > maxBytes) {
            bytes -= traces.pollFirstEntry().getValue().bytes();
        }
    }

    /// The span with the source of spans before it, where that is the same: each request brings a
    /// resource of its own.
    private ReceivedSpan shared(ReceivedSpan span) {
        var known = sources.get(span.source());
        if (known != null) {
            return span.withSource(known);
        }
        if (sources.size() >= SOURCES) {
            sources.clear();
        }
        sources.put(span.source(), span.source());
        return span;
    }

    private void measure(ReceivedSpan span, long now) {
        boolean request =
                span.isRoot() || span.kind() == SpanKind.SERVER || span.kind() == SpanKind.CONSUMER;
        if (!request) {
            return;
        }
        var service = span.source().service();
        boolean known = services.containsKey(service) || services.size() < SERVICES;
        services.computeIfAbsent(known ? service : OTHERS, s -> new RequestMeter())
                .add(now, span.durationNanos(), span.status() == StatusCode.ERROR);
    }

    /// The latest traces, newest first.
    ///
    /// @param limit how many at most
    public List<TraceSummary> latest(int limit) {
        return latest(limit, TraceFilter.ALL);
    }

    /// The latest traces that are wanted, newest first.
    ///
    /// @param limit how many at most
    public synchronized List<TraceSummary> latest(int limit, TraceFilter filter) {
        var found = new ArrayList<TraceSummary>();
        for (var trace : traces.sequencedValues().reversed()) {
            if (found.size() >= limit) {
                break;
            }
            var summary = trace.summary();
            if (filter.matches(summary)) {
                found.add(summary);
            }
        }
        return found;
    }

    /// A trace with its spans, if it is still here.
    ///
    /// @param traceId 32 hex digits in lower case
    public synchronized Optional<Trace> trace(String traceId) {
        return Optional.ofNullable(traces.get(traceId)).map(KeptTrace::snapshot);
    }

    /// How services do, by their names.
    public synchronized List<ServiceFigures> services() {
        long now = nanos.getAsLong();
        var figures = new ArrayList<ServiceFigures>();
        services.forEach((service, meter) -> figures.add(meter.figures(service, now)));
        figures.sort(Comparator.comparing(ServiceFigures::service));
        return figures;
    }

    /// How many traces are kept.
    public synchronized int size() {
        return traces.size();
    }

    /// About how many bytes they take.
    public synchronized long bytes() {
        return bytes;
    }
}
