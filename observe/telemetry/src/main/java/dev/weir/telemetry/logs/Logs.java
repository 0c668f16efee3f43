package dev.weir.telemetry.logs;

import dev.weir.telemetry.otlp.Payload;
import dev.weir.telemetry.otlp.ProtoWriter;
import dev.weir.telemetry.otlp.Redactor;
import dev.weir.telemetry.otlp.Scope;
import dev.weir.telemetry.otlp.Signal;
import dev.weir.telemetry.otlp.Sink;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.LogRecordBuilder;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.LoggerBuilder;
import io.opentelemetry.api.logs.LoggerProvider;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Log records in the process: encodes each one when it is emitted, and hands whole requests to a
/// sink once they are full or old.
///
/// Thread-safe. Emitting never blocks: what has no place is dropped and counted. Records of one
/// thread mostly keep their order; those of several have none but their times. The sink stays open
/// when this is closed.
public final class Logs implements LoggerProvider, AutoCloseable {
    private static final int SLABS =
            Integer.highestOneBit(Runtime.getRuntime().availableProcessors()) * 4;
    private static final int FIRST_BYTES = 16 << 10;

    /// From this size on a request is sent.
    private static final int FULL_BYTES = 1 << 20;

    /// Larger arrays are not kept for the next request.
    private static final int SPARE_BYTES = 256 << 10;

    /// How much there may be that the sink has not given back.
    private static final long MAX_BYTES = 32 << 20;

    private static final int ROUNDS = 64;

    private final LogOptions options;
    private final Redactor redactor;
    private final Sink sink;
    private final LongSupplier epochNanos;
    private final Slab[] slabs = new Slab[SLABS];
    private final Map<Scope, Logger> loggers = new ConcurrentHashMap<>();
    private final BlockingQueue<ProtoWriter> spare = new ArrayBlockingQueue<>(SLABS);
    private final AtomicLong sentRecords = new AtomicLong();
    private final AtomicLong sentBytes = new AtomicLong();
    private final LongAdder dropped = new LongAdder();
    private final CountDownLatch closed = new CountDownLatch(1);

    private Logs(
            LogOptions options,
            Redactor redactor,
            Supplier<byte[]> resource,
            Sink sink,
            LongSupplier epochNanos) {
        this.options = Objects.requireNonNull(options, "options");
        this.redactor = Objects.requireNonNull(redactor, "redactor");
        this.sink = Objects.requireNonNull(sink, "sink");
        this.epochNanos = Objects.requireNonNull(epochNanos, "epochNanos");
        for (int i = 0; i < SLABS; i++) {
            slabs[i] = new Slab(resource);
        }
    }

    /// Starts to take log records.
    ///
    /// @param redactor what is sent of attributes
    /// @param resource encoded fields of `ResourceLogs`: `resource`, and `schema_url` if any; asked
    ///   for when something is sent
    /// @param epochNanos the time, in nanoseconds since the epoch
    public static Logs start(
            LogOptions options,
            Redactor redactor,
            Supplier<byte[]> resource,
            Sink sink,
            LongSupplier epochNanos) {
        var logs = new Logs(options, redactor, resource, sink, epochNanos);
        // A platform thread: it must come to run when every carrier of virtual threads is taken.
        var thread = new Thread(logs.new Sender(), "weir-log-sender");
        thread.setDaemon(true);
        thread.start();
        return logs;
    }

    @Override
    public LoggerBuilder loggerBuilder(@Nullable String name) {
        return new Builder(name == null ? "" : name);
    }

    @Override
    public Logger get(@Nullable String name) {
        return loggerBuilder(name).build();
    }

    /// Sends what was emitted before, and waits until the sink has delivered it.
    ///
    /// @return whether that happened within the timeout
    public boolean flush(Duration timeout) {
        sendAll();
        return sink.flush(timeout);
    }

    /// How many records were dropped: there was no place, or they could not be read.
    public long dropped() {
        return dropped.sum();
    }

