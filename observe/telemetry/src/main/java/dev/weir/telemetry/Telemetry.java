package dev.weir.telemetry;

import dev.weir.telemetry.logs.Logs;
import dev.weir.telemetry.metrics.JvmMetrics;
import dev.weir.telemetry.metrics.Meters;
import dev.weir.telemetry.otlp.Console;
import dev.weir.telemetry.otlp.Exporter;
import dev.weir.telemetry.otlp.KeyRedactor;
import dev.weir.telemetry.otlp.Outlets;
import dev.weir.telemetry.otlp.Redactor;
import dev.weir.telemetry.otlp.Signal;
import dev.weir.telemetry.otlp.Sink;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.logs.LoggerProvider;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.propagation.ContextPropagators;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// An engine for the OpenTelemetry API: takes spans, metrics and logs, and sends them by OTLP.
///
/// One for each process is enough. Who starts it closes it, which sends what ended before.
/// Thread-safe.
public final class Telemetry implements OpenTelemetry, AutoCloseable {
    private static final AttributeKey<String> SERVICE = AttributeKey.stringKey("service.name");
    private static final AtomicReference<@Nullable Telemetry> GLOBAL = new AtomicReference<>();

    private final TelemetryOptions options;
    private final ContextPropagators propagators;
    private final Sink sink;
    private final @Nullable EngineTracerProvider tracers;
    private final @Nullable Meters meters;
    private final @Nullable Logs logs;
    private final @Nullable Clockwork clockwork;
    private volatile Sampling sampling;

    /// Set by the first collection of metrics.
    private volatile @Nullable JvmMetrics jvm;

    private Telemetry(TelemetryOptions options, Sink sink, Time time) {
        this.options = options;
        this.sink = sink;
        sampling = options.sampling();
        propagators = PropagatorNames.of(options.propagators());
        var redactor = KeyRedactor.of(options.redaction());
        if (sends(options, Signal.TRACES)) {
            tracers = tracers(options, redactor, sink, time);
            var watch =
                    new SamplingWatch(
                            options.samplingFile(), Surroundings.SYSTEM, new RatioChange());
            clockwork = new Clockwork(tracers, watch, options.spanBatching().delay());
        } else {
            tracers = null;
            clockwork = null;
        }
        var epochNanos = new EpochNanos(time);
        meters =
                sends(options, Signal.METRICS)
                        ? Meters.start(options.meters(), options.resource(), sink, epochNanos)
                        : null;
        if (meters != null && options.jvmMetrics()) {
            meters.beforeNextCollection(new JvmStart(meters));
        }
        logs =
                sends(options, Signal.LOGS)
                        ? Logs.start(options.logs(), redactor, options.resource(), sink, epochNanos)
                        : null;
    }

    private static boolean sends(TelemetryOptions options, Signal signal) {
        return !options.disabled() && !options.exporters(signal).isEmpty();
    }

    private static EngineTracerProvider tracers(
            TelemetryOptions options, Redactor redactor, Sink sink, Time time) {
        var pipeline =
                new SpanPipeline(
                        options.resource(),
                        options.spanLimits(),
                        redactor,
                        options.spanBatching(),
                        sink);
        var rules = options.tail();
        var tail = rules == null ? null : new TailSampler(rules, pipeline, time);
        return new EngineTracerProvider(pipeline, tail, Samplers.of(options.sampling()), time);
    }

    /// Starts an engine.
    ///
    /// @throws TelemetryException `CONFIGURATION` where a file for TLS cannot be used; `IO` where
    ///   the process has no more descriptors
    public static Telemetry start(TelemetryOptions options) {
        var exported = signals(options, "otlp");
        var printed = signals(options, "console");
        var exporter = exported.isEmpty() ? null : Exporter.start(options.otlp());
        var console = printed.isEmpty() ? null : Console.standardOutput();
        return start(options, new Outlets(exporter, exported, console, printed), Time.SYSTEM);
    }

    /// Starts an engine that hands what it takes to a sink, which it closes in the end.
    static Telemetry start(TelemetryOptions options, Sink sink, Time time) {
        var telemetry = new Telemetry(options, sink, time);
        if (telemetry.clockwork != null) {
            telemetry.clockwork.start();
        }
        return telemetry;
    }

    /// Starts an engine as the environment says, and makes it the process's own.
    ///
    /// @throws IllegalStateException when the process has one already
    public static Telemetry startFromEnvironment() {
        return start(TelemetryOptions.fromEnvironment()).register();
    }

    private static Set<Signal> signals(TelemetryOptions options, String exporter) {
        var signals = EnumSet.noneOf(Signal.class);
        for (var signal : Signal.values()) {
            if (sends(options, signal) && options.exporters(signal).contains(exporter)) {
                signals.add(signal);
            }
        }
        return signals;
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
        return meters == null ? MeterProvider.noop() : meters;
    }

    @Override
    public LoggerProvider getLogsBridge() {
        return logs == null ? LoggerProvider.noop() : logs;
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
    public synchronized void sampling(Sampling sampling) {
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
        var name = options.resource().attributes().get(SERVICE);
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

    /// What became so far of all that was handed to the exporter.
    public ExportCounts exportCounts() {
        return ExportCounts.of(sink.stats());
    }

    /// Does what is due now; the thread of the engine does it too.
    void tick() {
        if (tracers != null) {
            tracers.tick();
        }
    }

    /// Sends whatever has ended and was measured, and waits until that is delivered, on disk or
    /// dropped. Traces that wait for their tail decision are decided.
    ///
    /// @return whether that happened within the timeout
    public boolean flush(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        if (tracers != null) {
            tracers.flush();
        }
        boolean flushed = meters == null || meters.flush(left(deadline));
        flushed &= logs == null || logs.flush(left(deadline));
        return sink.flush(left(deadline)) && flushed;
    }

    private static Duration left(long deadline) {
        return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
    }

    /// Sends whatever has ended, as far as the exporter's time for closing allows, and ends. Spans
    /// that end later are dropped. Idempotent.
    @Override
    public void close() {
        if (meters != null) {
            meters.close();
        }
        var beans = jvm;
        if (beans != null) {
            beans.close();
        }
        if (logs != null) {
            logs.close();
        }
        if (clockwork != null && tracers != null && clockwork.stop()) {
            tracers.close();
        }
        sink.close();
    }

    // Classes of the usual kind, as they are needed before a process is ready: there each lambda
    // takes about a millisecond once.

    private final class RatioChange implements DoubleConsumer {
        @Override
        public void accept(double ratio) {
            samplingRatio(ratio);
        }
    }

    private final class JvmStart implements Runnable {
        private final Meters meters;

        JvmStart(Meters meters) {
            this.meters = meters;
        }

        @Override
        public void run() {
            jvm = JvmMetrics.install(meters);
        }
    }

    private record EpochNanos(Time time) implements LongSupplier {
        @Override
        public long getAsLong() {
            return time.epochNanos();
        }
    }
}
