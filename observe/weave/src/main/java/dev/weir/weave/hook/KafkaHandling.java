package dev.weir.weave.hook;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.time.Instant;
import java.util.Iterator;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.jspecify.annotations.Nullable;

/// What a consumer does with records, on the thread that does it.
final class KafkaHandling {
    private static final Library PROCESSING = new Library("kafka-process");

    /// The record that a thread handles: what a loop left open that was left early.
    private static final ThreadLocal<Handled> CURRENT = new ThreadLocal<>();

    private record Handled(Operation operation, Scope scope) {}

    private KafkaHandling() {}

    static Instant now() {
        return Instant.now();
    }

    /// Tells a poll that brought records, with links to those who sent them.
    static void polled(Consumer<?, ?> consumer, ConsumerRecords<?, ?> records, Instant start) {
        try {
            var parent = Context.current();
            var bound = Kafka.LIBRARY.listening(parent);
            if (records == null || records.isEmpty() || bound == null) {
                return;
            }
            var topics = new TreeSet<String>();
            records.forEach(record -> topics.add(record.topic()));
            var builder =
                    Kafka.span(bound, "poll", "receive", String.join(",", topics), SpanKind.CLIENT)
                            .setParent(parent)
                            .setStartTimestamp(start)
                            .setAttribute(Kafka.COUNT, (long) records.count());
            var group = group(consumer);
            if (group != null) {
                builder.setAttribute(Kafka.GROUP, group);
            }
            for (var record : records) {
                var sender = Span.fromContext(sender(bound, record)).getSpanContext();
                if (sender.isValid()) {
                    builder.addLink(sender);
                }
            }
            builder.startSpan().end();
        } catch (Throwable problem) {
            Trouble.swallow(problem);
        }
    }

    private static @Nullable String group(Consumer<?, ?> consumer) {
        try {
            var group = consumer.groupMetadata();
            return group == null ? null : group.groupId();
        } catch (RuntimeException e) {
            return null; // a consumer without a group
        }
    }

    private static Context sender(Library.Bound bound, ConsumerRecord<?, ?> record) {
        return bound.propagator().extract(Context.root(), record.headers(), Kafka.GETTER);
    }

    /// The records, each handled until the next one is asked for.
    static <K, V> Iterator<ConsumerRecord<K, V>> each(Iterator<ConsumerRecord<K, V>> records) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                endOfThread();
                return records.hasNext();
            }

            @Override
            public ConsumerRecord<K, V> next() {
                endOfThread();
                var record = records.next();
                begin(record);
                return record;
            }

            @Override
            public void remove() {
                records.remove();
            }
        };
    }

    private static void begin(ConsumerRecord<?, ?> record) {
        try {
            var bound = PROCESSING.listening(Context.current());
            if (bound == null) {
                return;
            }
            var parent = sender(bound, record);
            var builder =
                    Kafka.span(bound, "process", "process", record.topic(), SpanKind.CONSUMER)
                            .setParent(parent)
                            .setAttribute(Kafka.PARTITION, String.valueOf(record.partition()))
                            .setAttribute(Kafka.OFFSET, record.offset());
            Kafka.key(builder, record.key());
            // Not marked as Kafka's own: what is sent while it is handled is told too.
            var operation = new Operation(bound, builder, parent, new Measured());
            CURRENT.set(new Handled(operation, Scopes.open(operation.context())));
        } catch (Throwable problem) {
            Trouble.swallow(problem);
        }
    }

    /// Ends what the thread still handles.
    static void endOfThread() {
        var handled = CURRENT.get();
        if (handled != null) {
            CURRENT.remove();
            handled.scope().close();
            Operation.safely(handled.operation(), Operation::end);
        }
    }
}
