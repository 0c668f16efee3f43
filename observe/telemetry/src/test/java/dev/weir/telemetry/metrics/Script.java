package dev.weir.telemetry.metrics;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleCounter;
import io.opentelemetry.api.metrics.DoubleGauge;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.DoubleUpDownCounter;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongGauge;
import io.opentelemetry.api.metrics.LongHistogram;
import io.opentelemetry.api.metrics.LongUpDownCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.metrics.ObservableDoubleMeasurement;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/// Random calls of the metrics API, the same for the same seed, whoever implements it.
final class Script {
    private final Random random;
    private final AtomicLong clock;
    private final int sets;
    private final List<Runnable> calls = new ArrayList<>();
    private long observations;

    /// @param sets how many sets of attributes there are
    Script(long seed, AtomicLong clock, MeterProvider provider, int sets) {
        random = new Random(seed);
        this.clock = clock;
        this.sets = sets;
        for (var name : List.of("first", "second")) {
            var meter =
                    provider.meterBuilder(name)
                            .setInstrumentationVersion("1." + name.length())
                            .setSchemaUrl("https://example.org/" + name)
                            .build();
            writers(meter);
            observers(meter);
            meter.counterBuilder("Requests").build();
            calls.add(() -> meter.counterBuilder("Requests").build().add(1, attributes()));
        }
    }

    /// Makes some calls.
    void run(int count) {
        for (int i = 0; i < count; i++) {
            clock.addAndGet(1 + random.nextInt(1_000_000));
            calls.get(random.nextInt(calls.size())).run();
        }
        clock.addAndGet(1_000_000_000L);
        observations = random.nextLong();
    }

    private void writers(Meter meter) {
        LongCounter longs = meter.counterBuilder("requests").setUnit("{request}").build();
        DoubleCounter doubles =
                meter.counterBuilder("bytes").setDescription("sent").ofDoubles().build();
        LongUpDownCounter upDown = meter.upDownCounterBuilder("queue").build();
        DoubleUpDownCounter upDowns = meter.upDownCounterBuilder("load").ofDoubles().build();
        LongHistogram sizes = meter.histogramBuilder("sizes").ofLongs().build();
        DoubleHistogram times =
                meter.histogramBuilder("times")
                        .setUnit("s")
                        .setExplicitBucketBoundariesAdvice(List.of(0.5, 1.0, 2.5))
                        .build();
        LongGauge level = meter.gaugeBuilder("level").ofLongs().build();
        DoubleGauge heat = meter.gaugeBuilder("heat").build();
        calls.add(() -> longs.add(random.nextInt(100) - 5, attributes(), context()));
        calls.add(() -> doubles.add(number(), attributes(), context()));
        calls.add(() -> upDown.add(random.nextLong(), attributes(), context()));
        calls.add(() -> upDowns.add(number() - number(), attributes(), context()));
        calls.add(() -> sizes.record(random.nextLong() >> random.nextInt(64), attributes()));
        calls.add(() -> times.record(number(), attributes(), context()));
        calls.add(() -> level.set(random.nextLong(), attributes(), context()));
        calls.add(() -> heat.set(number() - 1, attributes(), context()));
        calls.add(longs.isEnabled() ? () -> longs.add(2) : () -> {});
    }

    private void observers(Meter meter) {
        meter.counterBuilder("ticks").buildWithCallback(this::longs);
        meter.counterBuilder("joules").ofDoubles().buildWithCallback(this::doubles);
        meter.upDownCounterBuilder("open").buildWithCallback(this::longs);
        meter.upDownCounterBuilder("tilt").ofDoubles().buildWithCallback(this::doubles);
        meter.gaugeBuilder("height").buildWithCallback(this::doubles);
        var width = meter.gaugeBuilder("width").ofLongs().buildObserver();
        var depth = meter.gaugeBuilder("depth").buildObserver();
        meter.batchCallback(
                () -> {
                    longs(width);
                    doubles(depth);
                },
                width,
                depth);
        meter.gaugeBuilder("broken")
                .buildWithCallback(_ -> {
                    throw new IllegalStateException("meant to fail");
                });
    }

    private void longs(ObservableLongMeasurement measurement) {
        var values = new Random(observations);
        for (int i = 0; i < 4; i++) {
            measurement.record(values.nextInt(1000), set(values));
        }
    }

    private void doubles(ObservableDoubleMeasurement measurement) {
        var values = new Random(~observations);
        for (int i = 0; i < 4; i++) {
            measurement.record(values.nextDouble(), set(values));
        }
        measurement.record(Double.NaN);
    }

    /// A number of any size, not a number at times. It is nowhere that the official SDK and ours
    /// differ about a bucket: on the edge of one, where the SDK's logarithm is not exact.
    private double number() {
        while (true) {
            double number =
                    switch (random.nextInt(12)) {
                        case 0 -> 0;
                        case 1 -> Double.NaN;
                        case 2 -> -random.nextDouble();
                        case 3 -> Double.longBitsToDouble(random.nextLong() & Long.MAX_VALUE);
                        case 4 -> random.nextInt(10);
                        default -> random.nextDouble() * 10;
                    };
            if (!(number > 0) || Double.isInfinite(number) || clear(number)) {
                return number;
            }
        }
    }

    private static boolean clear(double number) {
        int exact = ScaleTwenty.index(number);
        for (int scale = 1; scale <= 20; scale++) {
            double factor = Math.scalb(1 / Math.log(2), scale);
            if ((int) Math.ceil(Math.log(number) * factor) - 1 != exact >> 20 - scale) {
                return false;
            }
        }
        return true;
    }

    private Attributes attributes() {
        return set(random);
    }

    private Attributes set(Random values) {
        int set = values.nextInt(sets);
        var builder = Attributes.builder();
        if ((set & 1) > 0) {
            builder.put("route", "/r" + set / 4);
        }
        if ((set & 2) > 0) {
            builder.put(AttributeKey.longKey("status"), (long) (200 + set)).put("ok", set % 3 > 0);
        }
        if (set % 5 == 0) {
            builder.put("weights", 0.5, set).put("names", "ä", "b" + set);
        }
        return builder.build();
    }

    private Context context() {
        if (random.nextInt(4) > 0) {
            return Context.root();
        }
        var flags = random.nextBoolean() ? TraceFlags.getSampled() : TraceFlags.getDefault();
        var span =
                SpanContext.create(
                        "%016x%016x".formatted(random.nextLong() | 1, random.nextLong()),
                        "%016x".formatted(random.nextLong() | 1),
                        flags,
                        TraceState.getDefault());
        return Context.root().with(Span.wrap(span));
    }
}
