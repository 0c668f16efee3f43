package dev.weir.kafka;

import io.opentelemetry.api.GlobalOpenTelemetry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// Sends orders to a broker and handles them. Argument: a folder for the broker.
final class Orders {
    private static final String TOPIC = "orders";
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private Orders() {}

    /// Prints what was handled, with the headers that arrived.
    public static void main(String[] arguments) throws Exception {
        try (var broker = Broker.start(Path.of(arguments[0]))) {
            send(broker);
            System.out.println("handled " + handle(broker));
        }
        System.exit(0);
    }

    private static void send(Broker broker) throws InterruptedException, ExecutionException {
        var settings =
                Map.<String, Object>of(
                        "bootstrap.servers", broker.address(), "max.request.size", 1_000);
        try (var producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(TOPIC, "k", "one")).get();
            producer.send(new ProducerRecord<>(TOPIC, "k", "two"), (_, _) -> work("sent two"))
                    .get();
            var large = producer.send(new ProducerRecord<>(TOPIC, "k", "x".repeat(2_000)));
            try {
                large.get();
            } catch (ExecutionException refused) {
                System.out.println("refused " + refused.getCause().getClass().getSimpleName());
            }
        }
    }

    private static String handle(Broker broker) {
        var settings =
                Map.<String, Object>of(
                        "bootstrap.servers",
                        broker.address(),
                        "group.id",
                        "kitchen",
                        "auto.offset.reset",
                        "earliest");
        var handled = new StringBuilder();
        int count = 0;
        long end = System.nanoTime() + LONGEST.toNanos();
        try (var consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(TOPIC));
            while (count < 2 && System.nanoTime() < end) {
                for (var record : consumer.poll(Duration.ofSeconds(1))) {
                    work("handle " + record.value());
                    handled.append(record.value()).append(' ').append(headers(record)).append(' ');
                    count++;
                }
            }
            consumer.commitSync();
        }
        return handled.toString().strip();
    }

    private static String headers(ConsumerRecord<?, ?> record) {
        var names = new StringBuilder();
        record.headers().forEach(header -> names.append(header.key()));
        return names.toString();
    }

    private static void work(String name) {
        GlobalOpenTelemetry.getTracer("orders").spanBuilder(name).startSpan().end();
    }
}
