package dev.weir.telemetry.logs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.weir.telemetry.otlp.Payload;
import dev.weir.telemetry.otlp.Redactor;
import dev.weir.telemetry.otlp.Sink;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.logs.LogRecordBuilder;
import io.opentelemetry.api.logs.LoggerProvider;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.internal.otlp.logs.LogsRequestMarshaler;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.sdk.common.Clock;
import io.opentelemetry.sdk.logs.LogLimits;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.resources.Resource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// The same calls make the same log records as with the official SDK. The system property
/// `weir.telemetry.calls` says how many records each try emits.
final class LogProperties {
    private static final int RECORDS = Integer.getInteger("weir.telemetry.calls", 400);
    private static final long NOW = 1_700_000_000_123_456_789L;
    private static final String[] NAMES = {"a", "b", "thread.name", "ä", "exception.type", "", "c"};

    /// Thrown once, as a stack trace tells who calls.
    private static final List<Throwable> THROWN =
            List.of(
                    new IllegalStateException("broken", new IOException("cause")),
                    new Exception(),
                    new RuntimeException("anonymous") {
                        private static final long serialVersionUID = 1;
                    });

    @Property(tries = 20)
    void recordsAreEqual(@ForAll long seed) {
        compare(seed, LogOptions.standard());
    }

    @Property(tries = 20)
    void limitedRecordsAreEqual(@ForAll long seed) {
        compare(seed, new LogOptions(Duration.ofDays(1), 1_000_000, 32, 3, 6));
    }

    private static void compare(long seed, LogOptions options) {
        var sink = new Kept();
        try (var logs =
                Logs.start(
                        new LogOptions(
                                Duration.ofDays(1),
                                Integer.MAX_VALUE,
                                options.maxBatch(),
                                options.maxAttributes(),
                                options.maxValueLength()),
                        Redactor.NONE,
                        () -> new byte[0],
                        sink,
                        () -> NOW)) {
            emit(seed, logs);
            assertThat(logs.flush(Duration.ofMinutes(1))).isTrue();
            assertThat(logs.dropped()).isZero();
        }
        var theirs = new ArrayList<LogRecordData>();
        try (var provider =
                SdkLoggerProvider.builder()
                        .setResource(Resource.empty())
                        .setClock(fixed())
                        .setLogLimits(() ->
                                LogLimits.builder()
                                        .setMaxNumberOfAttributes(options.maxAttributes())
                                        .setMaxAttributeValueLength(options.maxValueLength())
                                        .build())
                        .addLogRecordProcessor((_, record) -> theirs.add(record.toLogRecordData()))
                        .build()) {
            emit(seed, provider);
        }
        var expected = records(encoded(theirs));
        var found = sink.records();
        if (found.equals(expected)) {
            return;
        }
        var missing = new ArrayList<>(expected);
        found.forEach(missing::remove);
        var surplus = new ArrayList<>(found);
        expected.forEach(surplus::remove);
        assertThat(surplus).as("instead of %s", missing).isEmpty();
        assertThat(missing).isEmpty();
    }

    private static void emit(long seed, LoggerProvider provider) {
        var random = new Random(seed);
        var loggers =
                List.of(
                        provider.get("plain"),
                        provider.loggerBuilder("full")
                                .setInstrumentationVersion("1")
                                .setSchemaUrl("https://example.org/logs")
                                .build());
        for (int i = 0; i < RECORDS; i++) {
            var record = loggers.get(random.nextInt(2)).logRecordBuilder();
            for (int j = random.nextInt(14); j > 0; j--) {
                set(record, random);
            }
            record.emit();
        }
    }

