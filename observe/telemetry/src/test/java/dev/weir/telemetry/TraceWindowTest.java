package dev.weir.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class TraceWindowTest {
    private static final long MILLI = 1_000_000;

    private long now;
    private final TraceWindow window = TraceWindow.of(100, 10 << 20, () -> now);

    private static ReceivedSpan span(
            long trace, long id, long parent, String service, long start, long end) {
        return span(trace, id, parent, service, start, end, StatusCode.UNSET, "");
    }

    private static ReceivedSpan span(
            long trace,
            long id,
            long parent,
            String service,
            long start,
            long end,
            StatusCode status,
            String filler) {
        return new ReceivedSpan(
                new TelemetrySource(service, Attributes.empty(), "scope", ""),
                String.format("%032x", trace),
                String.format("%016x", id),
                parent == 0 ? "" : String.format("%016x", parent),
                "",
                "span " + id,
                parent == 0 ? SpanKind.SERVER : SpanKind.INTERNAL,
                start,
                end,
                filler.isEmpty()
                        ? Attributes.empty()
                        : Attributes.builder().put("f", filler).build(),
                List.of(),
                List.of(),
                status,
                "",
                0,
                0,
                0);
    }

    @Test
    void groupsSpansByTraceWhateverTheirOrder() {
        window.spans(List.of(span(1, 12, 11, "bank", 5, 20), span(2, 21, 0, "shop", 50, 60)));
        window.spans(List.of(span(1, 11, 0, "shop", 0, 30, StatusCode.ERROR, "")));
        assertThat(window.latest(10))
                .extracting(TraceSummary::traceId)
                .containsExactly("%032x".formatted(2), "%032x".formatted(1));
        var trace = window.trace("%032x".formatted(1)).orElseThrow();
        assertThat(trace.spans())
                .extracting(ReceivedSpan::name)
                .containsExactly("span 11", "span 12");
        assertThat(trace.summary().rootName()).isEqualTo("span 11");
        assertThat(trace.summary().rootService()).isEqualTo("shop");
        assertThat(trace.summary().durationNanos()).isEqualTo(30);
        assertThat(trace.summary().errors()).isEqualTo(1);
        assertThat(trace.summary().services()).containsExactlyInAnyOrder("shop", "bank");
        assertThat(window.trace("%032x".formatted(3))).isEmpty();
    }

    @Test
    void findsWhatIsWanted() {
        window.spans(
                List.of(
                        span(1, 1, 0, "shop", 0, 10),
                        span(2, 2, 0, "shop", 0, 100, StatusCode.ERROR, ""),
                        span(3, 3, 0, "bank", 0, 1000)));
        assertThat(window.latest(10, new TraceFilter("shop", false, 0))).hasSize(2);
        assertThat(window.latest(10, new TraceFilter(null, true, 0))).hasSize(1);
        assertThat(window.latest(10, new TraceFilter(null, false, 50))).hasSize(2);
        assertThat(window.latest(1)).extracting(TraceSummary::rootName).containsExactly("span 3");
    }

    @Test
    void forgetsTheOldestTraceFirst() {
        for (int i = 1; i <= 250; i++) {
            window.spans(List.of(span(i, 1, 0, "shop", i, i + 1)));
        }
        assertThat(window.size()).isEqualTo(100);
        assertThat(window.latest(1000).getLast().traceId()).isEqualTo("%032x".formatted(151));
    }

    @Test
    void staysWithinItsBytes() {
        var small = TraceWindow.of(1_000_000, 1 << 20, () -> now);
        for (int i = 1; i <= 2000; i++) {
            small.spans(
                    List.of(span(i, 1, 0, "shop", i, i + 1, StatusCode.OK, "x".repeat(10_000))));
            assertThat(small.bytes()).isLessThanOrEqualTo(1 << 20);
        }
        assertThat(small.size()).isBetween(50, 110);
        small.spans(List.of(span(1, 1, 0, "s", 0, 1, StatusCode.OK, "x".repeat(2 << 20))));
        assertThat(small.size()).isZero();
        assertThat(small.bytes()).isZero();
    }

    @Test
    void keepsTheFirstSpansOfATraceThatGrowsTooLong() {
        for (int i = 1; i <= 2500; i++) {
            window.spans(List.of(span(1, i, i == 1 ? 0 : 1, "shop", i, i + 1)));
        }
        var trace = window.trace("%032x".formatted(1)).orElseThrow();
        assertThat(trace.spans()).hasSize(2000);
        assertThat(trace.droppedSpans()).isEqualTo(500);
    }

    @Test
    void measuresRequestsOfTheLastMinuteAndInAll() {
        var spans = new ArrayList<ReceivedSpan>();
        for (int i = 1; i <= 100; i++) {
            var status = i % 10 == 0 ? StatusCode.ERROR : StatusCode.UNSET;
            spans.add(span(i, 1, 0, "shop", 0, i * MILLI, status, ""));
            spans.add(span(i, 2, 1, "shop", 0, i * MILLI));
        }
        window.spans(spans);
        now += 30_000 * MILLI;
        window.spans(spans.subList(0, 20));
        var figures = window.services().getFirst();
        assertThat(figures.service()).isEqualTo("shop");
        assertThat(figures.total().count()).isEqualTo(110);
        assertThat(figures.total().errors()).isEqualTo(11);
        assertThat(figures.lastMinute()).isEqualTo(figures.total());
        assertThat(figures.total().p95Nanos()).isCloseTo(95 * MILLI, Percentage.withPercentage(13));
        assertThat((double) figures.total().p50Nanos())
                .isCloseTo(46.0 * MILLI, within(6.0 * MILLI));
        now += 40_000 * MILLI;
        assertThat(window.services().getFirst().lastMinute().count()).isEqualTo(10);
        now += 60_000 * MILLI;
        assertThat(window.services().getFirst().lastMinute().count()).isZero();
        assertThat(window.services().getFirst().total().count()).isEqualTo(110);
    }

    @Test
    void keepsFiguresOfABoundedNumberOfServices() {
        for (int i = 1; i <= 300; i++) {
            window.spans(List.of(span(i, 1, 0, "service " + i, 0, 1)));
        }
        assertThat(window.services()).hasSize(101);
        assertThat(window.services().getFirst().service()).isEqualTo("(others)");
        assertThat(window.services().getFirst().total().count()).isEqualTo(200);
    }
}
