package dev.weir.conformance;

import dev.weir.telemetry.otlp.Payload;
import dev.weir.telemetry.otlp.ProtoWriter;
import dev.weir.telemetry.otlp.Signal;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// A request of each signal, with every type of attribute and every kind of metric, and lines that
/// the collector's debug exporter has to print for it.
///
/// @param name marks it, as the attribute `case` of its resource
record OtlpSample(String name, Signal signal) {
    static final int ITEMS = 100;

    private static final long TIME = 1_767_225_600_123_456_789L; // 2026-01-01T00:00:00.123456789Z
    private static final String PRINTED_TIME = "2026-01-01 00:00:00.123456789 +0000 UTC";
    private static final Attributes RICH =
            Attributes.builder()
                    .put("text", "gr\u00fc\u00dfe \"quoted\"")
                    .put("truth", true)
                    .put("whole", -42L)
                    .put("fraction", 1.5)
                    .put("texts", "a", "b")
                    .put("numbers", 1L, 2L)
                    .put(AttributeKey.valueKey("map"), Value.of(KeyValue.of("inner", Value.of(7))))
                    .put(AttributeKey.valueKey("bytes"), Value.of(new byte[] {1, 2, (byte) 0xff}))
                    .build();
    private static final List<String> RICH_PRINTED =
            List.of(
                    "     -> text: Str(gr\u00fc\u00dfe \"quoted\")",
                    "     -> truth: Bool(true)",
                    "     -> whole: Int(-42)",
                    "     -> fraction: Double(1.5)",
                    "     -> texts: Slice([\"a\",\"b\"])",
                    "     -> numbers: Slice([1,2])",
                    "     -> map: Map({\"inner\":7})");

    /// The resource's attribute that marks it.
    static String marker(Attributes resource) {
        var name = resource.get(AttributeKey.stringKey("case"));
        return name == null ? "" : name;
    }

    /// The request.
    Payload payload() {
        var out = new ProtoWriter(1 << 16);
        int resourceItems = out.begin(1);
        int resource = out.begin(1);
        out.attributes(
                1, Attributes.builder().put("service.name", "shop").put("case", name).build());
        out.end(resource);
        int scopeItems = out.begin(2);
        int scope = out.begin(1);
        out.string(1, "sample");
        out.string(2, "1.0");
        out.end(scope);
        switch (signal) {
            case TRACES -> spans(out);
            case METRICS -> metrics(out);
            case LOGS -> logs(out);
        }
        out.end(scopeItems);
        out.end(resourceItems);
        return Payload.of(signal, out.toByteArray(), signal == Signal.METRICS ? ITEMS + 4 : ITEMS);
    }

    /// What has to be printed for it, among more.
    List<String> printed() {
        return switch (signal) {
            case TRACES ->
                    join(
                            "Span #0",
                            "    Trace ID       : 00000000000000010000000000000002",
                            "    Parent ID      : 0000000000000003",
                            "    ID             : 0000000000000004",
                            "    Name           : span 0",
                            "    Kind           : Server",
                            "    Start time     : " + PRINTED_TIME,
                            "    Status code    : Error",
                            "    Status message : declined",
                            "     -> Name: captured",
                            "SpanLink #0",
                            "Span #" + (ITEMS - 1));
            case METRICS ->
                    join(
                            "     -> DataType: Sum",
                            "     -> IsMonotonic: true",
                            "Value: 99",
                            "     -> DataType: Gauge",
                            "Value: -2.500000",
                            "     -> DataType: Histogram",
                            "ExplicitBounds #1: 10.000000",
                            "Buckets #2, Count: 3",
                            "     -> DataType: ExponentialHistogram",
                            "     -> DataType: Summary",
                            "Timestamp: " + PRINTED_TIME);
            case LOGS ->
                    join(
                            "LogRecord #" + (ITEMS - 1),
                            "Timestamp: " + PRINTED_TIME,
                            "SeverityText: careful",
                            "SeverityNumber: Warn(13)",
                            "Body: Str(line 0)",
                            "Trace ID: 00000000000000010000000000000002",
                            "Span ID: 0000000000000004");
        };
    }

    private static List<String> join(String... lines) {
        var all = new ArrayList<>(RICH_PRINTED);
        all.addAll(List.of(lines));
        return all;
    }

    private static byte[] id(long... words) {
        var bytes = ByteBuffer.allocate(8 * words.length);
        for (long word : words) {
            bytes.putLong(word);
        }
        return bytes.array();
    }

