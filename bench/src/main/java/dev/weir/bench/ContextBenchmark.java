package dev.weir.bench;

import dev.weir.context.BinarySpanContext;
import dev.weir.context.BlockLimits;
import dev.weir.context.BlockSender;
import dev.weir.context.GrpcTraceBin;
import dev.weir.context.Propagators;
import dev.weir.context.TraceBytes;
import dev.weir.context.TraceParent;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Headers into a context and back, through the propagators of the OpenTelemetry API: ours, and the
/// API's own as the peer, with the same carriers. Then our codec alone, from header to 32 bytes and
/// back, which the API has no counterpart for. Last the dictionary: bytes on a kept connection.
///
/// A propagator that does nothing shows what the API costs: finding the header, a context for each
/// extraction, finding the span of a context.
///
/// 64 headers take turns. A parsed tracestate or baggage that nobody looks into is one thing, one
/// that is read is another; both are measured.
final class ContextBenchmark implements Benchmark {
    private static final int HEADERS = 64;
    private static final int REQUESTS = 1_000;
    private static final String STATE = "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE";
    private static final String BAGGAGE = "userId=alice,serverNode=DF%2028,isProduction=false";

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

    /// Looks for the header, and puts a span and a header that it has ready: what is left is what
    /// the API asks of every propagator.
    private static final class EmptyPropagator implements TextMapPropagator {
        private static final Span SPAN = Span.wrap(SpanContext.getInvalid());
        private static final String HEADER =
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

        @Override
        public List<String> fields() {
            return List.of("traceparent");
        }

        @Override
        public <C> void inject(Context context, @Nullable C carrier, TextMapSetter<C> setter) {
            var span = Span.fromContext(context);
            setter.set(carrier, "traceparent", span == SPAN ? HEADER : "");
        }

        @Override
        public <C> Context extract(Context context, @Nullable C carrier, TextMapGetter<C> getter) {
            return getter.get(carrier, "traceparent") == null ? context : context.with(SPAN);
        }
    }

    @Override
    public String name() {
        return "context";
    }

