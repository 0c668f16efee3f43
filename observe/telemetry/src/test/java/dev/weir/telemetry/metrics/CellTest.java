package dev.weir.telemetry.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.telemetry.Aggregation;
import dev.weir.telemetry.otlp.Payload;
import dev.weir.telemetry.otlp.Sink;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.proto.metrics.v1.Metric;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Writers and the collector at once: each measurement is in exactly one collection.
final class CellTest {
    private static final int WRITERS = 4;
    private static final int CALLS = 50_000;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @ParameterizedTest
    @EnumSource(Temporality.class)
    void sumsAreExact(Temporality temporality) throws Exception {
        var options = MeterOptions.standard().withTemporality(temporality);
        var sum = new Sum(temporality == Temporality.CUMULATIVE, CellTest::sums);
        assertThat(written(options, sum, counter -> counter.add(1, set(0)), CALLS))
                .isEqualTo((long) WRITERS * CALLS);
    }

    /// Series come and go, as there is room for four, and nothing is lost on the way.
    @Test
    void evictionLosesNothing() throws Exception {
        var options =
                MeterOptions.standard().withTemporality(Temporality.DELTA).withCardinalityLimit(4);
        var sum = new Sum(false, CellTest::sums);
        var next = new AtomicLong();
        assertThat(
                        written(
                                options,
                                sum,
                                counter -> counter.add(1, set(next.incrementAndGet() / 1000 % 9)),
                                CALLS))
                .isEqualTo((long) WRITERS * CALLS);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void histogramsAreExactAndConsistent(boolean exponential) throws Exception {
        var options =
                MeterOptions.standard()
                        .withTemporality(Temporality.DELTA)
                        .withHistograms(
                                exponential
                                        ? Aggregation.ExponentialBuckets.standard()
                                        : Aggregation.ExplicitBuckets.standard());
        var sum = new Sum(false, CellTest::consistentCounts);
        try (var meters = start(options, sum)) {
            DoubleHistogram histogram = meters.get("test").histogramBuilder("h").build();
            write(meters, () -> histogram.record(3, set(0)), CALLS);
            assertThat(meters.flush(MINUTE)).isTrue();
        }
        assertThat(sum.total()).isEqualTo((long) WRITERS * CALLS);
    }

    @Test
    void lastValueIsOneThatWasSetLast() throws Exception {
        var sum = new Sum(true, CellTest::gauges);
        try (var meters = start(MeterOptions.standard(), sum)) {
            var gauge = meters.get("test").gaugeBuilder("g").ofLongs().build();
            write(meters, () -> gauge.set(Thread.currentThread().threadId()), 10_000);
            gauge.set(-7);
            meters.flush(MINUTE);
        }
        assertThat(sum.total()).isEqualTo(-7);
    }

    @Test
    void threadsThatMeetGetStripes() throws Exception {
        var cell = new LongSum();
        var first = cell.acquire();
        var second = cell.acquire();
        assertThat(first).isSameAs(cell);
        assertThat(second).isNotNull().isNotSameAs(first);
        assertThat(cell.width()).isPositive();
        ((LongSum) first).sum = 1;
        ((LongSum) second).sum = 2;
        first.release();
        second.release();
        var sum = new LongSum();
        assertThat(cell.collect(sum, true)).isTrue();
        assertThat(sum.sum).isEqualTo(3);
        assertThat(cell.closeIfIdle()).isTrue();
        assertThat(cell.acquire()).isNull();
    }

    /// A writer that needs room may close a series while the collector is on its way to it.
    @Test
    void closedCellHoldsNothingAndKeepsNobodyWaiting() {
        var cell = new LongSum();
        assertThat(cell.closeIfIdle()).isTrue();
        assertThat(cell.collect(new LongSum(), true)).isFalse();
        assertThat(cell.closeIfIdle()).isFalse();
        assertThat(cell.acquire()).isNull();
    }

    @Test
    void cellInUseIsNotClosed() {
        var cell = new LongSum();
        var mine = cell.acquire();
        assertThat(mine).isSameAs(cell);
        mine.release();
        assertThat(cell.closeIfIdle()).isFalse();
        assertThat(cell.collect(new LongSum(), true)).isTrue();
        assertThat(cell.closeIfIdle()).isTrue();
    }

    private static long written(
            MeterOptions options, Sum sum, Consumer<LongCounter> call, int calls) throws Exception {
        try (var meters = start(options, sum)) {
            var counter = meters.get("test").counterBuilder("c").build();
            write(meters, () -> call.accept(counter), calls);
            assertThat(meters.flush(MINUTE)).isTrue();
        }
        return sum.total();
    }

    private static Meters start(MeterOptions options, Sink sink) {
        return Meters.start(
                options.withInterval(Duration.ofDays(1)),
                () -> new byte[0],
                sink,
                System::nanoTime);
    }

    /// Some threads make calls, and another one collects as long as they do.
    private static void write(Meters meters, Runnable call, int calls) throws Exception {
        var writers =
                IntStream.range(0, WRITERS)
                        .mapToObj(i ->
                                (i % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual())
                                        .start(() -> {
                                            for (int j = 0; j < calls; j++) {
                                                call.run();
                                            }
                                        }))
                        .toList();
        while (writers.stream().anyMatch(Thread::isAlive)) {
            meters.flush(MINUTE);
            Thread.sleep(1);
        }
        for (var writer : writers) {
            writer.join();
        }
    }

    private static Attributes set(long i) {
        return Attributes.builder().put("set", i).build();
    }

    private static long sums(Metric metric) {
        return metric.getSum().getDataPointsList().stream().mapToLong(p -> p.getAsInt()).sum();
    }

    private static long gauges(Metric metric) {
        return metric.getGauge().getDataPointsList().getFirst().getAsInt();
    }

    /// The counts of histograms to which only 3 was recorded.
    private static long consistentCounts(Metric metric) {
        long count = 0;
        for (var point : metric.getHistogram().getDataPointsList()) {
            assertThat(point.getSum()).isEqualTo(3.0 * point.getCount());
            assertThat(point.getBucketCounts(1)).isEqualTo(point.getCount());
            assertThat(point.getMin()).isEqualTo(point.getMax()).isEqualTo(3);
            count += point.getCount();
        }
        for (var point : metric.getExponentialHistogram().getDataPointsList()) {
            assertThat(point.getSum()).isEqualTo(3.0 * point.getCount());
            assertThat(point.getPositive().getBucketCounts(0)).isEqualTo(point.getCount());
            assertThat(point.getMin()).isEqualTo(point.getMax()).isEqualTo(3);
            count += point.getCount();
        }
        return count;
    }

    /// Adds up all points that were sent, or takes those of the last request.
    private static final class Sum implements Sink {
        private final boolean last;
        private final ToLongFunction<Metric> value;
        private final List<Long> values = new ArrayList<>();

        Sum(boolean last, ToLongFunction<Metric> value) {
            this.last = last;
            this.value = value;
        }

        @Override
        public synchronized void accept(Payload payload) {
            var part = payload.parts().getFirst().duplicate();
            var bytes = new byte[part.remaining()];
            part.get(bytes);
            payload.release();
            long total = 0;
            for (var scope : Requests.parse(bytes).getResourceMetrics(0).getScopeMetricsList()) {
                for (var metric : scope.getMetricsList()) {
                    total += value.applyAsLong(metric);
                }
            }
            values.add(total);
        }

        synchronized long total() {
            return last ? values.getLast() : values.stream().mapToLong(Long::longValue).sum();
        }

        @Override
        public boolean flush(Duration timeout) {
            return true;
        }

        @Override
        public void close() {}
    }
}
