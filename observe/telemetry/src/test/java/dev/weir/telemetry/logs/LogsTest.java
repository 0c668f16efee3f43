package dev.weir.telemetry.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.telemetry.Redaction;
import dev.weir.telemetry.Redaction.Action;
import dev.weir.telemetry.otlp.KeyRedactor;
import dev.weir.telemetry.otlp.Payload;
import dev.weir.telemetry.otlp.Redactor;
import dev.weir.telemetry.otlp.Sink;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.common.ValueType;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LogsTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final LogOptions OPTIONS =
            new LogOptions(Duration.ofDays(1), 64, 16, 128, Integer.MAX_VALUE);

    private final Holding sink = new Holding();

    @Test
    void dropsAndCountsWhatTheSinkCannotTake() {
        try (var logs = start(OPTIONS)) {
            var logger = logs.get("test");
            for (int i = 0; i < 1000; i++) {
                logger.logRecordBuilder().setBody("record " + i).emit();
            }
            assertThat(logs.dropped()).isEqualTo(1000 - 64);
            sink.releaseAll();
            logger.logRecordBuilder().setBody("again").emit();
            logs.flush(MINUTE);
            assertThat(logs.dropped()).isEqualTo(1000 - 64);
        }
        assertThat(sink.items).isEqualTo(65);
    }

    @Test
    void everyRecordIsSentOrCounted() throws Exception {
        long calls = 20_000;
        try (var logs = start(OPTIONS)) {
            var threads =
                    IntStream.range(0, 4)
                            .mapToObj(i ->
                                    (i % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual())
                                            .start(() -> emit(logs, calls)))
                            .toList();
            while (threads.stream().anyMatch(Thread::isAlive)) {
                logs.flush(MINUTE);
                sink.releaseAll();
                Thread.sleep(1);
            }
            for (var thread : threads) {
                thread.join();
            }
            logs.flush(MINUTE);
            assertThat(sink.items + logs.dropped()).isEqualTo(4 * calls);
        }
        assertThat(sink.readable).isEqualTo(sink.items);
    }

    private static void emit(Logs logs, long calls) {
        var logger = logs.get("thread " + Thread.currentThread().threadId());
        for (int i = 0; i < calls; i++) {
            logger.logRecordBuilder().setBody("b").setAttribute("i", i).emit();
        }
    }

    @Test
    void sendsAfterItsDelay() throws Exception {
        try (var logs = start(new LogOptions(Duration.ofMillis(5), 64, 16, 128, 100))) {
            logs.get("test").logRecordBuilder().setBody("old").emit();
            for (int i = 0; i < 6_000 && sink.items() == 0; i++) {
                Thread.sleep(10);
            }
            assertThat(sink.items()).isEqualTo(1);
        }
    }

    @Test
    void closedLogsDrop() {
        var logs = start(OPTIONS);
        logs.get("test").logRecordBuilder().setBody("before").emit();
        logs.close();
        logs.get("test").logRecordBuilder().setBody("after").emit();
        logs.close();
        assertThat(sink.items).isEqualTo(1);
        assertThat(logs.dropped()).isEqualTo(1);
    }

    @Test
    void recordThatCannotBeReadLeavesItsNeighboursWhole() {
        try (var logs = start(OPTIONS)) {
            var logger = logs.get("test");
            logger.logRecordBuilder().setBody("first").emit();
            logger.logRecordBuilder().setBody("broken").setBody(new Broken()).emit();
            logger.logRecordBuilder().setBody("last").emit();
            assertThat(logs.dropped()).isEqualTo(1);
        }
        assertThat(sink.readable).isEqualTo(2);
    }

    @Test
    void builderMayEmitAgain() {
        try (var logs = start(OPTIONS)) {
            var record =
                    logs.get("test")
                            .logRecordBuilder()
                            .setAllAttributes(Attributes.of(AttributeKey.stringKey("a"), "b"));
            record.emit();
            record.setBody("second").emit();
        }
        assertThat(sink.readable).isEqualTo(2);
    }

    @Test
    void changesAttributesThatRulesName() throws Exception {
        var redaction =
                Redaction.NONE
                        .and("secret", Action.DROP)
                        .and("user.*", Action.HASH)
                        .and("exception.message", Action.MASK);
        try (var logs =
                Logs.start(
                        OPTIONS,
                        KeyRedactor.of(redaction),
                        () -> new byte[0],
                        sink,
                        System::nanoTime)) {
            logs.get("test")
                    .logRecordBuilder()
                    .setAttribute("secret", "s")
                    .setAttribute("user.id", 7)
                    .setAttribute("plain", "p")
                    .setException(new IllegalStateException("4111"))
                    .emit();
        }
        var sent =
                ExportLogsServiceRequest.parseFrom(sink.last)
                        .getResourceLogs(0)
                        .getScopeLogs(0)
                        .getLogRecords(0);
        var texts = new TreeMap<String, String>();
        sent.getAttributesList()
                .forEach(one -> texts.put(one.getKey(), one.getValue().getStringValue()));
        assertThat(texts)
                .containsOnlyKeys(
                        "user.id",
                        "plain",
                        "exception.message",
                        "exception.type",
                        "exception.stacktrace")
                .containsEntry("user.id", "7902699be42c8a8e46fbbb4501726517")
                .containsEntry("exception.message", "***")
                .containsEntry("plain", "p");
    }

    private Logs start(LogOptions options) {
        return Logs.start(options, Redactor.NONE, () -> new byte[0], sink, System::nanoTime);
    }

    /// A value whose content fails.
    private static final class Broken implements Value<String> {
        @Override
        public ValueType getType() {
            return ValueType.STRING;
        }

        @Override
        public String getValue() {
            throw new IllegalStateException("meant to fail");
        }

        @Override
        public String asString() {
            throw new IllegalStateException("meant to fail");
        }
    }

    /// A sink that gives nothing back until it is told to.
    private static final class Holding implements Sink {
        private final List<Payload> held = new ArrayList<>();
        private long items;
        private long readable;
        private byte[] last = {};

        @Override
        public synchronized void accept(Payload payload) {
            held.add(payload);
            items += payload.items();
            var part = payload.parts().getFirst().duplicate();
            var bytes = new byte[part.remaining()];
            part.get(bytes);
            last = bytes;
            readable += LogProperties.records(bytes).size();
        }

        synchronized long items() {
            return items;
        }

        synchronized void releaseAll() {
            held.forEach(Payload::release);
            held.clear();
        }

        @Override
        public boolean flush(Duration timeout) {
            return true;
        }

        @Override
        public void close() {}
    }
}
