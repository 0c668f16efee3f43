package dev.weir.telemetry;

import dev.weir.telemetry.otlp.Sink;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.propagation.ContextPropagators;

/// placeholder
public final class Telemetry implements OpenTelemetry, AutoCloseable {
    final EngineTracerProvider tracers;
    private final Sink sink;

    Telemetry(
            byte[] resource,
            SpanLimits limits,
            Batching batching,
            Sampling sampling,
            Sink sink,
            Time time) {
        this.sink = sink;
        tracers =
                new EngineTracerProvider(
                        new SpanPipeline(resource, limits, Redactor.NONE, batching, sink),
                        Samplers.of(sampling),
                        time);
    }

    @Override
    public TracerProvider getTracerProvider() {
        return tracers;
    }

    @Override
    public ContextPropagators getPropagators() {
        return ContextPropagators.noop();
    }

    @Override
    public void close() {
        tracers.close();
        sink.close();
    }
}