    private static void set(LogRecordBuilder record, Random random) {
        switch (random.nextInt(18)) {
            case 0 -> record.setTimestamp(random.nextInt(), TimeUnit.MILLISECONDS);
            case 1 -> record.setTimestamp(Instant.ofEpochSecond(random.nextInt(), 77));
            case 2 -> record.setObservedTimestamp(1 + random.nextInt(9), TimeUnit.MICROSECONDS);
            case 3 -> record.setObservedTimestamp(Instant.ofEpochSecond(random.nextInt(), 1));
            case 4 -> record.setContext(context(random));
            case 5 -> record.setSeverity(Severity.values()[random.nextInt(25)]);
            case 6 -> record.setSeverityText(random.nextBoolean() ? "WARN" : "");
            case 7 -> record.setBody(text(random));
            case 8 -> record.setBody(value(random, 3));
            case 9 -> record.setEventName(random.nextBoolean() ? "happened" : "");
            case 10 -> record.setException(thrown(random));
            case 11 -> record.setAttribute(name(random), text(random));
            case 12 -> record.setAttribute(name(random), random.nextLong());
            case 13 -> record.setAttribute(name(random), random.nextDouble());
            case 14 -> record.setAttribute(name(random), random.nextBoolean());
            case 15 -> record.setAttribute(AttributeKey.valueKey(name(random)), value(random, 3));
            case 16 ->
                    record.setAttribute(
                            AttributeKey.stringArrayKey(name(random)),
                            List.of(text(random), text(random)));
            default ->
                    record.setAllAttributes(
                            Attributes.builder()
                                    .put(name(random), random.nextInt())
                                    .put("doubles", 1.5, random.nextDouble())
                                    .put("longs", random.nextLong())
                                    .put("booleans", true, false)
                                    .build());
        }
    }

    private static String name(Random random) {
        return NAMES[random.nextInt(NAMES.length)];
    }

    private static String text(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> "";
            case 1 -> "short";
            case 2 -> "größer 漢字 😀";
            case 3 -> "long ".repeat(random.nextInt(40));
            default -> "text " + random.nextInt();
        };
    }

    private static Value<?> value(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 8 : 5)) {
            case 0 -> Value.of(text(random));
            case 1 -> Value.of(random.nextLong());
            case 2 -> Value.of(random.nextDouble());
            case 3 -> Value.of(random.nextBoolean());
            case 4 -> Value.of(text(random).getBytes(StandardCharsets.UTF_8));
            case 5 -> Value.of(value(random, depth - 1), value(random, depth - 1));
            case 6 -> Value.of(KeyValue.of("k", value(random, depth - 1)));
            default -> Value.empty();
        };
    }

    private static Throwable thrown(Random random) {
        return THROWN.get(random.nextInt(THROWN.size()));
    }

    private static Context context(Random random) {
        if (random.nextInt(4) == 0) {
            return Context.root();
        }
        return Context.root()
                .with(
                        Span.wrap(
                                SpanContext.create(
                                        "%016x%016x".formatted(random.nextLong(), 1),
                                        "%016x".formatted(random.nextLong() | 1),
                                        random.nextBoolean()
                                                ? TraceFlags.getSampled()
                                                : TraceFlags.getDefault(),
                                        TraceState.getDefault())));
    }

    private static byte[] encoded(List<LogRecordData> records) {
        var bytes = new ByteArrayOutputStream();
        try {
            LogsRequestMarshaler.create(records).writeBinaryTo(bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    /// Records with their scopes, in an order that does not depend on who wrote them.
    static List<String> records(byte[] request) {
        var records = new ArrayList<String>();
        try {
            for (var resource : ExportLogsServiceRequest.parseFrom(request).getResourceLogsList()) {
                for (var scope : resource.getScopeLogsList()) {
                    for (var record : scope.getLogRecordsList()) {
                        var keys = new ArrayList<>(record.getAttributesList());
                        keys.sort(Comparator.comparing(key -> key.getKey()));
                        var sorted =
                                record.toBuilder().clearAttributes().addAllAttributes(keys).build();
                        records.add(scope.getScope() + scope.getSchemaUrl() + sorted);
                    }
                }
            }
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
        Collections.sort(records);
        return records;
    }

    private static Clock fixed() {
        return new Clock() {
            @Override
            public long now() {
                return NOW;
            }

            @Override
            public long nanoTime() {
                return NOW;
            }
        };
    }

    /// A sink that keeps records.
    private static final class Kept implements Sink {
        private final List<String> records = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void accept(Payload payload) {
            var part = payload.parts().getFirst().duplicate();
            var bytes = new byte[part.remaining()];
            part.get(bytes);
            var found = LogProperties.records(bytes);
            assertThat(payload.items()).isEqualTo(found.size());
            records.addAll(found);
            payload.release();
        }

        List<String> records() {
            Collections.sort(records);
            return records;
        }

        @Override
        public boolean flush(Duration timeout) {
            return true;
        }

        @Override
        public void close() {}
    }
}
