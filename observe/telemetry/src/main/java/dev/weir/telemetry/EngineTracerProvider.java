package dev.weir.telemetry;

import dev.weir.telemetry.otlp.Scope;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerBuilder;
import io.opentelemetry.api.trace.TracerProvider;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The tracers of an engine, one for each instrumentation scope. Thread-safe.
final class EngineTracerProvider implements TracerProvider {
    final SpanPipeline pipeline;
    final @Nullable TailSampler tail;
    final Time time;
    private final ConcurrentHashMap<Scope, ScopeTracer> tracers = new ConcurrentHashMap<>();
    private final AtomicInteger scopes = new AtomicInteger();
    volatile Sampler sampler;
    volatile long clockOffset;
    volatile boolean closed;

    EngineTracerProvider(
            SpanPipeline pipeline, @Nullable TailSampler tail, Sampler sampler, Time time) {
        this.pipeline = pipeline;
        this.tail = tail;
        this.sampler = sampler;
        this.time = time;
        synchronizeClocks();
    }

    /// Reads both clocks, so that spans from now on tell the machine's time.
    void synchronizeClocks() {
        clockOffset = time.epochNanos() - time.nanos();
    }

    @Override
    public Tracer get(String name) {
        return tracer(name, null, null);
    }

    @Override
    public Tracer get(String name, @Nullable String version) {
        return tracer(name, version, null);
    }

    @Override
    public TracerBuilder tracerBuilder(String name) {
        return new Builder(name);
    }

    /// Does what is due now and then: sets the clock, decides traces whose wait is over.
    void tick() {
        synchronizeClocks();
        if (tail != null) {
            tail.tick();
        }
    }

    /// Hands over whatever has ended; traces that wait are decided.
    void flush() {
        if (tail != null) {
            tail.decideAll();
        }
        pipeline.flush();
    }

    void close() {
        closed = true;
        if (tail != null) {
            tail.decideAll();
        }
        pipeline.close();
    }

    private Tracer tracer(
            @Nullable String name, @Nullable String version, @Nullable String schemaUrl) {
        var scope = new Scope(name == null ? "" : name, version, schemaUrl, Attributes.empty());
        var known = tracers.get(scope);
        return known != null ? known : tracers.computeIfAbsent(scope, this::newTracer);
    }

    private ScopeTracer newTracer(Scope scope) {
        return new ScopeTracer(this, scopes.getAndIncrement(), scope);
    }

    private final class Builder implements TracerBuilder {
        private final String name;
        private @Nullable String version;
        private @Nullable String schemaUrl;

        Builder(String name) {
            this.name = name;
        }

        @Override
        public TracerBuilder setSchemaUrl(String schemaUrl) {
            this.schemaUrl = schemaUrl;
            return this;
        }

        @Override
        public TracerBuilder setInstrumentationVersion(String version) {
            this.version = version;
            return this;
        }

        @Override
        public Tracer build() {
            return tracer(name, version, schemaUrl);
        }
    }
}
