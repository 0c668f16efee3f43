package sample;

import io.opentelemetry.api.GlobalOpenTelemetry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.internals.AutoOffsetResetStrategy;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.StringSerializer;

/// Records from a producer to a consumer, both of them Kafka's own stand-ins.
public final class OverKafka implements Callable<String> {
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);

    @Override
    public String call() {
        try (var producer =
                        new MockProducer<>(
                                true, null, new StringSerializer(), new StringSerializer());
                var consumer =
                        new MockConsumer<String, String>(AutoOffsetResetStrategy.EARLIEST.name())) {
            producer.send(new ProducerRecord<>("orders", "k", "one"));
            producer.send(
                    new ProducerRecord<>("orders", "k", "two"), (metadata, e) -> work("sent"));
            consumer.assign(List.of(PARTITION));
            consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
            long offset = 0;
            for (var sent : producer.history()) {
                consumer.addRecord(
                        new ConsumerRecord<>(
                                "orders",
                                0,
                                offset++,
                                0,
                                TimestampType.CREATE_TIME,
                                0,
                                0,
                                sent.key(),
                                sent.value(),
                                new RecordHeaders(sent.headers()),
                                Optional.empty()));
            }
            var seen = new StringBuilder();
            for (var record : consumer.poll(Duration.ZERO)) {
                work("handle " + record.value());
                seen.append(record.value());
                if (record.value().equals("two")) {
                    break;
                }
            }
            consumer.poll(Duration.ZERO);
            return seen.toString();
        }
    }

    private static void work(String name) {
        GlobalOpenTelemetry.getTracer("sample").spanBuilder(name).startSpan().end();
    }
}
