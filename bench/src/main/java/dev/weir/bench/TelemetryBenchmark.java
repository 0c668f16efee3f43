package dev.weir.bench;

import dev.weir.telemetry.CountingTelemetry;
import dev.weir.telemetry.Sampling;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.Collection;
import java.util.concurrent.CyclicBarrier;

/// A span with three attributes, from its start until it is handed over, on its own, in a scope,
/// and not sampled; and the same on two threads. The peer is the official SDK with its batch
/// processor and an exporter that does nothing. Each kind of span is measured twice, the engines in
/// turn, and the better round counts.
final class TelemetryBenchmark implements Benchmark {
    private static final AttributeKey<String> METHOD =
            AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
    private static final AttributeKey<Long> STATUS =
            AttributeKey.longKey("http.response.status_code");
    private static final int ROUNDS = 2;
    private static final int SPANS = 3_000_000;

    private static final class NoExporter implements SpanExporter {
        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }

    private interface Operation {
        Object run(Tracer tracer);
    }

    @Override
    public String name() {
        return "telemetry";
    }

    @Override
    public void run(Report report) throws Exception {
        try (var ours = new CountingTelemetry(Sampling.DEFAULT);
                var oursOff = new CountingTelemetry(new Sampling.AlwaysOff());
                var sdk = sdk(Sampler.parentBased(Sampler.alwaysOn()));
                var sdkOff = sdk(Sampler.alwaysOff())) {
            CpuMeter.of(() -> System.nanoTime() == 0 ? "never" : "").to(report, "nanoTime");
            compare(report, "span", TelemetryBenchmark::span, ours.tracer(), sdk.get("bench"));
            compare(report, "scoped", TelemetryBenchmark::scoped, ours.tracer(), sdk.get("bench"));
            compare(
                    report,
                    "sampled out",
                    TelemetryBenchmark::span,
                    oursOff.tracer(),
                    sdkOff.get("bench"));
            threads(report, "weir", ours.tracer());
            threads(report, "sdk", sdk.get("bench"));
            report.row("weir spans handed over", ours.spans(), "");
            report.row("weir spans dropped", ours.dropped(), "");
        }
    }

    private static SdkTracerProvider sdk(Sampler sampler) {
        var processor =
                BatchSpanProcessor.builder(new NoExporter())
                        .setMaxQueueSize(65_536)
                        .setMaxExportBatchSize(2_048)
                        .build();
        return SdkTracerProvider.builder().setSampler(sampler).addSpanProcessor(processor).build();
    }

    private static void compare(
            Report report, String name, Operation operation, Tracer ours, Tracer theirs) {
        CpuMeter our = null;
        CpuMeter their = null;
        for (int round = 0; round < ROUNDS; round++) {
            our = better(our, CpuMeter.of(() -> operation.run(ours)));
            their = better(their, CpuMeter.of(() -> operation.run(theirs)));
        }
        if (our != null && their != null) {
            our.to(report, "weir " + name);
            their.to(report, "sdk " + name);
            report.ratio(name + " CPU", "opentelemetry-sdk", their.minimum() / our.minimum());
            report.ratio(name + " bytes", "opentelemetry-sdk", their.bytes() / our.bytes());
        }
    }

    private static CpuMeter better(@org.jspecify.annotations.Nullable CpuMeter one, CpuMeter two) {
        return one == null || two.minimum() < one.minimum() ? two : one;
    }

    static Object span(Tracer tracer) {
        var span =
                tracer.spanBuilder("GET /users/{id}")
                        .setSpanKind(SpanKind.SERVER)
                        .setParent(Context.root())
                        .startSpan();
        span.setAttribute(METHOD, "GET");
        span.setAttribute(ROUTE, "/users/{id}");
        span.setAttribute(STATUS, 200L);
        span.end();
        return span;
    }

    static Object scoped(Tracer tracer) {
        var span = tracer.spanBuilder("GET /users/{id}").setSpanKind(SpanKind.SERVER).startSpan();
        try (var _ = span.makeCurrent()) {
            span.setAttribute(METHOD, "GET");
            span.setAttribute(ROUTE, "/users/{id}");
            span.setAttribute(STATUS, 200L);
        } finally {
            span.end();
        }
        return span;
    }

    /// Spans a second of CPU time on one thread and on two at once: what two threads cost each
    /// other shows, what the machine's other work takes does not.
    private static void threads(Report report, String engine, Tracer tracer) throws Exception {
        double one = 0;
        double two = 0;
        for (int round = 0; round < 3; round++) {
            one = Math.max(one, rate(tracer, 1));
            two = Math.max(two, rate(tracer, 2));
        }
        report.row(engine + " on one thread, of its CPU time", one, "spans/s");
        report.row(engine + " on two threads, of their CPU time", two, "spans/s");
        report.row(engine + " two threads for one", two / one, "x");
    }

    private static double rate(Tracer tracer, int threads) throws Exception {
        var barrier = new CyclicBarrier(threads);
        var rates = new double[threads];
        var all = new Thread[threads];
        var bean = java.lang.management.ManagementFactory.getThreadMXBean();
        for (int t = 0; t < threads; t++) {
            int number = t;
            all[t] =
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int i = 0; i < SPANS / 10; i++) {
                                    span(tracer);
                                }
                                meet(barrier);
                                long start = bean.getCurrentThreadCpuTime();
                                for (int i = 0; i < SPANS; i++) {
                                    span(tracer);
                                }
                                long spent = bean.getCurrentThreadCpuTime() - start;
                                rates[number] = SPANS * 1e9 / spent;
                            });
        }
        double sum = 0;
        for (int t = 0; t < threads; t++) {
            all[t].join();
            sum += rates[t];
        }
        return sum;
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (InterruptedException | java.util.concurrent.BrokenBarrierException e) {
            throw new IllegalStateException("a thread of the benchmark was interrupted", e);
        }
    }
}
