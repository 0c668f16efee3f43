package dev.weir.weave;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.logs.export.SimpleLogRecordProcessor;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryLogRecordExporter;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/// The OpenTelemetry SDK as the global one, and what it was told.
final class Traces implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final InMemoryLogRecordExporter logs = InMemoryLogRecordExporter.create();
    private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
    private final AtomicInteger open = new AtomicInteger();
    private final OpenTelemetrySdk sdk;

    Traces() {
        GlobalOpenTelemetry.resetForTest();
        sdk =
                OpenTelemetrySdk.builder()
                        .setTracerProvider(
                                SdkTracerProvider.builder()
                                        .addSpanProcessor(new Count())
                                        .addSpanProcessor(SimpleSpanProcessor.create(spans))
                                        .build())
                        .setLoggerProvider(
                                SdkLoggerProvider.builder()
                                        .addLogRecordProcessor(
                                                SimpleLogRecordProcessor.create(logs))
                                        .build())
                        .setMeterProvider(
                                SdkMeterProvider.builder().registerMetricReader(metrics).build())
                        .setPropagators(
                                ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
                        .buildAndRegisterGlobal();
    }

    private final class Count implements SpanProcessor {
        @Override
        public void onStart(Context parent, ReadWriteSpan span) {
            open.incrementAndGet();
        }

        @Override
        public boolean isStartRequired() {
            return true;
        }

        @Override
        public void onEnd(ReadableSpan span) {
            open.decrementAndGet();
        }

        @Override
        public boolean isEndRequired() {
            return true;
        }
    }

    /// All spans, once there are so many and none is open, as a tree in text: a line each, name and
    /// kind, children indented, in the order of their starts.
    String tree(int count) {
        await(() -> spans.getFinishedSpanItems().size() >= count && open.get() == 0);
        var all = new ArrayList<>(spans.getFinishedSpanItems());
        all.sort(Comparator.comparingLong(SpanData::getStartEpochNanos));
        var out = new StringBuilder();
        for (var span : all) {
            if (all.stream().noneMatch(above -> isParent(above, span))) {
                print(all, span, "", out);
            }
        }
        return out.toString();
    }

    private static void print(List<SpanData> all, SpanData span, String indent, StringBuilder out) {
        out.append(indent).append(span.getName()).append(' ').append(span.getKind()).append('\n');
        for (var below : all) {
            if (isParent(span, below)) {
                print(all, below, indent + "  ", out);
            }
        }
    }

    private static boolean isParent(SpanData above, SpanData below) {
        return above.getSpanId().equals(below.getParentSpanId())
                && above.getTraceId().equals(below.getTraceId());
    }

    /// The only span of a name.
    SpanData span(String name) {
        await(() -> spans.getFinishedSpanItems().stream().anyMatch(s -> s.getName().equals(name)));
        var found =
                spans.getFinishedSpanItems().stream()
                        .filter(span -> span.getName().equals(name))
                        .toList();
        assertThat(found).as(name).hasSize(1);
        return found.getFirst();
    }

    List<SpanData> spans() {
        return spans.getFinishedSpanItems();
    }

    List<LogRecordData> logs() {
        return logs.getFinishedLogRecordItems();
    }

    List<MetricData> metrics() {
        return List.copyOf(metrics.collectAllMetrics());
    }

    static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() < end) {
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public void close() {
        sdk.close();
        GlobalOpenTelemetry.resetForTest();
        assertThat(Context.current()).isSameAs(Context.root());
        assertThat(open.get()).as("spans that nobody ended").isZero();
    }
}
