package dev.weir.telemetry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// Keeps ended spans until their trace is decided, then sends or drops them together.
///
/// Traces are spread over shards by their id. A shard has the waiting traces in the order of their
/// first end, so the oldest one is first, and a bounded memory of what was decided, which late
/// spans follow.
///
/// Thread-safe; each shard's monitor guards it. Spans are sent outside of it.
final class TailSampler {
    private static final int SHARDS = 16;
    private static final String ROUTE = "http.route";

    private record TraceId(long high, long low) {}

    private static final class Shard {
        final LinkedHashMap<TraceId, WaitingTrace> waiting = new LinkedHashMap<>();
        final LinkedHashMap<TraceId, Boolean> decided;

        Shard(int remembered) {
            decided =
                    new LinkedHashMap<>() {
                        private static final long serialVersionUID = 1;

                        @Override
                        protected boolean removeEldestEntry(Map.Entry<TraceId, Boolean> eldest) {
                            return size() > remembered;
                        }
                    };
        }
    }

    private final TailSampling rules;
    private final long slowNanos;
    private final long ordinary;
    private final Map<String, Long> routes;
    private final SpanPipeline pipeline;
    private final Time time;
    private final Shard[] shards = new Shard[SHARDS];
    private final int tracesPerShard;
    private final AtomicLong bytes = new AtomicLong();
    private final LongAdder dropped = new LongAdder();

    TailSampler(TailSampling rules, SpanPipeline pipeline, Time time) {
        this.rules = rules;
        this.pipeline = pipeline;
        this.time = time;
        var slow = rules.slow();
        slowNanos = slow == null ? Long.MAX_VALUE : slow.toNanos();
        ordinary = ConsistentSampler.threshold(rules.ratio());
        routes = new java.util.HashMap<>();
        rules.routes()
                .forEach((route, share) -> routes.put(route, ConsistentSampler.threshold(share)));
        tracesPerShard = Math.max(1, rules.traces() / SHARDS);
        for (int i = 0; i < SHARDS; i++) {
            shards[i] = new Shard(4 * tracesPerShard);
        }
    }

    /// Takes an ended span; its draft is not kept.
    void ended(RecordingSpan span, Draft draft, long endEpoch) {
        boolean worthy =
                endEpoch - draft.startEpoch >= slowNanos || rules.errors() && draft.isError();
        var route = draft.localRoot && !routes.isEmpty() ? draft.string(ROUTE) : null;
        int from = draft.finish(endEpoch);
        var id = new TraceId(span.traceHigh, span.traceLow);
        var shard = shards[(int) (span.traceLow ^ span.traceHigh) & SHARDS - 1];
        var ready = new ArrayList<WaitingTrace>();
        Boolean verdict;
        synchronized (shard) {
            verdict = shard.decided.get(id);
            if (verdict == null) {
                var trace = shard.waiting.get(id);
                if (trace == null) {
                    trace = new WaitingTrace(time.nanos() + rules.decisionWait().toNanos());
                    shard.waiting.put(id, trace);
                }
                int before = trace.size();
                trace.add(span.tracer, draft.bytes, from, draft.position - from);
                bytes.addAndGet(trace.size() - before);
                trace.worthy |= worthy;
                if (draft.localRoot) {
                    trace.route = route == null ? draft.name : route;
                    decide(shard, id, ready);
                }
                shrink(shard, ready);
            }
        }
        if (verdict == null) {
            send(ready);
        } else if (verdict) {
            pipeline.append(span.tracer, draft.bytes, from, draft.position - from);
        } else {
            dropped.increment();
        }
    }

    /// Decides traces whose wait is over.
    void tick() {
        long now = time.nanos();
        for (var shard : shards) {
            var ready = new ArrayList<WaitingTrace>();
            synchronized (shard) {
                while (!shard.waiting.isEmpty()) {
                    var oldest = shard.waiting.firstEntry();
                    if (oldest.getValue().deadline - now > 0) {
                        break;
                    }
                    decide(shard, oldest.getKey(), ready);
                }
            }
            send(ready);
        }
    }

    /// Decides every trace that waits.
    void decideAll() {
        for (var shard : shards) {
            var ready = new ArrayList<WaitingTrace>();
            synchronized (shard) {
                while (!shard.waiting.isEmpty()) {
                    decide(shard, shard.waiting.firstEntry().getKey(), ready);
                }
            }
            send(ready);
        }
    }

    private void shrink(Shard shard, List<WaitingTrace> ready) {
        while (!shard.waiting.isEmpty()
                && (shard.waiting.size() > tracesPerShard || bytes.get() > rules.bytes())) {
            decide(shard, shard.waiting.firstEntry().getKey(), ready);
        }
    }

    private void decide(Shard shard, TraceId id, List<WaitingTrace> ready) {
        var trace = shard.waiting.remove(id);
        if (trace == null) {
            return;
        }
        bytes.addAndGet(-trace.size());
        boolean sent = trace.worthy || ConsistentSampler.random(id.low) >= threshold(trace);
        shard.decided.put(id, sent);
        if (sent) {
            ready.add(trace);
        } else {
            dropped.add(trace.spans());
        }
    }

    private long threshold(WaitingTrace trace) {
        var route = trace.route;
        return route == null ? ordinary : routes.getOrDefault(route, ordinary);
    }

    private void send(List<WaitingTrace> ready) {
        for (var trace : ready) {
            trace.send(pipeline);
        }
    }

    /// How many spans were not sent because of their trace.
    long dropped() {
        return dropped.sum();
    }

    /// How many bytes of spans wait for a decision.
    long waitingBytes() {
        return bytes.get();
    }
}
