package dev.weir.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Which recorded traces are sent.
class TailSamplerTest {
    private static final TailSampling ONLY_WORTHY = TailSampling.DEFAULT.withRatio(0);

    private static Span child(Fixture fixture, Span parent, String name) {
        return fixture.tracer.spanBuilder(name).setParent(Context.root().with(parent)).startSpan();
    }

    private static Span root(Fixture fixture, String name) {
        return fixture.tracer.spanBuilder(name).setNoParent().startSpan();
    }

    private static List<String> names(Fixture fixture) {
        return fixture.spans().stream().map(span -> span.getName()).sorted().toList();
    }

    @Test
    void sendsTheWholeTraceOfAnError() {
        try (var fixture = new Fixture(o -> o.tailSampling(ONLY_WORTHY))) {
            var good = root(fixture, "good");
            child(fixture, good, "good child").end();
            good.end();
            var bad = root(fixture, "bad");
            child(fixture, bad, "bad child").setStatus(StatusCode.ERROR).end();
            bad.end();
            assertThat(names(fixture)).containsExactly("bad", "bad child");
            assertThat(fixture.telemetry.spanCounts().tailDropped()).isEqualTo(2);
        }
    }

    @Test
    void sendsSlowTraces() {
        try (var fixture = new Fixture(o -> o.tailSampling(ONLY_WORTHY))) {
            var slow = root(fixture, "slow");
            fixture.time.advance(Duration.ofSeconds(1).toNanos());
            slow.end();
            root(fixture, "fast").end();
            assertThat(names(fixture)).containsExactly("slow");
        }
    }

    @Test
    void lateSpansFollowTheDecision() {
        try (var fixture = new Fixture(o -> o.tailSampling(ONLY_WORTHY))) {
            var sent = root(fixture, "sent");
            var lateSent = child(fixture, sent, "late of sent");
            sent.setStatus(StatusCode.ERROR).end();
            var dropped = root(fixture, "dropped");
            var lateDropped = child(fixture, dropped, "late of dropped");
            dropped.end();
            lateSent.end();
            lateDropped.setStatus(StatusCode.ERROR).end();
            assertThat(names(fixture)).containsExactly("late of sent", "sent");
        }
    }

    @Test
    void sharesByRatioAndRoute() {
        var rules =
                new TailSampling(
                        true,
                        null,
                        0.5,
                        Map.of("/all", 1.0, "none", 0.0),
                        Duration.ofSeconds(1),
                        10_000,
                        1 << 24);
        try (var fixture = new Fixture(o -> o.tailSampling(rules))) {
            for (int i = 0; i < 2000; i++) {
                root(fixture, "half").end();
                root(fixture, "none").end();
                root(fixture, "all").setAttribute("http.route", "/all").end();
            }
            var names = names(fixture);
            assertThat(names.stream().filter("all"::equals).count()).isEqualTo(2000);
            assertThat(names).doesNotContain("none");
            assertThat(names.stream().filter("half"::equals).count()).isBetween(800L, 1200L);
        }
    }

    @Test
    void decidesWithoutARootWhenTheWaitIsOver() {
        try (var fixture = new Fixture(o -> o.tailSampling(TailSampling.DEFAULT.withRatio(1)))) {
            var root = root(fixture, "root");
            child(fixture, root, "child").end();
            fixture.telemetry.tick();
            assertThat(fixture.sink.spans()).isEmpty();
            assertThat(fixture.telemetry.spanCounts().waitingBytes()).isPositive();
            fixture.time.advance(Duration.ofSeconds(10).toNanos());
            fixture.telemetry.tick();
            root.end();
            assertThat(names(fixture)).containsExactly("child", "root");
        }
    }

    @Test
    void boundsWhatWaits() {
        var rules = new TailSampling(true, null, 0, Map.of(), Duration.ofHours(1), 160, 1 << 16);
        try (var fixture = new Fixture(o -> o.tailSampling(rules))) {
            for (int i = 0; i < 5000; i++) {
                child(fixture, root(fixture, "open"), "child")
                        .setAttribute("t", "x".repeat(200))
                        .end();
                assertThat(fixture.telemetry.spanCounts().waitingBytes()).isLessThan(1 << 17);
            }
            assertThat(fixture.telemetry.spanCounts().tailDropped()).isGreaterThan(4_000);
        }
    }
}
