package dev.weir.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random calls, made to this engine and to the official SDK, are sent as equal spans.
///
/// The system property `weir.test.spans` says how many spans; 3,000 where it is not set.
class SpansAgainstSdkTest {
    private static final int SPANS = Integer.getInteger("weir.test.spans", 3_000);
    private static final int SCRIPT = 20;
    private static final SpanLimits SMALL = new SpanLimits(5, 3, 2, 2, 1, 7);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void sendsWhatTheSdkSends(boolean small) {
        for (int seed = 0; seed < Math.max(1, SPANS / SCRIPT / 2); seed++) {
            compare(seed, small ? SMALL : SpanLimits.DEFAULT);
        }
    }

    private static void compare(long seed, SpanLimits limits) {
        var sink = new MemorySink();
        var ours = new SteppedTime();
        var traceIds = new ArrayDeque<String>();
        var spanIds = new ArrayDeque<String>();
        var options =
                TelemetryOptions.builder()
                        .set("otel.metrics.exporter", "none")
                        .set("otel.logs.exporter", "none")
                        .spanLimits(limits)
                        .spanBatching(new Batching(Duration.ofHours(1), 7, 1 << 20, 1 << 24))
                        .build();
        try (var telemetry = Telemetry.start(options, sink, ours)) {
            for (var span : script(seed, telemetry.getTracer("test"), ours)) {
                var context = span.getSpanContext();
                spanIds.add(context.getSpanId());
                traceIds.add(context.getTraceId());
            }
        }
        var theirs = new SteppedTime();
        try (var sdk =
                new SdkPeer(
                        limits,
                        Sampler.parentBased(Sampler.alwaysOn()),
                        theirs,
                        roots(sink, traceIds, spanIds),
                        spanIds)) {
            script(seed, sdk.tracer(), theirs);
            var sent = canonical(sink.spans());
            var expected = canonical(sdk.spans());
            assertThat(sent.keySet()).isEqualTo(expected.keySet());
            expected.forEach((id, span) ->
                    assertThat(sent.get(id))
                            .as("span %s of seed %d, limits %s", id, seed, limits)
                            .isEqualTo(span));
        }
    }

    /// The trace ids of roots, in the order of their start.
    private static ArrayDeque<String> roots(
            MemorySink sink, ArrayDeque<String> traceIds, ArrayDeque<String> spanIds) {
        var parents = new HashMap<String, Boolean>();
        for (var span : sink.spans()) {
            parents.put(hex(span.getSpanId().toByteArray()), span.getParentSpanId().isEmpty());
        }
        var roots = new ArrayDeque<String>();
        var ids = List.copyOf(spanIds);
        var traces = List.copyOf(traceIds);
        for (int i = 0; i < ids.size(); i++) {
            if (parents.getOrDefault(ids.get(i), false)) {
                roots.add(traces.get(i));
            }
        }
        return roots;
    }

    private static String hex(byte[] bytes) {
        return java.util.HexFormat.of().formatHex(bytes);
    }

    private static List<io.opentelemetry.api.trace.Span> script(
            long seed, io.opentelemetry.api.trace.Tracer tracer, SteppedTime time) {
        return new SpanScript(seed, tracer, () -> time.advance(17)).run(SCRIPT);
    }

    private static Map<String, String> canonical(List<Span> spans) {
        var byId = new HashMap<String, String>();
        for (var span : spans) {
            var sorted =
                    span.getAttributesList().stream()
                            .sorted(Comparator.comparing(KeyValue::getKey))
                            .toList();
            var same = span.toBuilder().clearAttributes().addAllAttributes(sorted);
            if (span.getStatus().equals(Status.getDefaultInstance())) {
                // The SDK sends the message even where nothing is in it.
                same.clearStatus();
            }
            assertThat(byId.put(hex(span.getSpanId().toByteArray()), same.build().toString()))
                    .isNull();
        }
        return byId;
    }
}
