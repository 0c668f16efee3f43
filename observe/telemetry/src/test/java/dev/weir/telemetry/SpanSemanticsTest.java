package dev.weir.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What the OpenTelemetry API specification says of spans.
class SpanSemanticsTest {
    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    private Span start() {
        return fixture.tracer.spanBuilder("op").setNoParent().startSpan();
    }

    @Test
    void lastValueWinsWhateverItsType() {
        var span = start();
        span.setAttribute("k", "text").setAttribute("k", 7).setAttribute("other", true);
        span.setAttribute(AttributeKey.stringArrayKey("k"), List.of("a"));
        span.end();
        var sent = fixture.only();
        assertThat(sent.getAttributesList()).hasSize(2);
        assertThat(Fixture.attributes(sent.getAttributesList()).get("k")).contains("array_value");
        assertThat(sent.getDroppedAttributesCount()).isZero();
    }

    @Test
    void okBeatsErrorAndUnsetChangesNothing() {
        var span = start();
        span.setStatus(StatusCode.ERROR, "broken");
        span.setStatus(StatusCode.UNSET, "nothing");
        span.setStatus(StatusCode.OK, "fine");
        span.setStatus(StatusCode.ERROR, "again");
        span.end();
        var status = fixture.only().getStatus();
        assertThat(status.getCodeValue()).isEqualTo(1);
        assertThat(status.getMessage()).isEmpty();
    }

    @Test
    void laterErrorReplacesTheDescription() {
        var span = start();
        span.setStatus(StatusCode.ERROR, "first").setStatus(StatusCode.ERROR, "second").end();
        assertThat(fixture.only().getStatus().getMessage()).isEqualTo("second");
    }

    @Test
    void settersAfterTheEndAreIgnored() {
        var span = start();
        span.end();
        span.setAttribute("k", "v").addEvent("e").setStatus(StatusCode.ERROR).updateName("n");
        span.addLink(span.getSpanContext()).recordException(new Exception());
        span.end();
        var sent = fixture.only();
        assertThat(sent.getName()).isEqualTo("op");
        assertThat(sent.getAttributesCount() + sent.getEventsCount() + sent.getLinksCount())
                .isZero();
        assertThat(sent.getStatus().getCodeValue()).isZero();
    }

    @Test
    void contextStaysValidAfterTheEnd() {
        var span = start();
        var context = span.getSpanContext();
        var copy =
                SpanContext.create(
                        context.getTraceId(),
                        context.getSpanId(),
                        context.getTraceFlags(),
                        context.getTraceState());
        span.end();
        for (int i = 0; i < 100; i++) {
            start().end();
        }
        assertThat(context.isValid()).isTrue();
        assertThat(context.isSampled()).isTrue();
        assertThat(context.isRemote()).isFalse();
        assertThat(context).isEqualTo(copy);
        assertThat(context.getTraceIdBytes()).hasSize(16);
        assertThat(span.getSpanContext()).isSameAs(context);
    }

    @Test
    void recordsUntilItEnds() {
        var span = start();
        assertThat(span.isRecording()).isTrue();
        span.end();
        assertThat(span.isRecording()).isFalse();
    }

    @Test
    void nothingIsTakenForNull() {
        var span = start();
        span.setAttribute((String) null, "v")
                .setAttribute("k", (String) null)
                .setAttribute("", "v");
        span.setAttribute((AttributeKey<String>) null, "v").addEvent(null, Attributes.empty());
        span.addLink(null).recordException(null).updateName(null).setStatus(null, "d");
        span.setAllAttributes(null).setAttribute((AttributeKey<Long>) null, 1);
        span.end();
        var sent = fixture.only();
        assertThat(sent.getAttributesCount() + sent.getEventsCount() + sent.getLinksCount())
                .isZero();
    }

    @Test
    void childContinuesTheTraceOfItsParent() {
        var state = TraceState.builder().put("vendor", "x").build();
        var remote =
                SpanContext.createFromRemoteParent(
                        "0af7651916cd43dd8448eb211c80319c",
                        "b7ad6b7169203331",
                        TraceFlags.fromByte((byte) 3),
                        state);
        var parent =
                fixture.tracer
                        .spanBuilder("parent")
                        .setParent(Context.root().with(Span.wrap(remote)))
                        .startSpan();
        var child =
                fixture.tracer
                        .spanBuilder("child")
                        .setParent(Context.root().with(parent))
                        .startSpan();
        child.end();
        parent.end();
        var spans = fixture.spans();
        assertThat(child.getSpanContext().getTraceId()).isEqualTo(remote.getTraceId());
        assertThat(child.getSpanContext().getTraceState()).isEqualTo(state);
        assertThat(spans.get(0).getParentSpanId()).isEqualTo(spans.get(1).getSpanId());
        assertThat(spans.get(0).getFlags()).isEqualTo(0x103);
        assertThat(spans.get(1).getFlags()).isEqualTo(0x303);
        assertThat(spans.get(1).getTraceState()).isEqualTo("vendor=x");
    }

    @Test
    void usesTheCurrentSpanAsParent() {
        var parent = start();
        try (var _ = parent.makeCurrent()) {
            assertThat(Span.current()).isSameAs(parent);
            fixture.tracer.spanBuilder("child").startSpan().end();
        }
        parent.end();
        assertThat(fixture.spans().getFirst().getTraceId())
                .isEqualTo(fixture.sink.spans().getLast().getTraceId());
    }

