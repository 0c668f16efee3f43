package dev.weir.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which spans are recorded.
class SamplersTest {
    private static SpanContext parent(boolean sampled, String ot) {
        var state =
                ot == null
                        ? TraceState.getDefault()
                        : TraceState.builder().put("ot", ot).put("v", "1").build();
        return SpanContext.createFromRemoteParent(
                "0af7651916cd43dd00aaaaaaaaaaaaaa",
                "b7ad6b7169203331",
                TraceFlags.fromByte((byte) (sampled ? 3 : 2)),
                state);
    }

    private static Span child(Sampling sampling, SpanContext parent) {
        try (var fixture = new Fixture(o -> o.sampling(sampling))) {
            return fixture.tracer
                    .spanBuilder("op")
                    .setParent(Context.root().with(Span.wrap(parent)))
                    .startSpan();
        }
    }

    private static int share(Sampling sampling, int spans) {
        try (var fixture = new Fixture(o -> o.sampling(sampling))) {
            int sampled = 0;
            for (int i = 0; i < spans; i++) {
                var span = fixture.tracer.spanBuilder("op").setNoParent().startSpan();
                sampled += span.getSpanContext().isSampled() ? 1 : 0;
                span.end();
            }
            assertThat(fixture.spans()).hasSize(sampled);
            return sampled;
        }
    }

    @Test
    void followsTheParent() {
        var sampling = new Sampling.ParentBased(new Sampling.AlwaysOff());
        assertThat(child(sampling, parent(true, null)).isRecording()).isTrue();
        assertThat(child(Sampling.DEFAULT, parent(false, null)).isRecording()).isFalse();
        assertThat(share(sampling, 100)).isZero();
        assertThat(share(Sampling.DEFAULT, 100)).isEqualTo(100);
    }

    @Test
    void unsampledSpanHandsTheTraceOn() {
        var parent = parent(false, "rv:00000000000001");
        var context = child(Sampling.DEFAULT, parent).getSpanContext();
        assertThat(context.getTraceId()).isEqualTo(parent.getTraceId());
        assertThat(context.getTraceState()).isEqualTo(parent.getTraceState());
        assertThat(context.isSampled()).isFalse();
        assertThat(context.getSpanId()).isNotEqualTo(parent.getSpanId());
    }

    @Test
    void choosesTheTracesThatTheSdkChooses() {
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            double ratio = i % 50 == 0 ? i / 50 % 2 : random.nextDouble();
            long low = i % 7 == 0 ? Long.MIN_VALUE : random.nextLong();
            var id = String.format("%016x%016x", random.nextLong(), low);
            boolean ours =
                    Samplers.of(new Sampling.TraceIdRatio(ratio))
                                    .sample(SpanContext.getInvalid(), 0, low)
                            != null;
            var theirs =
                    io.opentelemetry.sdk.trace.samplers.Sampler.traceIdRatioBased(ratio)
                            .shouldSample(
                                    Context.root(),
                                    id,
                                    "",
                                    io.opentelemetry.api.trace.SpanKind.INTERNAL,
                                    io.opentelemetry.api.common.Attributes.empty(),
                                    java.util.List.of());
            assertThat(ours)
                    .as("%s at %s", id, ratio)
                    .isEqualTo(
                            theirs.getDecision()
                                    == io.opentelemetry.sdk.trace.samplers.SamplingDecision
                                            .RECORD_AND_SAMPLE);
        }
    }

    @Test
    void consistentShareIsItsRatio() {
        assertThat(share(new Sampling.Consistent(0.25), 20_000)).isBetween(4_500, 5_500);
        assertThat(share(new Sampling.Consistent(0), 1000)).isZero();
        assertThat(share(new Sampling.Consistent(1), 1000)).isEqualTo(1000);
    }

    @Test
    void consistentWritesItsThreshold() {
        // The examples of the specification: 25 %, 1/3 with four digits, all.
        assertThat(threshold(0.25)).isEqualTo("th:c");
        assertThat(threshold(0.5)).isEqualTo("th:8");
        assertThat(threshold(1)).isEqualTo("th:0");
        assertThat(threshold(1.0 / 3)).isEqualTo("th:aaab");
    }

    private static String threshold(double ratio) {
        var state = new ConsistentSampler(ratio).sample(parent(true, "rv:ffffffffffffff"), 0, 0);
        return state == null ? "" : state.get("ot").split(";")[0];
    }

    @Test
    void consistentUsesExplicitRandomnessAndKeepsTheRest() {
        var half = new Sampling.Consistent(0.5);
        var sampled = child(half, parent(true, "th:c;rv:80000000000000;x:y")).getSpanContext();
        assertThat(sampled.isSampled()).isTrue();
        assertThat(sampled.getTraceState().get("ot")).isEqualTo("th:8;rv:80000000000000;x:y");
        assertThat(sampled.getTraceState().get("v")).isEqualTo("1");
        var not = child(half, parent(true, "th:0;rv:7fffffffffffff")).getSpanContext();
        assertThat(not.isSampled()).isFalse();
        assertThat(not.getTraceState().get("ot")).isEqualTo("rv:7fffffffffffff");
    }

    @Test
    void consistentTakesTheTraceIdWhereNothingElseIsThere() {
        // aa... is above 8 and below c.
        assertThat(child(new Sampling.Consistent(0.5), parent(false, null)).isRecording()).isTrue();
        assertThat(child(new Sampling.Consistent(0.25), parent(true, "rv:no")).isRecording())
                .isFalse();
    }

    @Test
    void ratioChangesWhileRunning() {
        try (var fixture =
                new Fixture(o -> o.set("otel.traces.sampler", "parentbased_traceidratio"))) {
            assertThat(fixture.tracer.spanBuilder("a").startSpan().isRecording()).isTrue();
            fixture.telemetry.samplingRatio(0);
            assertThat(fixture.tracer.spanBuilder("b").startSpan().isRecording()).isFalse();
            assertThat(fixture.telemetry.sampling())
                    .isEqualTo(new Sampling.ParentBased(new Sampling.TraceIdRatio(0)));
            fixture.telemetry.resetSampling();
            assertThat(fixture.tracer.spanBuilder("c").startSpan().isRecording()).isTrue();
            assertThatThrownBy(() -> fixture.telemetry.samplingRatio(1.5))
                    .hasMessageContaining("0 to 1");
        }
    }

    @Test
    void noticesFilesAndProperties(@TempDir Path folder) throws IOException {
        var file = folder.resolve("ratio");
        var properties = new HashMap<String, String>();
        var ratios = new java.util.ArrayList<Double>();
        var watch = new SamplingWatch(file, new MapSurroundings(properties, Map.of()), ratios::add);
        watch.look();
        Files.writeString(file, "0.25\n");
        watch.look();
        watch.look();
        properties.put(SamplingWatch.PROPERTY, "0.5");
        watch.look();
        properties.put(SamplingWatch.PROPERTY, "half");
        Files.writeString(file, "");
        watch.look();
        Files.writeString(file, "0.75");
        watch.look();
        assertThat(ratios).containsExactly(0.25, 0.5, 0.75);
    }
}