    /// Sends what was emitted before, and stops. What is emitted later is dropped.
    @Override
    public void close() {
        closed.countDown();
        sendAll();
    }

    LogOptions options() {
        return options;
    }

    Redactor redactor() {
        return redactor;
    }

    long now() {
        return epochNanos.getAsLong();
    }

    void emit(LogScope scope, LogRecord record) {
        var slab = acquire();
        if (slab == null) {
            dropped.increment();
            return;
        }
        ProtoWriter full = null;
        int records = 0;
        try {
            if (closed.getCount() > 0 && (slab.records() > 0 || begin(slab))) {
                slab.add(scope, record);
            } else {
                dropped.increment();
            }
            if (slab.records() >= options.maxBatch() || slab.bytes() > FULL_BYTES) {
                records = slab.records();
                full = slab.seal();
            }
        } catch (RuntimeException e) {
            dropped.increment();
            System.getLogger("dev.weir.telemetry")
                    .log(System.Logger.Level.DEBUG, "a log record could not be read", e);
        } finally {
            slab.release();
        }
        if (full != null) {
            send(full, records);
        }
    }

    /// A slab that no other thread owns; nothing where all are taken for long.
    private @Nullable Slab acquire() {
        int start = (int) (Thread.currentThread().threadId() * 0x9E3779B97F4A7C15L >>> 40);
        for (int i = 0; i < ROUNDS; i++) {
            for (int j = 0; j < SLABS; j++) {
                var slab = slabs[start + j & SLABS - 1];
                if (slab.acquire()) {
                    return slab;
                }
            }
            Thread.yield();
        }
        return null;
    }

    /// Begins a request, unless too much is on its way.
    private boolean begin(Slab slab) {
        if (sentRecords.get() >= options.maxQueue() || sentBytes.get() >= MAX_BYTES) {
            return false;
        }
        var writer = spare.poll();
        slab.begin(writer == null ? new ProtoWriter(FIRST_BYTES) : writer);
        return true;
    }

    private void send(ProtoWriter full, int records) {
        long bytes = full.size();
        sentRecords.addAndGet(records);
        sentBytes.addAndGet(bytes);
        sink.accept(
                new Payload(
                        Signal.LOGS,
                        List.of(full.view()),
                        records,
                        () -> {
                            sentRecords.addAndGet(-records);
                            sentBytes.addAndGet(-bytes);
                            if (bytes <= SPARE_BYTES) {
                                full.clear();
                                spare.offer(full);
                            }
                        }));
    }

    private void sendAll() {
        for (var slab : slabs) {
            while (!slab.acquire()) {
                Thread.yield();
            }
            int records = slab.records();
            var sealed = slab.seal();
            slab.release();
            if (sealed != null) {
                send(sealed, records);
            }
        }
    }

    /// Sends what is old.
    private final class Sender implements Runnable {
        @Override
        public void run() {
            try {
                while (!closed.await(options.delay().toNanos(), TimeUnit.NANOSECONDS)) {
                    sendAll();
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private final class Builder implements LoggerBuilder {
        private final String name;
        private @Nullable String version;
        private @Nullable String schemaUrl;

        Builder(String name) {
            this.name = name;
        }

        @Override
        public LoggerBuilder setSchemaUrl(String value) {
            schemaUrl = value;
            return this;
        }

        @Override
        public LoggerBuilder setInstrumentationVersion(String value) {
            version = value;
            return this;
        }

        @Override
        public Logger build() {
            return loggers.computeIfAbsent(
                    new Scope(name, version, schemaUrl, Attributes.empty()),
                    scope -> new ScopedLogger(new LogScope(scope.field(), scope.schemaUrl())));
        }
    }

    private final class ScopedLogger implements Logger {
        private final LogScope scope;

        ScopedLogger(LogScope scope) {
            this.scope = scope;
        }

        @Override
        public LogRecordBuilder logRecordBuilder() {
            return new LogRecord(Logs.this, scope);
        }
    }
}
