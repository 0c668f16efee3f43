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
import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;

/// One kind of span on one engine, measured in a process of its own: as in an application, the
/// compiler sees one implementation of the API.
final class SpanProbe {
    private static final AttributeKey<String> METHOD =
            AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
    private static final AttributeKey<Long> STATUS =
            AttributeKey.longKey("http.response.status_code");
    private static final int SPANS = 3_000_000;

    private SpanProbe() {}

    /// Arguments: `weir` or `sdk`; `span`, `scoped`, `out` or `threads`. Prints numbers.
    public static void main(String[] arguments) throws Exception {
        boolean sampled = !arguments[1].equals("out");
        if (arguments[0].equals("weir")) {
            try (var ours =
                    new CountingTelemetry(sampled ? Sampling.DEFAULT : new Sampling.AlwaysOff())) {
                measure(arguments[1], ours.tracer());
                System.out.println(ours.spans() + " " + ours.dropped());
            }
        } else {
            try (var sdk =
                    sdk(sampled ? Sampler.parentBased(Sampler.alwaysOn()) : Sampler.alwaysOff())) {
                measure(arguments[1], sdk.get("bench"));
            }
        }
    }

    private static void measure(String kind, Tracer tracer) throws Exception {
        if (kind.equals("threads")) {
            double one = 0;
            double two = 0;
            for (int round = 0; round < 3; round++) {
                one = Math.max(one, rate(tracer, 1));
                two = Math.max(two, rate(tracer, 2));
            }
            System.out.println(one + " " + two + " 0");
            return;
        }
        var meter =
                kind.equals("scoped")
                        ? CpuMeter.of(() -> scoped(tracer))
                        : CpuMeter.of(() -> span(tracer));
        System.out.println(meter.minimum() + " " + meter.median() + " " + meter.bytes());
    }

    private static Object span(Tracer tracer) {
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

    private static Object scoped(Tracer tracer) {
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

    /// Spans a second of CPU time, summed over threads that run at once: what threads cost each
    /// other shows, what the machine's other work takes does not.
    private static double rate(Tracer tracer, int threads) throws InterruptedException {
        var barrier = new CyclicBarrier(threads);
        var rates = new double[threads];
        var all = new Thread[threads];
        for (int t = 0; t < threads; t++) {
            int number = t;
            all[t] = Thread.ofPlatform().start(() -> rates[number] = rate(tracer, barrier));
        }
        double sum = 0;
        for (int t = 0; t < threads; t++) {
            all[t].join();
            sum += rates[t];
        }
        return sum;
    }

    private static double rate(Tracer tracer, CyclicBarrier barrier) {
        for (int i = 0; i < SPANS / 3; i++) {
            span(tracer);
        }
        try {
            barrier.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException("a thread of the benchmark was interrupted", e);
        }
        var threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < SPANS; i++) {
            span(tracer);
        }
        return SPANS * 1e9 / (threads.getCurrentThreadCpuTime() - start);
    }

    private static SdkTracerProvider sdk(Sampler sampler) {
        var processor =
                BatchSpanProcessor.builder(new NoExporter())
                        .setMaxQueueSize(65_536)
                        .setMaxExportBatchSize(2_048)
                        .build();
        return SdkTracerProvider.builder().setSampler(sampler).addSpanProcessor(processor).build();
    }

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
}
