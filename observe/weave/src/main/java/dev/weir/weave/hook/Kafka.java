package dev.weir.weave.hook;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.util.ArrayList;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/// The names of the semantic conventions for messaging and Kafka, version 1.45, and the headers of
/// records as a carrier.
final class Kafka {
    static final Library LIBRARY = new Library("kafka");
    static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system.name");
    static final AttributeKey<String> DESTINATION =
            AttributeKey.stringKey("messaging.destination.name");
    static final AttributeKey<String> PARTITION =
            AttributeKey.stringKey("messaging.destination.partition.id");
    static final AttributeKey<String> OPERATION =
            AttributeKey.stringKey("messaging.operation.name");
    static final AttributeKey<String> OPERATION_TYPE =
            AttributeKey.stringKey("messaging.operation.type");
    static final AttributeKey<String> GROUP =
            AttributeKey.stringKey("messaging.consumer.group.name");
    static final AttributeKey<Long> COUNT = AttributeKey.longKey("messaging.batch.message_count");
    static final AttributeKey<Long> OFFSET = AttributeKey.longKey("kafka.offset");
    static final AttributeKey<String> KEY = AttributeKey.stringKey("kafka.message.key");

    static final TextMapSetter<Headers> SETTER =
            (headers, name, value) -> {
                if (headers != null) {
                    headers.remove(name).add(name, value.getBytes(UTF_8));
                }
            };

    static final TextMapGetter<Headers> GETTER =
            new TextMapGetter<>() {
                @Override
                @SuppressWarnings("deprecation") // every getter has to have it
                public Iterable<String> keys(Headers headers) {
                    var names = new ArrayList<String>();
                    headers.forEach(header -> names.add(header.key()));
                    return names;
                }

                @Override
                public @Nullable String get(@Nullable Headers headers, String name) {
                    var header = headers == null ? null : headers.lastHeader(name);
                    return header == null || header.value() == null
                            ? null
                            : new String(header.value(), UTF_8);
                }
            };

    private Kafka() {}

    static SpanBuilder span(
            Library.Bound bound, String operation, String type, String topic, SpanKind kind) {
        return bound.tracer()
                .spanBuilder(operation + " " + topic)
                .setSpanKind(kind)
                .setAttribute(SYSTEM, "kafka")
                .setAttribute(DESTINATION, topic)
                .setAttribute(OPERATION, operation)
                .setAttribute(OPERATION_TYPE, type);
    }

    static void key(SpanBuilder builder, @Nullable Object key) {
        if (key instanceof CharSequence || key instanceof Number) {
            builder.setAttribute(KEY, key.toString());
        }
    }
}
