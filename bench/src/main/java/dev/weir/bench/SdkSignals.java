package dev.weir.bench;

import io.opentelemetry.exporter.internal.otlp.logs.LowAllocationLogsRequestMarshaler;
import io.opentelemetry.exporter.internal.otlp.metrics.LowAllocationMetricsRequestMarshaler;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.MemoryMode;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentSelector;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.View;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.export.CollectionRegistration;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// The official SDK with its most frugal settings, up to encoded requests: what its OTLP exporter
/// does before it sends.
final class SdkSignals implements MetricReader {
    private static final int BATCH = 512;

    private final LowAllocationMetricsRequestMarshaler metrics =
            new LowAllocationMetricsRequestMarshaler();
    private final LowAllocationLogsRequestMarshaler logs = new LowAllocationLogsRequestMarshaler();
    private final List<LogRecordData> records = new ArrayList<>(BATCH);
    private CollectionRegistration registration = CollectionRegistration.noop();

    SdkMeterProvider meters(int cardinalityLimit) {
        return SdkMeterProvider.builder()
                .registerMetricReader(this, _ -> cardinalityLimit)
                .registerView(
                        InstrumentSelector.builder().setName("exponential").build(),
                        View.builder()
                                .setAggregation(Aggregation.base2ExponentialBucketHistogram())
                                .build())
                .build();
    }

    /// Records are encoded in batches, by the thread that emits.
    SdkLoggerProvider loggers() {
        return SdkLoggerProvider.builder()
                .addLogRecordProcessor((_, record) -> add(record.toLogRecordData()))
                .build();
    }

    void collect() {
        metrics.initialize(registration.collectAllMetrics());
        try {
            metrics.writeBinaryTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        metrics.reset();
    }

    private void add(LogRecordData record) {
        records.add(record);
        if (records.size() < BATCH) {
            return;
        }
        logs.initialize(records);
        try {
            logs.writeBinaryTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        logs.reset();
        records.clear();
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
        return AggregationTemporality.CUMULATIVE;
    }

    @Override
    public MemoryMode getMemoryMode() {
        return MemoryMode.REUSABLE_DATA;
    }
}
