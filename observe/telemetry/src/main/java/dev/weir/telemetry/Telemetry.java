package dev.weir.telemetry;

import dev.weir.telemetry.otlp.ProtoWriter;
import dev.weir.telemetry.otlp.Sink;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.logs.LoggerProvider;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.propagation.ContextPropagators;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// An engine for the OpenTelemetry API: takes spans, metrics and logs, and sends them by OTLP.
///
/// One for each process is enough. Who starts it closes it, and has everything sent that ended
/// before. Thread-safe.
public final class Telemetry implements OpenTelemetry, AutoCloseable {
    private static final AtomicReference<@Nullable Telemetry> GLOBAL = new AtomicReference<>();

    private final TelemetryOptions options;
    private final ContextPropagators propagators;
    private final @Nullable EngineTracerProvider tracers;
    private final @Nullable Sink sink;
    private final @Nullable Clockwork clockwork;
    private volatile Sampling sampling;

    private Telemetry(TelemetryOptions options, @Nullable Sink sink, Time time) {
        this.options = options;
        this.sink = sink;
        sampling = options.sampling();
        propagators = PropagatorNames.of(options.propagators());
        if (sink == null) {
            tracers = null;
            clockwork = null;
            return;
        }
        tracers = tracers(options, sink, time);
        var watch =
                new SamplingWatch(options.samplingFile(), System::getProperty, this::samplingRatio);
        clockwork = new Clockwork(tracers, watch, options.spanBatching().delay());
    }

    private static EngineTracerProvider tracers(TelemetryOptions options, Sink sink, Time time) {
        var pipeline =
                new SpanPipeline(
                        resourceField(options),
                        options.spanLimits(),
                        KeyRedactor.of(options.redaction()),
                        options.spanBatching(),
                        sink);
        var rules = options.tail();
        var tail = rules == null ? null : new TailSampler(rules, pipeline, time);
        return new EngineTracerProvider(pipeline, tail, Samplers.of(options.sampling()), time);
    }

    /// Starts an engine that hands what it takes to a sink, which it closes in the end.
    static Telemetry start(TelemetryOptions options, Sink sink, Time time) {
        if (options.disabled()) {
            sink.close();
            return new Telemetry(options, null, time);
        }
        var telemetry = new Telemetry(options, sink, time);
        if (telemetry.clockwork != null) {
            telemetry.clockwork.start();
        }
        return telemetry;
    }

    /// Makes this the engine of [GlobalOpenTelemetry], which stays so until the process ends.
    ///
    /// @throws IllegalStateException when there is one already
    public Telemetry register() {
        GlobalOpenTelemetry.set(this);
        GLOBAL.set(this);
        return this;
    }

    /// The engine that [#register] made the process's own.
    public static Optional<Telemetry> registered() {
        return Optional.ofNullable(GLOBAL.get());
    }

    @Override
    public TracerProvider getTracerProvider() {
        return tracers == null ? TracerProvider.noop() : tracers;
    }

    @Override
    public MeterProvider getMeterProvider() {
        return MeterProvider.noop();
    }

    @Override
    public LoggerProvider getLogsBridge() {
        return LoggerProvider.noop();
    }

    @Override
    public ContextPropagators getPropagators() {
        return propagators;
    }

    /// Which traces are recorded now.
    public Sampling sampling() {
        return sampling;
    }

    /// Changes which traces are recorded, for spans that start from now on.
    public void sampling(Sampling sampling) {
        if (tracers != null) {
            tracers.sampler = Samplers.of(sampling);
        }
        this.sampling = sampling;
    }

    /// Changes the share of traces that is recorded, as [Sampling#withRatio] does.
    ///
    /// @throws IllegalArgumentException when it is not from 0 to 1
    public synchronized void samplingRatio(double ratio) {
        sampling(sampling.withRatio(ratio));
    }

    /// Records the traces again that the options say.
    public void resetSampling() {
        sampling(options.sampling());
    }

    /// The value of `service.name`.
    public String serviceName() {
        var name =
                options.resource()
                        .get(io.opentelemetry.api.common.AttributeKey.stringKey("service.name"));
        return name == null ? "" : name;
    }

    /// What became of spans so far.
    public SpanCounts spanCounts() {
        if (tracers == null) {
            return new SpanCounts(0, 0, 0);
        }
        var tail = tracers.tail;
        return new SpanCounts(
                tracers.pipeline.dropped(),
                tail == null ? 0 : tail.dropped(),
                tracers.pipeline.waitingBytes() + (tail == null ? 0 : tail.waitingBytes()));
    }

    /// Does what is due now; the thread of the engine does it too.
    void tick() {
        if (tracers != null) {
            tracers.tick();
        }
    }

    /// Sends whatever has ended, and waits until that is delivered, on disk or dropped. Traces that
    /// wait for their tail decision are decided.
    ///
    /// @return whether that happened within the timeout
    public boolean flush(Duration timeout) {
        if (tracers == null || sink == null) {
            return true;
        }
        tracers.flush();
        return sink.flush(timeout);
    }

    /// Sends whatever has ended, as far as the exporter's time for closing allows, and ends. Spans
    /// that end later are dropped. Idempotent.
    @Override
    public void close() {
        if (clockwork != null && tracers != null && sink != null && clockwork.stop()) {
            tracers.close();
            sink.close();
        }
    }

    private static byte[] resourceField(TelemetryOptions options) {
        var out = new ProtoWriter(512);
        int mark = out.begin(1);
        out.attributes(1, options.resource());
        out.end(mark);
        return out.toByteArray();
    }
}
