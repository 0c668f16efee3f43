package dev.weir.telemetry.metrics;

import dev.weir.telemetry.otlp.Scope;
import dev.weir.telemetry.otlp.Sink;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.MeterBuilder;
import io.opentelemetry.api.metrics.MeterProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Metrics in the process: adds up measurements, and hands them to a sink at an interval.
///
/// Thread-safe. Recording takes no lock and makes no garbage once a set of attributes was seen. The
/// sink stays open when this is closed.
public final class Meters implements MeterProvider, AutoCloseable {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final MeterOptions options;
    private final Sink sink;
    private final LongSupplier epochNanos;
    private final LongAdder folded = new LongAdder();
    private final SyncMetric.Shared shared;
    private final Map<Scope, ScopedMeter> meters = new ConcurrentHashMap<>();

    /// Held by whoever collects; guards what comes next.
    private final ReentrantLock collecting = new ReentrantLock();

    private final Request request;
    private long last;

    private final Queue<Runnable> first = new ConcurrentLinkedQueue<>();
    private final Reader reader;

    private Meters(
            MeterOptions options, Supplier<byte[]> resource, Sink sink, LongSupplier epochNanos) {
        this.options = options;
        this.sink = Objects.requireNonNull(sink, "sink");
        this.epochNanos = Objects.requireNonNull(epochNanos, "epochNanos");
        shared = new SyncMetric.Shared(options.exemplars(), epochNanos, folded);
        request = new Request(resource, sink);
        reader =
                new Reader(
                        options.interval(),
                        new Runnable() {
                            @Override
                            public void run() {
                                collect(options.timeout());
                            }
                        });
    }

    /// Starts to collect at the interval of the options.
    ///
    /// @param resource encoded fields of `ResourceMetrics`: `resource`, and `schema_url` if any;
    ///   asked for when something is sent
    /// @param epochNanos the time, in nanoseconds since the epoch
    public static Meters start(
            MeterOptions options, Supplier<byte[]> resource, Sink sink, LongSupplier epochNanos) {
        var meters = new Meters(options, resource, sink, epochNanos);
        meters.reader.start();
        return meters;
    }

    @Override
    public MeterBuilder meterBuilder(@Nullable String name) {
        return new Builder(name == null ? "" : name);
    }

    /// Runs a task when metrics are collected next, before they are: for instruments that take long
    /// to load. It never runs where this is closed before.
    public void beforeNextCollection(Runnable task) {
        first.add(task);
    }

    /// Collects now, and waits until the sink has delivered what was collected.
    ///
    /// @return whether that happened within the timeout
    public boolean flush(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        return collect(timeout) && sink.flush(Duration.ofNanos(deadline - System.nanoTime()));
    }

    /// How many measurements went to an overflow series, since there were too many others.
    public long folded() {
        return folded.sum();
    }

    /// Collects a last time, within 10 s, and stops. What is recorded later is not sent.
    @Override
    public void close() {
        close(CLOSE_TIMEOUT);
    }

    /// Collects a last time, and stops.
    ///
    /// @return whether that happened within the timeout
    public boolean close(Duration timeout) {
        first.clear();
        return reader.stop() && collect(timeout);
    }

    /// Asks all callbacks for their values, then hands the points of all metrics to the sink.
    private boolean collect(Duration timeout) {
        try {
            if (!collecting.tryLock(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                return false;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
        try {
            for (var task = first.poll(); task != null; task = first.poll()) {
                task.run();
            }
            var all = List.copyOf(meters.values());
            var callbacks = new ArrayList<Callback>();
            for (var meter : all) {
                callbacks.addAll(meter.callbacks());
            }
            CallbackRound.run(callbacks, timeout);
            long now = epochNanos.getAsLong();
            for (var meter : all) {
                meter.collect(request, last, now);
            }
            request.send();
            last = now;
            return true;
        } catch (RuntimeException | Error e) {
            request.discard();
            throw e;
        } finally {
            collecting.unlock();
        }
    }

    private final class Builder implements MeterBuilder {
        private final String name;
        private @Nullable String version;
        private @Nullable String schemaUrl;

        Builder(String name) {
            this.name = name;
        }

        @Override
        public MeterBuilder setSchemaUrl(String value) {
            schemaUrl = value;
            return this;
        }

        @Override
        public MeterBuilder setInstrumentationVersion(String value) {
            version = value;
            return this;
        }

        @Override
        public Meter build() {
            return meters.computeIfAbsent(
                    new Scope(name, version, schemaUrl, Attributes.empty()),
                    scope -> new ScopedMeter(scope, options, shared));
        }
    }
}
