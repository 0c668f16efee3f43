package dev.weir.telemetry.otlp;

import dev.weir.telemetry.TelemetryException;
import dev.weir.telemetry.TelemetryException.Code;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The messages of OTLP 1 (opentelemetry-proto, without profiles), as far as writing them in JSON
/// and reading them from JSON takes. A test holds it to the descriptors.
final class OtlpSchema {
    /// A message a line: its name, then `number name type`. `[]` means repeated, `|` a member of
    /// the message's oneof.
    private static final String TABLE =
            """
            ExportTraceServiceRequest: 1 resourceSpans ResourceSpans[]
            ResourceSpans: 1 resource Resource, 2 scopeSpans ScopeSpans[], 3 schemaUrl string
            Resource: 1 attributes KeyValue[], 2 droppedAttributesCount uint32, 3 entityRefs EntityRef[]
            EntityRef: 1 schemaUrl string, 2 type string, 3 idKeys string[], 4 descriptionKeys string[]
            InstrumentationScope: 1 name string, 2 version string, 3 attributes KeyValue[], 4 droppedAttributesCount uint32
            ScopeSpans: 1 scope InstrumentationScope, 2 spans Span[], 3 schemaUrl string
            Span: 1 traceId hex, 2 spanId hex, 3 traceState string, 4 parentSpanId hex, 16 flags fixed32, 5 name string, 6 kind enum, 7 startTimeUnixNano fixed64, 8 endTimeUnixNano fixed64, 9 attributes KeyValue[], 10 droppedAttributesCount uint32, 11 events Event[], 12 droppedEventsCount uint32, 13 links Link[], 14 droppedLinksCount uint32, 15 status Status
            Event: 1 timeUnixNano fixed64, 2 name string, 3 attributes KeyValue[], 4 droppedAttributesCount uint32
            Link: 1 traceId hex, 2 spanId hex, 3 traceState string, 4 attributes KeyValue[], 5 droppedAttributesCount uint32, 6 flags fixed32
            Status: 2 message string, 3 code enum
            KeyValue: 1 key string, 2 value AnyValue
            AnyValue: 1 stringValue string|, 2 boolValue bool|, 3 intValue int64|, 4 doubleValue double|, 5 arrayValue ArrayValue|, 6 kvlistValue KeyValueList|, 7 bytesValue bytes|
            ArrayValue: 1 values AnyValue[]
            KeyValueList: 1 values KeyValue[]
            ExportMetricsServiceRequest: 1 resourceMetrics ResourceMetrics[]
            ResourceMetrics: 1 resource Resource, 2 scopeMetrics ScopeMetrics[], 3 schemaUrl string
            ScopeMetrics: 1 scope InstrumentationScope, 2 metrics Metric[], 3 schemaUrl string
            Metric: 1 name string, 2 description string, 3 unit string, 5 gauge Gauge|, 7 sum Sum|, 9 histogram Histogram|, 10 exponentialHistogram ExponentialHistogram|, 11 summary Summary|, 12 metadata KeyValue[]
            Gauge: 1 dataPoints NumberDataPoint[]
            Sum: 1 dataPoints NumberDataPoint[], 2 aggregationTemporality enum, 3 isMonotonic bool
            Histogram: 1 dataPoints HistogramDataPoint[], 2 aggregationTemporality enum
            ExponentialHistogram: 1 dataPoints ExponentialHistogramDataPoint[], 2 aggregationTemporality enum
            Summary: 1 dataPoints SummaryDataPoint[]
            NumberDataPoint: 7 attributes KeyValue[], 2 startTimeUnixNano fixed64, 3 timeUnixNano fixed64, 4 asDouble double|, 6 asInt sfixed64|, 5 exemplars Exemplar[], 8 flags uint32
            HistogramDataPoint: 9 attributes KeyValue[], 2 startTimeUnixNano fixed64, 3 timeUnixNano fixed64, 4 count fixed64, 5 sum double, 6 bucketCounts fixed64[], 7 explicitBounds double[], 8 exemplars Exemplar[], 10 flags uint32, 11 min double, 12 max double
            ExponentialHistogramDataPoint: 1 attributes KeyValue[], 2 startTimeUnixNano fixed64, 3 timeUnixNano fixed64, 4 count fixed64, 5 sum double, 6 scale sint32, 7 zeroCount fixed64, 8 positive Buckets, 9 negative Buckets, 10 flags uint32, 11 exemplars Exemplar[], 12 min double, 13 max double, 14 zeroThreshold double
            Buckets: 1 offset sint32, 2 bucketCounts uint64[]
            SummaryDataPoint: 7 attributes KeyValue[], 2 startTimeUnixNano fixed64, 3 timeUnixNano fixed64, 4 count fixed64, 5 sum double, 6 quantileValues ValueAtQuantile[], 8 flags uint32
            ValueAtQuantile: 1 quantile double, 2 value double
            Exemplar: 7 filteredAttributes KeyValue[], 2 timeUnixNano fixed64, 3 asDouble double|, 6 asInt sfixed64|, 4 spanId hex, 5 traceId hex
            ExportLogsServiceRequest: 1 resourceLogs ResourceLogs[]
            ResourceLogs: 1 resource Resource, 2 scopeLogs ScopeLogs[], 3 schemaUrl string
            ScopeLogs: 1 scope InstrumentationScope, 2 logRecords LogRecord[], 3 schemaUrl string
            LogRecord: 1 timeUnixNano fixed64, 11 observedTimeUnixNano fixed64, 2 severityNumber enum, 3 severityText string, 5 body AnyValue, 6 attributes KeyValue[], 7 droppedAttributesCount uint32, 8 flags fixed32, 9 traceId hex, 10 spanId hex, 12 eventName string
            """;

