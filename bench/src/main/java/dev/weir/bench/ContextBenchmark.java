package dev.weir.bench;

import dev.weir.context.BlockLimits;
import dev.weir.context.BlockSender;
import dev.weir.context.GrpcTraceBin;
import dev.weir.context.Propagators;
import dev.weir.context.TraceBytes;
import dev.weir.context.TraceParent;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Headers into a context and back, through the propagators of the OpenTelemetry API: ours, and the
/// API's own as the peer, with the same carriers. Then our codec alone, from header to 32 bytes and
/// back, which the API has no counterpart for. Last the dictionary: bytes on a kept connection.
///
/// 64 headers take turns. A parsed tracestate or baggage that nobody looks into is one thing, one
/// that is read is another; both are measured.
final class ContextBenchmark implements Benchmark {
    private static final int HEADERS = 64;
    private static final int REQUESTS = 1_000;
    private static final String STATE = "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE";
    private static final String BAGGAGE = "userId=alice,serverNode=DF%2028,isProduction=false";

    /// Keeps results alive; written by the one thread that measures.
    private static @Nullable Object kept;

    private static final class Carrier {
        @Nullable String parent;
        @Nullable String state;
        @Nullable String baggage;

        @Nullable String get(String name) {
            return switch (name) {
                case "traceparent" -> parent;
                case "tracestate" -> state;
                default -> baggage;
            };
        }

        void set(String name, String value) {
            switch (name) {
                case "traceparent" -> parent = value;
                case "tracestate" -> state = value;
                default -> baggage = value;
            }
        }
    }

    @Override
    public String name() {
        return "context";
    }

    @Override
    public void run(Report report) {
        var times = new CpuTime();
        for (boolean ours : new boolean[] {true, false}) {
            var whose = ours ? ", weir" : ", opentelemetry";
            var trace = ours ? Propagators.traceContext() : W3CTraceContextPropagator.getInstance();
            var baggage = ours ? Propagators.baggage() : W3CBaggagePropagator.getInstance();
            addTrace(times, trace, whose, false);
            addTrace(times, trace, whose + ", with tracestate", true);
            addBaggage(times, baggage, whose);
        }
        addCodec(times);
        times.run(report);
        for (var what : new String[] {"extract", "inject"}) {
            report.ratio(
                    what, "opentelemetry", times.ratio(what + ", weir", what + ", opentelemetry"));
            report.ratio(
                    what + " with tracestate",
                    "opentelemetry",
                    times.ratio(
                            what + ", weir, with tracestate",
                            what + ", opentelemetry, with tracestate"));
            report.ratio(
                    what + " 3 baggage entries",
                    "opentelemetry",
                    times.ratio(what + " baggage, weir", what + " baggage, opentelemetry"));
        }
        addConnection(report);
    }

    private static Carrier[] carriers(boolean withState) {
        var random = new Random(1);
        var carriers = new Carrier[HEADERS];
        for (int i = 0; i < HEADERS; i++) {
            carriers[i] = new Carrier();
            carriers[i].parent =
                    "00-%016x%016x-%016x-01"
                            .formatted(random.nextLong(), random.nextLong(), random.nextLong());
            carriers[i].state = withState ? new String(STATE) : null;
            carriers[i].baggage = new String(BAGGAGE);
        }
        return carriers;
    }

    private static void addTrace(
            CpuTime times, TextMapPropagator propagator, String whose, boolean withState) {
        var carriers = carriers(withState);
        var contexts = new Context[HEADERS];
        for (int i = 0; i < HEADERS; i++) {
            contexts[i] = propagator.extract(Context.root(), carriers[i], Carrier::get);
        }
        times.add(
                "extract" + whose,
                n -> {
                    for (int i = 0; i < n; i++) {
                        kept =
                                propagator.extract(
                                        Context.root(), carriers[i % HEADERS], Carrier::get);
                    }
                });
        times.add(
                "extract and read" + whose,
                n -> {
                    for (int i = 0; i < n; i++) {
                        var context =
                                propagator.extract(
                                        Context.root(), carriers[i % HEADERS], Carrier::get);
                        var span = Span.fromContext(context).getSpanContext();
                        kept = span.getTraceId();
                        kept = span.getSpanId();
                        if (withState) {
                            kept = span.getTraceState().get("congo");
                        }
                    }
                });
        var sent = new Carrier();
        times.add(
                "inject" + whose,
                n -> {
                    for (int i = 0; i < n; i++) {
                        propagator.inject(contexts[i % HEADERS], sent, Carrier::set);
                    }
                });
        times.add(
                "extract and inject" + whose,
                n -> {
                    for (int i = 0; i < n; i++) {
                        var context =
                                propagator.extract(
                                        Context.root(), carriers[i % HEADERS], Carrier::get);
                        propagator.inject(context, sent, Carrier::set);
                    }
                });
    }

