package dev.weir.weave.hook;

import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/// A record on its way to the broker, until that has confirmed it.
final class KafkaSending<K, V> {
    private final Operation operation;
    private final ProducerRecord<K, V> record;
    private final Context parent;

    private KafkaSending(Operation operation, ProducerRecord<K, V> record, Context parent) {
        this.operation = operation;
        this.record = record;
        this.parent = parent;
    }

    static <K, V> @Nullable KafkaSending<K, V> begin(ProducerRecord<K, V> record) {
        try {
            var parent = Context.current();
            var bound = Kafka.LIBRARY.listening(parent);
            if (record == null || bound == null || Kafka.LIBRARY.current(parent) != null) {
                return null;
            }
            var builder =
                    Kafka.span(bound, "send", "send", record.topic(), SpanKind.PRODUCER)
                            .setParent(parent);
            Kafka.key(builder, record.key());
            var operation = new Operation(bound, builder, parent, new Measured());
            return new KafkaSending<>(operation, inject(record, operation), parent);
        } catch (Throwable problem) {
            Trouble.swallow(problem);
            return null;
        }
    }

    /// A copy, as a record whose headers were sent before cannot be changed.
    private static <K, V> ProducerRecord<K, V> inject(
            ProducerRecord<K, V> record, Operation operation) {
        var headers = new RecordHeaders(record.headers());
        operation.propagator().inject(operation.context(), headers, Kafka.SETTER);
        return new ProducerRecord<>(
                record.topic(),
                record.partition(),
                record.timestamp(),
                record.key(),
                record.value(),
                headers);
    }

    ProducerRecord<K, V> record() {
        return record;
    }

    Context context() {
        return operation.context();
    }

    /// What the producer calls when it knows; the application's own runs in its own context.
    Callback callback(@Nullable Callback callback) {
        return (metadata, problem) -> {
            done(metadata, problem);
            if (callback != null) {
                try (var _ = parent.makeCurrent()) {
                    callback.onCompletion(metadata, problem);
                }
            }
        };
    }

    private void done(@Nullable RecordMetadata metadata, @Nullable Exception problem) {
        Operation.safely(
                operation,
                sending -> {
                    if (metadata != null) {
                        sending.span()
                                .setAttribute(
                                        Kafka.PARTITION, String.valueOf(metadata.partition()));
                        if (metadata.hasOffset()) {
                            sending.span().setAttribute(Kafka.OFFSET, metadata.offset());
                        }
                    }
                    if (problem != null) {
                        sending.error(problem);
                    }
                    sending.end();
                });
    }

    void failed(Throwable problem) {
        Operation.safely(
                operation,
                sending -> {
                    sending.error(problem);
                    sending.end();
                });
    }
}