    private static final Map<String, Message> MESSAGES = messages();

    private OtlpSchema() {}

    /// How a value is written, in protobuf and in JSON.
    enum Type {
        STRING(ProtoReader.BYTES),
        /// Ids: hex and not base64, unlike other bytes.
        HEX(ProtoReader.BYTES),
        BYTES(ProtoReader.BYTES),
        MESSAGE(ProtoReader.BYTES),
        BOOL(ProtoReader.VARINT),
        ENUM(ProtoReader.VARINT),
        UINT32(ProtoReader.VARINT),
        SINT32(ProtoReader.VARINT),
        INT64(ProtoReader.VARINT),
        UINT64(ProtoReader.VARINT),
        FIXED32(ProtoReader.FIXED32),
        FIXED64(ProtoReader.FIXED64),
        SFIXED64(ProtoReader.FIXED64),
        DOUBLE(ProtoReader.FIXED64);

        private final int wireType;

        Type(int wireType) {
            this.wireType = wireType;
        }

        int wireType() {
            return wireType;
        }
    }

    /// A field.
    ///
    /// @param messageName of a message
    /// @param oneof whether it excludes the other such fields of its message
    record Field(
            int number,
            String name,
            Type type,
            @Nullable String messageName,
            boolean repeated,
            boolean oneof) {
        Message message() {
            return OtlpSchema.message(Objects.requireNonNull(messageName));
        }
    }

    /// A message; its fields in the order in which JSON has them.
    record Message(
            String name,
            List<Field> fields,
            Map<Integer, Field> byNumber,
            Map<String, Field> byName) {
        @Nullable Field field(int number) {
            return byNumber.get(number);
        }

        @Nullable Field field(String name) {
            return byName.get(name);
        }
    }

    static Message request(Signal signal) {
        return message(
                switch (signal) {
                    case TRACES -> "ExportTraceServiceRequest";
                    case METRICS -> "ExportMetricsServiceRequest";
                    case LOGS -> "ExportLogsServiceRequest";
                });
    }

    static Map<String, Message> all() {
        return MESSAGES;
    }

    static Message message(String name) {
        var message = MESSAGES.get(name);
        if (message == null) {
            throw new TelemetryException(Code.MALFORMED, "there is no message " + name);
        }
        return message;
    }

    private static Map<String, Message> messages() {
        var messages = new HashMap<String, Message>();
        TABLE.lines().map(OtlpSchema::parsed).forEach(m -> messages.put(m.name(), m));
        return Map.copyOf(messages);
    }

    private static Message parsed(String line) {
        int colon = line.indexOf(':');
        var fields = new ArrayList<Field>();
        var byNumber = new HashMap<Integer, Field>();
        var byName = new HashMap<String, Field>();
        for (var text : line.substring(colon + 2).split(", ")) {
            var field = field(text.split(" "));
            fields.add(field);
            byNumber.put(field.number(), field);
            byName.put(field.name(), field);
        }
        return new Message(line.substring(0, colon), List.copyOf(fields), byNumber, byName);
    }

    private static Field field(String[] words) {
        boolean repeated = words[2].endsWith("[]");
        boolean oneof = words[2].endsWith("|");
        var type = words[2].replace("[]", "").replace("|", "");
        boolean message = Character.isUpperCase(type.charAt(0));
        return new Field(
                Integer.parseInt(words[0]),
                words[1],
                message ? Type.MESSAGE : Type.valueOf(type.toUpperCase(java.util.Locale.ROOT)),
                message ? type : null,
                repeated,
                oneof);
    }
}
