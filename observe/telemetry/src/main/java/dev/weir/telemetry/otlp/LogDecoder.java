package dev.weir.telemetry.otlp;

import dev.weir.telemetry.ReceivedLog;
import dev.weir.telemetry.TelemetrySource;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decodes OTLP's `logs.proto`.
final class LogDecoder {
    private LogDecoder() {}

    /// The log records of an `ExportLogsServiceRequest`.
    ///
    /// @throws dev.weir.telemetry.TelemetryException `MALFORMED` where it is no protobuf
    static List<ReceivedLog> decode(byte[] request) {
        var logs = new ArrayList<ReceivedLog>();
        ScopeWalk.items(request, (source, record) -> logs.add(log(source, record)));
        return logs;
    }

    private static ReceivedLog log(TelemetrySource source, ProtoReader record) {
        long time = 0;
        long observed = 0;
        int severity = 0;
        var severityText = "";
        @Nullable Value<?> body = null;
        var attributes = Attributes.builder();
        int dropped = 0;
        var traceId = "";
        var spanId = "";
        var eventName = "";
        while (record.next()) {
            switch (record.field()) {
                case 1 -> time = record.fixed64();
                case 2 -> severity = record.int32();
                case 3 -> severityText = record.string();
                case 5 -> body = CommonDecoder.value(record.message());
                case 6 -> CommonDecoder.attribute(attributes, record.message());
                case 7 -> dropped = record.int32();
                case 9 -> traceId = CommonDecoder.id(record.bytes(), 16);
                case 10 -> spanId = CommonDecoder.id(record.bytes(), 8);
                case 11 -> observed = record.fixed64();
                case 12 -> eventName = record.string();
                default -> record.skip();
            }
        }
        return new ReceivedLog(
                source,
                time,
                observed,
                severity,
                severityText,
                body,
                attributes.build(),
                traceId,
                spanId,
                eventName,
                dropped);
    }
}