    private static void spans(ProtoWriter out) {
        for (int i = 0; i < ITEMS; i++) {
            int span = out.begin(2);
            out.bytes(1, id(1, 2 + i));
            out.bytes(2, id(4 + i));
            out.string(3, "vendor=value");
            out.bytes(4, id(3));
            out.string(5, "span " + i);
            out.varint(6, 2);
            out.fixed64(7, TIME);
            out.fixed64(8, TIME + 1_000_000 + i);
            out.attributes(9, i == 0 ? RICH : Attributes.empty());
            out.varint(10, 1);
            int event = out.begin(11);
            out.fixed64(1, TIME);
            out.string(2, "captured");
            out.attributes(3, RICH);
            out.end(event);
            int link = out.begin(13);
            out.bytes(1, id(9, 9));
            out.bytes(2, id(8));
            out.attributes(4, RICH);
            out.end(link);
            int status = out.begin(15);
            out.string(2, "declined");
            out.varint(3, 2);
            out.end(status);
            out.fixed32(16, 0x101);
            out.end(span);
        }
    }

    private static void logs(ProtoWriter out) {
        for (int i = 0; i < ITEMS; i++) {
            int record = out.begin(2);
            out.fixed64(1, TIME);
            out.varint(2, 13);
            out.string(3, "careful");
            out.value(5, Value.of("line " + i));
            out.attributes(6, i == 0 ? RICH : Attributes.empty());
            out.fixed32(8, 1);
            out.bytes(9, id(1, 2));
            out.bytes(10, id(4));
            out.fixed64(11, TIME + i);
            out.end(record);
        }
    }

    private static void metrics(ProtoWriter out) {
        var sum = metric(out, "sum", 7);
        for (int i = 0; i < ITEMS; i++) {
            int point = point(out, 7, i == 0 ? RICH : Attributes.empty());
            out.fixed64(6, i);
            out.end(point);
        }
        out.varint(2, 2);
        out.bool(3, true);
        end(out, sum);
        var gauge = metric(out, "gauge", 5);
        int number = point(out, 7, RICH);
        out.float64(4, -2.5);
        exemplar(out);
        out.end(number);
        end(out, gauge);
        histograms(out);
        var summary = metric(out, "summary", 11);
        int quantiles = point(out, 7, RICH);
        out.fixed64(4, 6);
        out.float64(5, 60);
        int quantile = out.begin(6);
        out.float64(1, 0.5);
        out.float64(2, 9);
        out.end(quantile);
        out.end(quantiles);
        end(out, summary);
    }

    private static void histograms(ProtoWriter out) {
        var histogram = metric(out, "histogram", 9);
        int classic = point(out, 9, RICH);
        out.fixed64(4, 6);
        out.float64(5, 60);
        out.packedFixed64(6, new long[] {1, 2, 3});
        out.packedFloat64(7, List.of(5.0, 10.0));
        out.float64(11, 1);
        out.float64(12, 20);
        out.end(classic);
        out.varint(2, 1);
        end(out, histogram);
        var exponential = metric(out, "exponential", 10);
        int point = point(out, 1, RICH);
        out.fixed64(4, 6);
        out.float64(5, 60);
        out.zigzag(6, -1);
        out.fixed64(7, 1);
        int positive = out.begin(8);
        out.zigzag(1, -3);
        out.packedVarint(2, new long[] {2, 300}, 2);
        out.end(positive);
        out.float64(14, 0.25);
        out.end(point);
        out.varint(2, 2);
        end(out, exponential);
    }

    private static void exemplar(ProtoWriter out) {
        int exemplar = out.begin(5);
        out.fixed64(2, TIME);
        out.float64(3, 2.5);
        out.bytes(4, id(4));
        out.bytes(5, id(1, 2));
        out.end(exemplar);
    }

    /// Begins a metric and its data, whose marks an array holds in the order in which they end.
    private static int[] metric(ProtoWriter out, String name, int data) {
        int metric = out.begin(2);
        out.string(1, name);
        out.string(2, "about " + name);
        out.string(3, "1");
        return new int[] {out.begin(data), metric};
    }

    private static void end(ProtoWriter out, int... marks) {
        for (int mark : marks) {
            out.end(mark);
        }
    }

    private static int point(ProtoWriter out, int attributes, Attributes values) {
        int point = out.begin(1);
        out.fixed64(2, TIME - 1);
        out.fixed64(3, TIME);
        out.attributes(attributes, values);
        return point;
    }
}
