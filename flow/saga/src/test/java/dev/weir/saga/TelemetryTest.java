package dev.weir.saga;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

/// Spans and metrics, as OpenTelemetry's SDK has them.
class TelemetryTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
    private final OpenTelemetrySdk telemetry =
            OpenTelemetrySdk.builder()
                    .setTracerProvider(
                            SdkTracerProvider.builder()
                                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                                    .build())
                    .setMeterProvider(
                            SdkMeterProvider.builder().registerMetricReader(metrics).build())
                    .build();

    @Test
    void attemptsAreSpansOfTheTraceThatStartedTheSaga() throws Exception {
        var inside = new ArrayList<String>();
        var headers = new ArrayList<Map<String, String>>();
        Remote<String> call =
                Remote.of(
                        (_, _, trace, _) -> {
                            headers.add(trace);
                            return new Remote.Reply(Remote.Outcome.DONE, "");
                        },
                        _ -> new Remote.Message("", ""));
        var saga =
                Saga.define("pay", Codec.text())
                        .retry(new RetryPolicy(2, Duration.ofMillis(5), Duration.ofMillis(5)))
                        .step("call", call)
                        .compensate(call)
                        .step(
                                "flaky",
                                step -> {
                                    inside.add(Span.current().getSpanContext().getSpanId());
                                    if (step.attempt() == 1) {
                                        throw new IllegalStateException("once");
                                    }
                                })
                        .step(
                                "last",
                                _ -> {
                                    throw new RefusedException("no");
                                })
                        .build();
        var source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:telemetry;DB_CLOSE_DELAY=-1");
        var options = SagaOptions.DEFAULT.withTelemetry(telemetry);
        String id;
        Span caller = telemetry.getTracer("test").spanBuilder("buy").startSpan();
        try (var pool = new Pool(source);
                var engine = SagaEngine.open(pool, options, saga)) {
            SagaHandle handle;
            try (var _ = caller.makeCurrent()) {
                handle = engine.start(saga, null, "x");
            }
            id = handle.id();
            assertThat(handle.await(LONG).status()).isEqualTo(SagaStatus.COMPENSATED);
        }
        var found = spans.getFinishedSpanItems();
        assertThat(found)
                .extracting(
                        s -> s.getName() + " " + s.getKind() + " " + s.getStatus().getStatusCode())
                .containsExactly(
                        "do pay/call " + SpanKind.CLIENT + " " + StatusCode.UNSET,
                        "do pay/flaky " + SpanKind.INTERNAL + " " + StatusCode.ERROR,
                        "do pay/flaky " + SpanKind.INTERNAL + " " + StatusCode.UNSET,
                        "do pay/last " + SpanKind.INTERNAL + " " + StatusCode.ERROR,
                        "undo pay/call " + SpanKind.CLIENT + " " + StatusCode.UNSET);
        var context = caller.getSpanContext();
        assertThat(found)
                .allSatisfy(span -> {
                    assertThat(span.getTraceId()).isEqualTo(context.getTraceId());
                    assertThat(span.getParentSpanId()).isEqualTo(context.getSpanId());
                    assertThat(span.getAttributes().asMap().toString()).contains(id);
                });
        assertThat(inside).containsExactly(found.get(1).getSpanId(), found.get(2).getSpanId());
        assertThat(headers)
                .extracting(h -> String.valueOf(h.get("traceparent")).substring(0, 52))
                .containsExactly(parent(found.get(0)), parent(found.get(4)));
        assertThat(counts())
                .containsEntry("weir.saga.started", 1L)
                .containsEntry("weir.saga.ended", 1L)
                .containsEntry("weir.saga.attempt.failed", 2L);
    }

    /// Without the flags.
    private static String parent(SpanData span) {
        return "00-" + span.getTraceId() + "-" + span.getSpanId();
    }

    private Map<String, Long> counts() {
        var counts = new TreeMap<String, Long>();
        for (var metric : List.copyOf(metrics.collectAllMetrics())) {
            for (var point : metric.getLongSumData().getPoints()) {
                counts.merge(metric.getName(), point.getValue(), Long::sum);
            }
        }
        return counts;
    }
}