    private static void addBaggage(CpuTime times, TextMapPropagator propagator, String whose) {
        var carriers = carriers(false);
        var contexts = new Context[HEADERS];
        for (int i = 0; i < HEADERS; i++) {
            contexts[i] = propagator.extract(Context.root(), carriers[i], Carrier::get);
        }
        times.add(
                "extract baggage" + whose,
                n -> {
                    for (int i = 0; i < n; i++) {
                        kept =
                                propagator.extract(
                                        Context.root(), carriers[i % HEADERS], Carrier::get);
                    }
                });
        times.add(
                "extract baggage and read one" + whose,
                n -> {
                    for (int i = 0; i < n; i++) {
                        var context =
                                propagator.extract(
                                        Context.root(), carriers[i % HEADERS], Carrier::get);
                        kept = Baggage.fromContext(context).getEntryValue("serverNode");
                    }
                });
        times.add(
                "extract baggage and read all" + whose,
                n -> {
                    for (int i = 0; i < n; i++) {
                        var context =
                                propagator.extract(
                                        Context.root(), carriers[i % HEADERS], Carrier::get);
                        Baggage.fromContext(context).forEach((key, entry) -> kept = entry);
                    }
                });
        var sent = new Carrier();
        times.add(
                "inject baggage" + whose,
                n -> {
                    for (int i = 0; i < n; i++) {
                        propagator.inject(contexts[i % HEADERS], sent, Carrier::set);
                    }
                });
        times.add(
                "extract and inject baggage" + whose,
                n -> {
                    for (int i = 0; i < n; i++) {
                        var context =
                                propagator.extract(
                                        Context.root(), carriers[i % HEADERS], Carrier::get);
                        propagator.inject(context, sent, Carrier::set);
                    }
                });
    }

    private static void addCodec(CpuTime times) {
        var carriers = carriers(false);
        var texts = new byte[HEADERS][];
        var contexts = new byte[HEADERS][TraceBytes.SIZE];
        for (int i = 0; i < HEADERS; i++) {
            texts[i] = carriers[i].get("traceparent").getBytes(StandardCharsets.US_ASCII);
            TraceParent.parse(texts[i], 0, texts[i].length, contexts[i], 0);
        }
        var context = new byte[TraceBytes.SIZE];
        var text = new byte[TraceParent.LENGTH];
        var binary = new byte[GrpcTraceBin.SIZE];
        times.add(
                "codec: String to 32 bytes",
                n -> {
                    for (int i = 0; i < n; i++) {
                        TraceParent.parse(carriers[i % HEADERS].get("traceparent"), context, 0);
                    }
                });
        times.add(
                "codec: ASCII to 32 bytes",
                n -> {
                    for (int i = 0; i < n; i++) {
                        TraceParent.parse(texts[i % HEADERS], 0, TraceParent.LENGTH, context, 0);
                    }
                });
        times.add(
                "codec: 32 bytes to ASCII",
                n -> {
                    for (int i = 0; i < n; i++) {
                        TraceParent.format(contexts[i % HEADERS], 0, text, 0);
                    }
                });
        times.add(
                "codec: 32 bytes to grpc-trace-bin and back",
                n -> {
                    for (int i = 0; i < n; i++) {
                        GrpcTraceBin.format(contexts[i % HEADERS], 0, binary, 0);
                        GrpcTraceBin.parse(binary, 0, GrpcTraceBin.SIZE, context, 0);
                    }
                });
        var out = ByteBuffer.allocate(TraceBytes.SIZE);
        times.add(
                "codec: write and read 32 bytes",
                n -> {
                    long sum = 0;
                    for (int i = 0; i < n; i++) {
                        TraceBytes.write(out, 0, i, i + 1L, i + 2L, 1);
                        sum += TraceBytes.traceIdLow(out, 0) + TraceBytes.spanId(out, 0);
                    }
                    if (sum == 0) {
                        kept = out;
                    }
                });
        var sender = new BlockSender(BlockLimits.DEFAULT);
        var wire = ByteBuffer.allocate(1024);
        sender.write(contexts[0], 0, STATE, BAGGAGE, wire);
        times.add(
                "codec: context with a known block",
                n -> {
                    for (int i = 0; i < n; i++) {
                        sender.write(contexts[i % HEADERS], 0, STATE, BAGGAGE, wire.clear());
                    }
                });
    }

    private static void addConnection(Report report) {
        var context = new byte[TraceBytes.SIZE];
        TraceBytes.write(context, 0, 1, 2, 3, 1);
        var sender = new BlockSender(BlockLimits.DEFAULT);
        var wire = ByteBuffer.allocate(1024);
        long bytes = 0;
        for (int i = 0; i < REQUESTS; i++) {
            sender.write(context, 0, STATE, BAGGAGE, wire.clear());
            bytes += wire.position();
        }
        long blocks = bytes - (long) REQUESTS * (TraceBytes.SIZE - 4);
        long text = (long) REQUESTS * (STATE.length() + BAGGAGE.length());
        long headers = text + (long) REQUESTS * TraceParent.LENGTH;
        report.row("tracestate and baggage of 1,000 requests, as text", text, "bytes");
        report.row("the same by dictionary", blocks, "bytes");
        report.row("fewer", 100.0 * (text - blocks) / text, "%");
        report.row("whole context of 1,000 requests, as text", headers, "bytes");
        report.row("the same as 32 bytes and dictionary", bytes, "bytes");
        report.row("fewer in all", 100.0 * (headers - bytes) / headers, "%");
    }
}
