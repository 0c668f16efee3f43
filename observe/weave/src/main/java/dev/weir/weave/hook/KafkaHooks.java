package dev.weir.weave.hook;

import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/// Kafka's clients: a span for each record that is sent, for each poll that brings something, and
/// for the handling of each record.
///
/// Called by woven code, in the place of the methods of the same name. A record is handled from
/// `next` of the iterator to the `next` or `hasNext` that follows; the last one of a loop that is
/// left early, until the thread polls again.
public final class KafkaHooks {
    static {
        Reads.modulesOf("org.apache.kafka.clients.producer.Producer");
    }

    private KafkaHooks() {}

    /// See [Producer#send].
    public static <K, V> Future<RecordMetadata> send(
            Producer<K, V> producer, ProducerRecord<K, V> record) {
        return send(producer, record, null);
    }

    /// See [Producer#send].
    public static <K, V> Future<RecordMetadata> send(
            Producer<K, V> producer, ProducerRecord<K, V> record, @Nullable Callback callback) {
        var sending = Switch.ON ? KafkaSending.begin(record) : null;
        if (sending == null) {
            return producer.send(record, callback);
        }
        try (var _ = sending.context().makeCurrent()) {
            return producer.send(sending.record(), sending.callback(callback));
        } catch (Throwable problem) {
            sending.failed(problem);
            throw problem;
        }
    }

    /// See [Consumer#poll].
    public static <K, V> ConsumerRecords<K, V> poll(Consumer<K, V> consumer, Duration timeout) {
        if (!Switch.ON) {
            return consumer.poll(timeout);
        }
        KafkaHandling.endOfThread();
        var start = KafkaHandling.now();
        var records = consumer.poll(timeout);
        KafkaHandling.polled(consumer, records, start);
        return records;
    }

    /// See [ConsumerRecords#iterator].
    public static <K, V> Iterator<ConsumerRecord<K, V>> iterator(ConsumerRecords<K, V> records) {
        return Switch.ON ? KafkaHandling.each(records.iterator()) : records.iterator();
    }
}
