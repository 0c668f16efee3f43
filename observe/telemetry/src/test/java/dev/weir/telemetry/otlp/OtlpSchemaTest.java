package dev.weir.telemetry.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The table of messages, held to the descriptors of opentelemetry-proto.
class OtlpSchemaTest {
    /// Fields that only profiles use: no request of ours has them.
    private static final Set<String> OF_PROFILES =
            Set.of("KeyValue.keyStrindex", "AnyValue.stringValueStrindex");

    private final Set<String> seen = new HashSet<>();

    @Test
    void isWhatTheDescriptorsSay() {
        List.of(
                        ExportTraceServiceRequest.getDescriptor(),
                        ExportMetricsServiceRequest.getDescriptor(),
                        ExportLogsServiceRequest.getDescriptor())
                .forEach(this::compare);
        assertThat(seen).isEqualTo(OtlpSchema.all().keySet());
    }

    private void compare(Descriptor descriptor) {
        var name = descriptor.getName();
        if (!seen.add(name)) {
            return;
        }
        var message = OtlpSchema.message(name);
        int known = 0;
        for (var field : descriptor.getFields()) {
            if (OF_PROFILES.contains(name + "." + field.getJsonName())) {
                continue;
            }
            known++;
            compare(name, message.field(field.getJsonName()), field);
            if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                compare(field.getMessageType());
            }
        }
        assertThat(message.fields()).as(name).hasSize(known);
    }

    private static void compare(String message, OtlpSchema.Field ours, FieldDescriptor theirs) {
        var name = message + "." + theirs.getJsonName();
        assertThat(ours).as(name).isNotNull();
        assertThat(ours.number()).as(name).isEqualTo(theirs.getNumber());
        assertThat(ours.repeated()).as(name).isEqualTo(theirs.isRepeated());
        assertThat(ours.oneof()).as(name).isEqualTo(theirs.getRealContainingOneof() != null);
        var type = theirs.getType().name();
        boolean id = name.endsWith("raceId") || name.endsWith("panId");
        assertThat(ours.type().name()).as(name).isEqualTo(id ? "HEX" : type);
    }
}
