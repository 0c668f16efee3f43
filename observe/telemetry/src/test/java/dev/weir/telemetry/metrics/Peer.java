package dev.weir.telemetry.metrics;

import dev.weir.telemetry.Aggregation;
import dev.weir.telemetry.View;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.exporter.internal.otlp.metrics.MetricsRequestMarshaler;
import io.opentelemetry.sdk.common.Clock;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.Base2ExponentialHistogramOptions;
import io.opentelemetry.sdk.metrics.ExplicitBucketHistogramOptions;
import io.opentelemetry.sdk.metrics.InstrumentSelector;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.export.AggregationTemporalitySelector;
import io.opentelemetry.sdk.metrics.export.CollectionRegistration;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import io.opentelemetry.sdk.resources.Resource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;

/// The official SDK, set up as some options say, with its own encoder.
final class Peer implements MetricReader {
    /// It tells each callback that fails, which is meant here. Held, as loggers are forgotten.
    private static final Logger TALK = Logger.getLogger("io.opentelemetry");

    private final AggregationTemporalitySelector temporality;
    private final io.opentelemetry.sdk.metrics.Aggregation histograms;
    private final SdkMeterProvider provider;
    private CollectionRegistration registration = CollectionRegistration.noop();

    Peer(MeterOptions options, AtomicLong clock) {
        temporality =
                switch (options.temporality()) {
                    case CUMULATIVE -> AggregationTemporalitySelector.alwaysCumulative();
                    case DELTA -> AggregationTemporalitySelector.deltaPreferred();
                    case LOW_MEMORY -> AggregationTemporalitySelector.lowMemory();
                };
        histograms = aggregation(options.histograms());
        TALK.setLevel(Level.OFF);
        var builder =
                SdkMeterProvider.builder()
                        .setResource(Resource.empty())
                        .setClock(clock(clock))
                        .setExemplarFilter(filter(options.exemplars()))
                        .registerMetricReader(this, _ -> options.cardinalityLimit());
        options.views().forEach(view -> builder.registerView(selector(view), view(view)));
        provider = builder.build();
    }

    MeterProvider provider() {
        return provider;
    }

    /// The points of a collection now.
    List<String> points() {
        var bytes = new ByteArrayOutputStream();
        try {
            MetricsRequestMarshaler.create(registration.collectAllMetrics()).writeBinaryTo(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Requests.points(bytes.toByteArray());
    }

    @Override
    public void register(CollectionRegistration value) {
        registration = value;
    }

    @Override
    public CompletableResultCode forceFlush() {
        return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
        return CompletableResultCode.ofSuccess();
    }

    @Override
    public AggregationTemporality getAggregationTemporality(InstrumentType type) {
        return temporality.getAggregationTemporality(type);
    }

    @Override
    public io.opentelemetry.sdk.metrics.Aggregation getDefaultAggregation(InstrumentType type) {
        return type == InstrumentType.HISTOGRAM
                ? histograms
                : io.opentelemetry.sdk.metrics.Aggregation.defaultAggregation();
    }

    private static Clock clock(AtomicLong nanos) {
        return new Clock() {
            @Override
            public long now() {
                return nanos.get();
            }

            @Override
            public long nanoTime() {
                return nanos.get();
            }
        };
    }

    private static io.opentelemetry.sdk.metrics.ExemplarFilter filter(ExemplarFilter filter) {
        return switch (filter) {
            case ALWAYS_ON -> io.opentelemetry.sdk.metrics.ExemplarFilter.alwaysOn();
            case ALWAYS_OFF -> io.opentelemetry.sdk.metrics.ExemplarFilter.alwaysOff();
            case TRACE_BASED -> io.opentelemetry.sdk.metrics.ExemplarFilter.traceBased();
        };
    }

    private static io.opentelemetry.sdk.metrics.Aggregation aggregation(Aggregation aggregation) {
        return switch (aggregation) {
            case Aggregation.Default _ ->
                    io.opentelemetry.sdk.metrics.Aggregation.defaultAggregation();
            case Aggregation.Drop _ -> io.opentelemetry.sdk.metrics.Aggregation.drop();
            case Aggregation.Sum _ -> io.opentelemetry.sdk.metrics.Aggregation.sum();
            case Aggregation.LastValue _ -> io.opentelemetry.sdk.metrics.Aggregation.lastValue();
            case Aggregation.ExplicitBuckets buckets ->
                    io.opentelemetry.sdk.metrics.Aggregation.explicitBucketHistogram(
                            ExplicitBucketHistogramOptions.builder()
                                    .setBucketBoundaries(buckets.boundaries())
                                    .setRecordMinMax(buckets.minMax())
                                    .build());
            case Aggregation.ExponentialBuckets buckets ->
                    io.opentelemetry.sdk.metrics.Aggregation.base2ExponentialBucketHistogram(
                            Base2ExponentialHistogramOptions.builder()
                                    .setMaxBuckets(buckets.maxBuckets())
                                    .setMaxScale(buckets.maxScale())
                                    .setRecordMinMax(buckets.minMax())
                                    .build());
        };
    }

    private static InstrumentSelector selector(View view) {
        var selector = view.selector();
        var builder = InstrumentSelector.builder();
        if (selector.name() != null) {
            builder.setName(selector.name());
        }
        if (selector.kind() != null) {
            builder.setType(InstrumentType.valueOf(selector.kind().name()));
        }
        if (selector.unit() != null) {
            builder.setUnit(selector.unit());
        }
        if (selector.meterName() != null) {
            builder.setMeterName(selector.meterName());
        }
        if (selector.meterVersion() != null) {
            builder.setMeterVersion(selector.meterVersion());
        }
        if (selector.meterSchemaUrl() != null) {
            builder.setMeterSchemaUrl(selector.meterSchemaUrl());
        }
        return builder.build();
    }

    private static io.opentelemetry.sdk.metrics.View view(View view) {
        var builder =
                io.opentelemetry.sdk.metrics.View.builder()
                        .setAggregation(aggregation(view.aggregation()))
                        .setCardinalityLimit(view.cardinalityLimit());
        if (view.name() != null) {
            builder.setName(view.name());
        }
        if (view.description() != null) {
            builder.setDescription(view.description());
        }
        if (view.keep() != null) {
            builder.setAttributeFilter(view.keep());
        }
        return builder.build();
    }
}
