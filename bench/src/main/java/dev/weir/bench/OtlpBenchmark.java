package dev.weir.bench;

import dev.weir.telemetry.otlp.Exporter;
import dev.weir.telemetry.otlp.OtlpEndpoint;
import dev.weir.telemetry.otlp.OtlpEndpoint.Compression;
import dev.weir.telemetry.otlp.OtlpEndpoint.Protocol;
import dev.weir.telemetry.otlp.OtlpOptions;
import dev.weir.telemetry.otlp.Payload;
import dev.weir.telemetry.otlp.Signal;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// The CPU time, for each span, of the threads that bring finished spans to a receiver: for us from
/// slabs of encoded spans on, as the engine hands them over; for the official exporters from
/// `SpanData` on, which they marshal. 512 spans with 3 attributes at a time, by gRPC and by HTTP,
/// to a receiver in this process whose threads are not counted. The least of several rounds, as
/// others share the machine.
final class OtlpBenchmark implements Benchmark {
    private static final int SPANS = 512;
    private static final int PAGE = 8 << 10;
    private static final int EXPORTS = 240;
    private static final int ROUNDS = 40;
    private static final int IN_FLIGHT = 120;
    private static final Duration LONG = Duration.ofMinutes(1);

    @Override
    public String name() {
        return "otlp";
    }

    @Override
    public void run(Report report) throws Exception {
        try (var sinks = new OtlpSinks()) {
            var grpc = sinks.grpc();
            var http = sinks.http();
            var spans = OtlpSpans.captured(SPANS);
            double ourGrpc = ours(OtlpEndpoint.of(grpc, Protocol.GRPC), spans);
            report.row("weir-telemetry by gRPC", ourGrpc, "ns of CPU a span");
            double ourHttp = ours(OtlpEndpoint.of(http, Protocol.HTTP_PROTOBUF), spans);
            report.row("weir-telemetry by HTTP", ourHttp, "ns of CPU a span");
            var gzip = OtlpEndpoint.of(grpc, Protocol.GRPC).withCompression(Compression.GZIP);
            report.row("weir-telemetry by gRPC, gzip", ours(gzip, spans), "ns of CPU a span");
            var json = OtlpEndpoint.of(http, Protocol.HTTP_JSON);
            report.row("weir-telemetry by HTTP, JSON", ours(json, spans), "ns of CPU a span");
            double theirGrpc =
                    theirs(
                            OtlpGrpcSpanExporter.builder().setEndpoint(grpc.toString()).build(),
                            spans);
            report.row("SDK exporter by gRPC", theirGrpc, "ns of CPU a span");
            double theirHttp =
                    theirs(
                            OtlpHttpSpanExporter.builder().setEndpoint(http.toString()).build(),
                            spans);
            report.row("SDK exporter by HTTP", theirHttp, "ns of CPU a span");
            double floor = OtlpFloor.nanos(OtlpSpans.encoded(spans), SPANS);
            report.row("of that, the kernel's to a socket", floor, "ns of CPU a span");
            report.row(
                    "bytes of a span", OtlpSpans.encoded(spans).length / (double) SPANS, "bytes");
            report.ratio("OTLP by gRPC", "SDK exporter", theirGrpc / ourGrpc);
            report.ratio("OTLP by HTTP", "SDK exporter", theirHttp / ourHttp);
        }
    }

    private static double ours(OtlpEndpoint endpoint, List<SpanData> spans) {
        var encoded = OtlpSpans.encoded(spans);
        var pages = pages(encoded);
        var options = OtlpOptions.of(Map.of(Signal.TRACES, endpoint)).withMemoryBytes(64 << 20);
        try (var exporter = Exporter.start(options)) {
            return least(
                    thread -> thread.startsWith("weir-otlp-localhost"),
                    () -> {
                        for (int i = 0; i < EXPORTS; i++) {
                            exporter.accept(new Payload(Signal.TRACES, pages, SPANS, () -> {}));
                            if (i % IN_FLIGHT == IN_FLIGHT - 1) {
                                exporter.flush(LONG);
                            }
                        }
                        exporter.flush(LONG);
                        require(exporter.stats().delivered() % (EXPORTS * SPANS) == 0);
                    });
        }
    }

    /// The bytes in pages on the heap, as the engine hands them over.
    private static List<ByteBuffer> pages(byte[] encoded) {
        var pages = new ArrayList<ByteBuffer>();
        for (int at = 0; at < encoded.length; at += PAGE) {
            int end = Math.min(encoded.length, at + PAGE);
            pages.add(ByteBuffer.wrap(Arrays.copyOfRange(encoded, at, end)));
        }
        return pages;
    }

    private static double theirs(SpanExporter exporter, List<SpanData> spans) {
        try (exporter) {
            return least(
                    thread -> thread.startsWith("OkHttp") || thread.equals("main"),
                    () -> {
                        for (int i = 0; i < EXPORTS; i++) {
                            var result = exporter.export(spans).join(1, TimeUnit.MINUTES);
                            require(result.isSuccess());
                        }
                    });
        }
    }

    private static void require(boolean condition) {
        if (!condition) {
            throw new IllegalStateException("not all spans were delivered");
        }
    }

    /// The least nanoseconds of CPU that threads need for a span. A round in which one of the
    /// threads ended does not count, as its time is lost.
    private static double least(Predicate<String> threads, Runnable round) {
        double least = Double.MAX_VALUE;
        for (int i = 0; i < ROUNDS; i++) {
            var before = cpu(threads);
            round.run();
            var after = cpu(threads);
            if (after.keySet().containsAll(before.keySet())) {
                long taken = sum(after) - sum(before);
                least = Math.min(least, taken / ((double) EXPORTS * SPANS));
            }
        }
        return least;
    }

    private static long sum(Map<Long, Long> times) {
        return times.values().stream().mapToLong(Long::longValue).sum();
    }

    /// The CPU time of threads, by their ids.
    private static Map<Long, Long> cpu(Predicate<String> threads) {
        var bean = ManagementFactory.getThreadMXBean();
        var times = new HashMap<Long, Long>();
        for (var info : bean.getThreadInfo(bean.getAllThreadIds())) {
            if (info != null && threads.test(info.getThreadName())) {
                times.put(info.getThreadId(), bean.getThreadCpuTime(info.getThreadId()));
            }
        }
        return times;
    }
}