    @Test
    void takesExplicitTimes() {
        var span =
                fixture.tracer.spanBuilder("op").setStartTimestamp(5, TimeUnit.SECONDS).startSpan();
        span.addEvent("e", 6, TimeUnit.SECONDS);
        span.end(7, TimeUnit.SECONDS);
        var sent = fixture.only();
        assertThat(sent.getStartTimeUnixNano()).isEqualTo(5_000_000_000L);
        assertThat(sent.getEvents(0).getTimeUnixNano()).isEqualTo(6_000_000_000L);
        assertThat(sent.getEndTimeUnixNano()).isEqualTo(7_000_000_000L);
    }

    @Test
    void durationIsThatOfTheMonotonicClock() {
        var span = start();
        fixture.time.advance(1234);
        span.end();
        var sent = fixture.only();
        assertThat(sent.getEndTimeUnixNano() - sent.getStartTimeUnixNano()).isEqualTo(1234);
        assertThat(sent.getStartTimeUnixNano()).isGreaterThan(SteppedTime.EPOCH);
    }

    @Test
    void hugeAttributesGetAPageOfTheirOwn() {
        var huge = "x".repeat(3_000_000);
        var span = start();
        span.setAttribute("huge", huge);
        span.end();
        start().end();
        assertThat(fixture.spans()).hasSize(2);
        assertThat(Fixture.attributes(fixture.sink.spans().getFirst().getAttributesList()))
                .isEqualTo(Map.of("huge", huge));
    }

    @Test
    void countsWhatIsBeyondTheLimits() {
        try (var limited = new Fixture(o -> o.spanLimits(new SpanLimits(2, 1, 1, 1, 1, 3)))) {
            var span = limited.tracer.spanBuilder("op").startSpan();
            span.setAttribute("a", "12345")
                    .setAttribute("b", 1)
                    .setAttribute("c", 2)
                    .setAttribute("b", 3);
            var two = Attributes.builder().put("x", 1).put("y", 2).build();
            span.addEvent("e", two).addEvent("f");
            span.addLink(span.getSpanContext(), two).addLink(span.getSpanContext());
            span.end();
            var sent = limited.only();
            assertThat(Fixture.attributes(sent.getAttributesList()))
                    .isEqualTo(Map.of("a", "123", "b", "int_value: 3"));
            assertThat(sent.getDroppedAttributesCount()).isEqualTo(1);
            assertThat(sent.getDroppedEventsCount()).isEqualTo(1);
            assertThat(sent.getEvents(0).getDroppedAttributesCount()).isEqualTo(1);
            assertThat(sent.getDroppedLinksCount()).isEqualTo(1);
            assertThat(sent.getLinks(0).getDroppedAttributesCount()).isEqualTo(1);
        }
    }

    @Test
    void groupsSpansByScope() {
        fixture.telemetry.getTracer("one", "1.0").spanBuilder("a").startSpan().end();
        fixture.telemetry.getTracer("two").spanBuilder("b").startSpan().end();
        fixture.telemetry
                .tracerBuilder("one")
                .setInstrumentationVersion("1.0")
                .setSchemaUrl("https://s/1")
                .build()
                .spanBuilder("c")
                .startSpan()
                .end();
        fixture.telemetry.getTracer("one", "1.0").spanBuilder("d").startSpan().end();
        fixture.spans();
        var scopes = fixture.sink.scopes();
        assertThat(scopes)
                .extracting(scope -> scope.getScope().getName() + scope.getSchemaUrl())
                .containsExactly("one", "two", "onehttps://s/1");
        assertThat(scopes.getFirst().getSpansList())
                .extracting(span -> span.getName())
                .containsExactly("a", "d");
        assertThat(scopes.getFirst().getScope().getVersion()).isEqualTo("1.0");
    }

    @Test
    void tracersOfAScopeAreTheSame() {
        assertThat(fixture.telemetry.getTracer("x")).isSameAs(fixture.telemetry.getTracer("x"));
        assertThat(fixture.telemetry.getTracer("x"))
                .isNotSameAs(fixture.telemetry.getTracer("x", "1"));
    }

    @Test
    void nothingIsRecordedAfterTheClose() {
        var open = start();
        fixture.telemetry.close();
        open.end();
        var late = fixture.tracer.spanBuilder("late").startSpan();
        late.end();
        assertThat(late.isRecording()).isFalse();
        assertThat(fixture.sink.spans()).isEmpty();
        assertThat(fixture.sink.closed()).isTrue();
        assertThat(fixture.telemetry.spanCounts().dropped()).isEqualTo(1);
    }

    @Test
    void disabledMeansNoop() {
        try (var off = new Fixture(o -> o.set("otel.sdk.disabled", "true"))) {
            var span = off.tracer.spanBuilder("x").startSpan();
            assertThat(span.isRecording()).isFalse();
            assertThat(span.getSpanContext().isValid()).isFalse();
            assertThat(off.telemetry.getPropagators().getTextMapPropagator().fields())
                    .contains("traceparent");
        }
    }
}