    @Override
    public void run(Report report) {
        var times = new CpuTime();
        addTrace(times, new EmptyPropagator(), ", empty propagator", false);
        for (boolean ours : new boolean[] {true, false}) {
            var whose = ours ? ", weir" : ", opentelemetry";
            var trace = ours ? Propagators.traceContext() : W3CTraceContextPropagator.getInstance();
            var baggage = ours ? Propagators.baggage() : W3CBaggagePropagator.getInstance();
            addTrace(times, trace, whose, false);
            addTrace(times, trace, " with tracestate" + whose, true);
            addOwn(times, trace, whose);
            addBaggage(times, baggage, whose);
        }
        addCodec(times);
        times.run(report);
        for (var what :
                new String[] {
                    "extract",
                    "inject",
                    "inject own",
                    "extract and inject",
                    "extract with tracestate",
                    "extract and inject with tracestate",
                    "extract baggage",
                    "extract and inject baggage"
                }) {
            report.ratio(
                    what, "opentelemetry", times.ratio(what + ", weir", what + ", opentelemetry"));
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
        var contexts = contexts(propagator, carriers);
        var sent = new Carrier();
        times.add("extract" + whose, i -> extract(propagator, carriers[i % HEADERS]))
                .add(
                        "extract and read" + whose,
                        i -> {
                            var context = extract(propagator, carriers[i % HEADERS]);
                            var span = Span.fromContext(context).getSpanContext();
                            sent.parent = span.getTraceId();
                            sent.state = withState ? span.getTraceState().get("congo") : null;
                            return span.getSpanId();
                        })
                .add("inject" + whose, i -> inject(propagator, contexts[i % HEADERS], sent))
                .add(
                        "extract and inject" + whose,
                        i -> inject(propagator, extract(propagator, carriers[i % HEADERS]), sent));
    }

    /// Injects spans of this process, whose header no one has seen yet.
    private static void addOwn(CpuTime times, TextMapPropagator propagator, String whose) {
        boolean ours = propagator == Propagators.traceContext();
        var random = new Random(1);
        var contexts = new Context[HEADERS];
        for (int i = 0; i < HEADERS; i++) {
            var span =
                    BinarySpanContext.of(
                            random.nextLong(),
                            random.nextLong(),
                            random.nextLong(),
                            1,
                            TraceState.getDefault(),
                            false);
            contexts[i] = Context.root().with(Span.wrap(ours ? span : copy(span)));
        }
        var sent = new Carrier();
        times.add("inject own" + whose, i -> inject(propagator, contexts[i % HEADERS], sent));
    }

    private static SpanContext copy(SpanContext span) {
        return SpanContext.create(
                span.getTraceId(), span.getSpanId(), span.getTraceFlags(), span.getTraceState());
    }

    private static void addBaggage(CpuTime times, TextMapPropagator propagator, String whose) {
        var carriers = carriers(false);
        var contexts = contexts(propagator, carriers);
        var sent = new Carrier();
        times.add("extract baggage" + whose, i -> extract(propagator, carriers[i % HEADERS]))
                .add(
                        "extract baggage and read one" + whose,
                        i -> {
                            var context = extract(propagator, carriers[i % HEADERS]);
                            return Baggage.fromContext(context).getEntryValue("serverNode");
                        })
                .add(
                        "extract baggage and read all" + whose,
                        i -> {
                            var context = extract(propagator, carriers[i % HEADERS]);
                            Baggage.fromContext(context).forEach((key, entry) -> sent.state = key);
                            return sent;
                        })
                .add("inject baggage" + whose, i -> inject(propagator, contexts[i % HEADERS], sent))
                .add(
                        "extract and inject baggage" + whose,
                        i -> inject(propagator, extract(propagator, carriers[i % HEADERS]), sent));
    }

    private static Context[] contexts(TextMapPropagator propagator, Carrier[] carriers) {
        return Arrays.stream(carriers)
                .map(carrier -> extract(propagator, carrier))
                .toArray(Context[]::new);
    }

    private static Context extract(TextMapPropagator propagator, Carrier carrier) {
        return propagator.extract(Context.root(), carrier, Carrier::get);
    }

    private static Carrier inject(TextMapPropagator propagator, Context context, Carrier carrier) {
        propagator.inject(context, carrier, Carrier::set);
        return carrier;
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
        var out = ByteBuffer.allocate(TraceBytes.SIZE);
        var sender = new BlockSender(BlockLimits.DEFAULT);
        var wire = ByteBuffer.allocate(1024);
        sender.write(contexts[0], 0, STATE, BAGGAGE, wire);
        times.add(
                        "codec: String to 32 bytes",
                        i -> {
                            TraceParent.parse(carriers[i % HEADERS].parent, context, 0);
                            return context;
                        })
                .add(
                        "codec: ASCII to 32 bytes",
                        i -> {
                            byte[] header = texts[i % HEADERS];
                            TraceParent.parse(header, 0, TraceParent.LENGTH, context, 0);
                            return context;
                        })
                .add(
                        "codec: 32 bytes to ASCII",
                        i -> {
                            TraceParent.format(contexts[i % HEADERS], 0, text, 0);
                            return text;
                        })
                .add(
                        "codec: 32 bytes to grpc-trace-bin and back",
                        i -> {
                            GrpcTraceBin.format(contexts[i % HEADERS], 0, binary, 0);
                            GrpcTraceBin.parse(binary, 0, GrpcTraceBin.SIZE, context, 0);
                            return context;
                        })
                .add(
                        "codec: write and read 32 bytes",
                        i -> {
                            TraceBytes.write(out, 0, i, i + 1L, i + 2L, 1);
                            return TraceBytes.traceIdLow(out, 0) == TraceBytes.spanId(out, 0)
                                    ? out
                                    : context;
                        })
                .add(
                        "codec: context with a known block",
                        i -> {
                            sender.write(contexts[i % HEADERS], 0, STATE, BAGGAGE, wire.clear());
                            return wire;
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
