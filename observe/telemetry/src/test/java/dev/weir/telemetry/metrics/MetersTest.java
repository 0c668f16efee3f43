package dev.weir.telemetry.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.telemetry.Aggregation;
import dev.weir.telemetry.Selector;
import dev.weir.telemetry.View;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class MetersTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final MeterOptions OPTIONS =
            MeterOptions.standard().withInterval(Duration.ofDays(1));

    private final Requests requests = new Requests();

    @Test
    void sendsAtItsInterval() throws Exception {
        try (var meters = start(OPTIONS.withInterval(Duration.ofMillis(5)))) {
            meters.get("test").counterBuilder("c").build().add(1);
            for (int i = 0; i < 6_000 && requests.size() < 3; i++) {
                Thread.sleep(10);
            }
        }
        assertThat(requests.size()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void closeSendsWhatIsLeftOnce() {
        var meters = start(OPTIONS);
        meters.get("test").counterBuilder("c").build().add(1);
        meters.close();
        meters.close();
        assertThat(requests.size()).isEqualTo(1);
    }

    @Test
    void nothingRecordedIsNothingSent() {
        try (var meters = start(OPTIONS)) {
            meters.get("test").counterBuilder("c").build();
            assertThat(meters.flush(MINUTE)).isTrue();
        }
        assertThat(requests.size()).isZero();
    }

    @Test
    void namesDifferingInCaseAreOneInstrument() {
        try (var meters = start(OPTIONS)) {
            meters.get("test").counterBuilder("Requests").build().add(1);
            meters.get("test").counterBuilder("requests").build().add(2);
        }
        assertThat(requests.points())
                .singleElement()
                .asString()
                .contains("\"Requests\"", "as_int: 3");
    }

    @Test
    void invalidNamesRecordNothing() {
        try (var meters = start(OPTIONS)) {
            for (var name : List.of("", "1st", "sp ace", "a".repeat(256), "ä")) {
                var meter = meters.get("test");
                meter.counterBuilder(name).build().add(1);
                meter.upDownCounterBuilder(name).build().add(1);
                meter.histogramBuilder(name).build().record(1);
                meter.gaugeBuilder(name).build().set(1);
            }
        }
        assertThat(requests.size()).isZero();
    }

    @Test
    void droppedInstrumentIsNotEnabled() {
        var options =
                OPTIONS.withViews(List.of(View.of(Selector.named("off"), new Aggregation.Drop())));
        try (var meters = start(options)) {
            assertThat(meters.get("test").counterBuilder("off").build().isEnabled()).isFalse();
            assertThat(meters.get("test").counterBuilder("on").build().isEnabled()).isTrue();
        }
    }

    @Test
    void foldsUnboundedSetsAndCountsThem() {
        try (var meters = start(OPTIONS.withCardinalityLimit(10))) {
            var counter = meters.get("test").counterBuilder("c").build();
            for (int i = 0; i < 100_000; i++) {
                counter.add(1, Attributes.of(AttributeKey.longKey("user"), (long) i));
            }
            assertThat(meters.folded()).isEqualTo(100_000 - 9);
        }
        assertThat(requests.points())
                .hasSize(10)
                .anyMatch(point -> point.contains("otel.metric.overflow"))
                .anyMatch(point -> point.contains("as_int: 99991"));
    }

    /// Sets that a view filters may be unbounded; what is remembered of them is not.
    @Test
    void filteredSetsAreOneSeries() {
        var view =
                new View(
                        Selector.named("c"),
                        null,
                        null,
                        new Aggregation.Default(),
                        key -> !key.equals("user"),
                        10);
        try (var meters = start(OPTIONS.withViews(List.of(view)))) {
            var counter = meters.get("test").counterBuilder("c").build();
            for (int i = 0; i < 10_000; i++) {
                counter.add(1, Attributes.of(AttributeKey.longKey("user"), (long) i));
            }
            assertThat(meters.folded()).isZero();
        }
        assertThat(requests.points()).singleElement().asString().contains("as_int: 10000");
    }

    @Test
    void largeCollectionsAreSplit() {
        try (var meters = start(OPTIONS.withCardinalityLimit(100_000))) {
            var counter = meters.get("test").counterBuilder("c").build();
            for (int i = 0; i < 30_000; i++) {
                counter.add(1, Attributes.of(AttributeKey.stringKey("user"), "u".repeat(80) + i));
            }
        }
        assertThat(requests.size()).isGreaterThan(1);
        assertThat(requests.points()).hasSize(30_000).doesNotHaveDuplicates();
    }

    @Test
    void hangingCallbackCostsItsOwnValuesOnly() throws Exception {
        var release = new CountDownLatch(1);
        var entered = new AtomicInteger();
        try (var meters = start(OPTIONS)) {
            var meter = meters.get("test");
            meter.counterBuilder("c").build().add(1);
            meter.gaugeBuilder("stuck")
                    .buildWithCallback(measurement -> {
                        entered.incrementAndGet();
                        boolean hangs = true;
                        while (hangs) {
                            try {
                                release.await();
                                hangs = false;
                            } catch (InterruptedException _) {
                                // what hangs does not listen
                            }
                        }
                        measurement.record(1);
                    });
            meter.gaugeBuilder("fine").buildWithCallback(measurement -> measurement.record(2));
            meters.flush(Duration.ofMillis(200));
        }
        release.countDown();
        assertThat(entered).hasValue(1);
        assertThat(requests.points())
                .anyMatch(point -> point.contains("\"c\""))
                .anyMatch(point -> point.contains("\"fine\""))
                .noneMatch(point -> point.contains("\"stuck\""));
    }

    @Test
    void closedCallbackIsNotAskedAgain() {
        var calls = new AtomicInteger();
        try (var meters = start(OPTIONS)) {
            try (var _ =
                    meters.get("test")
                            .counterBuilder("c")
                            .buildWithCallback(_ -> calls.incrementAndGet())) {
                meters.flush(MINUTE);
            }
        }
        assertThat(calls).hasValue(1);
    }

    @Test
    void bucketExemplarsAreEqualToTheSdk() {
        for (var filter : ExemplarFilter.values()) {
            var options = OPTIONS.withExemplars(filter);
            var peer = new Peer(options, new AtomicLong(5));
            try (var meters = Meters.start(options, () -> new byte[0], requests, () -> 5)) {
                for (var provider : List.of(meters, peer.provider())) {
                    var histogram = provider.get("test").histogramBuilder("h").build();
                    for (int i = 0; i < 400; i++) {
                        histogram.record(i * 7 % 311, Attributes.empty(), context(i));
                    }
                }
                meters.flush(MINUTE);
                assertThat(requests.points()).isEqualTo(peer.points()).hasSize(1);
            }
            requests.points();
        }
    }

    @Test
    void exemplarHasWhatTheViewLeftOut() {
        var view =
                new View(
                        Selector.named("c"),
                        null,
                        null,
                        new Aggregation.Default(),
                        "route"::equals,
                        10);
        var options = OPTIONS.withViews(List.of(view));
        var peer = new Peer(options, new AtomicLong(5));
        try (var meters = Meters.start(options, () -> new byte[0], requests, () -> 5)) {
            for (var provider : List.of(meters, peer.provider())) {
                var counter = provider.get("test").counterBuilder("c").build();
                var both = Attributes.builder().put("route", "/").put("user", "ann").build();
                counter.add(2, both, context(1));
            }
            meters.flush(MINUTE);
            assertThat(requests.points()).isEqualTo(peer.points());
        }
    }

    @Test
    void fixedReservoirKeepsWhatWasMeasured() {
        try (var meters = start(OPTIONS)) {
            var counter = meters.get("test").counterBuilder("c").build();
            for (int i = 1; i <= 1000; i++) {
                counter.add(i, Attributes.empty(), context(2 * i + 1));
            }
            meters.flush(MINUTE);
            counter.add(1);
        }
        var points = requests.points();
        assertThat(points).hasSize(2);
        assertThat(points).filteredOn(point -> point.contains("exemplars")).hasSize(1);
    }

    private Meters start(MeterOptions options) {
        return Meters.start(options, () -> new byte[0], requests, System::nanoTime);
    }

    private static Context context(int i) {
        return Context.root()
                .with(
                        Span.wrap(
                                SpanContext.create(
                                        "%032x".formatted(i + 1),
                                        "%016x".formatted(i + 1),
                                        i % 2 == 1
                                                ? TraceFlags.getSampled()
                                                : TraceFlags.getDefault(),
                                        TraceState.getDefault())));
    }
}
