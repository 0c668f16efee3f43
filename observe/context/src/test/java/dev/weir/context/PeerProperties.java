package dev.weir.context;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageEntryMetadata;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.extension.trace.propagation.B3Propagator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/// Our propagators against those of OpenTelemetry, on what both take.
class PeerProperties {
    private static final TextMapPropagator THEIRS = W3CTraceContextPropagator.getInstance();
    private static final TextMapPropagator OURS = Propagators.traceContext();

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void extractsTheSameFromTraceContext(
            @ForAll("parents") String parent, @ForAll("states") String state) {
        var carrier = Map.of("traceparent", parent, "tracestate", state);
        var theirs = span(THEIRS, carrier);
        var ours = span(OURS, carrier);
        assertThat(ours.isValid()).isEqualTo(theirs.isValid());
        assertThat(ours.getTraceId()).isEqualTo(theirs.getTraceId());
        assertThat(ours.getSpanId()).isEqualTo(theirs.getSpanId());
        assertThat(ours.getTraceFlags().asByte())
                .isEqualTo((byte) (theirs.getTraceFlags().asByte() & 3));
        assertThat(ours.getTraceState().asMap())
                .containsExactlyEntriesOf(theirs.getTraceState().asMap());
        assertThat(ours.isRemote()).isEqualTo(theirs.isRemote());
        assertThat(ours.isSampled()).isEqualTo(theirs.isSampled());
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void injectsTheSameTraceContext(@ForAll("contexts") SpanContext context) {
        var theirs = injected(THEIRS, Context.root().with(Span.wrap(context)));
        assertThat(injected(OURS, Context.root().with(Span.wrap(context)))).isEqualTo(theirs);
        assertThat(injected(OURS, OURS.extract(Context.root(), theirs, Carrier.SINGLE)))
                .isEqualTo(theirs);
        var bytes = new byte[TraceBytes.SIZE];
        BinarySpanContext.write(context, bytes, 0);
        var ours = BinarySpanContext.of(bytes, 0, context.getTraceState());
        assertThat(injected(OURS, Context.root().with(Span.wrap(ours)))).isEqualTo(theirs);
        assertThat(injected(THEIRS, Context.root().with(Span.wrap(ours)))).isEqualTo(theirs);
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void extractsTheSameBaggage(@ForAll("baggages") String header) {
        var carrier = Map.of("baggage", header);
        var theirs = extracted(W3CBaggagePropagator.getInstance(), carrier);
        var ours = extracted(Propagators.baggage(), carrier);
        assertThat(plain(ours)).isEqualTo(plain(theirs));
        assertThat(ours.size()).isEqualTo(theirs.size());
        assertThat(ours.isEmpty()).isEqualTo(theirs.isEmpty());
        theirs.forEach((key, entry) -> {
            assertThat(ours.getEntryValue(key)).isEqualTo(entry.getValue());
            assertThat(ours.getEntry(key).getMetadata()).isEqualTo(entry.getMetadata());
        });
        var sent = injected(Propagators.baggage(), Context.root().with(ours));
        assertThat(plain(extracted(W3CBaggagePropagator.getInstance(), sent)))
                .isEqualTo(plain(theirs));
        assertThat(BaggageHeader.of(BaggageHeader.of(header).header()).header())
                .isEqualTo(BaggageHeader.of(header).header());
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void theyReadTheBaggageThatWeWrite(
            @ForAll("tokens") String key, @ForAll String value, @ForAll("metadata") String data) {
        var text = wellFormed(value);
        var baggage = Baggage.builder().put(key, text, BaggageEntryMetadata.create(data)).build();
        var sent = injected(Propagators.baggage(), Context.root().with(baggage));
        var theirs = extracted(W3CBaggagePropagator.getInstance(), sent);
        assertThat(plain(theirs)).isEqualTo(plain(baggage));
        assertThat(plain(extracted(Propagators.baggage(), sent))).isEqualTo(plain(baggage));
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void extractsTheSameFromB3(@ForAll("b3") Map<String, String> carrier) {
        var theirs = span(B3Propagator.injectingSingleHeader(), carrier);
        var ours = span(Propagators.b3(), carrier);
        assertThat(ours.getTraceId()).isEqualTo(theirs.getTraceId());
        assertThat(ours.getSpanId()).isEqualTo(theirs.getSpanId());
        assertThat(ours.getTraceFlags()).isEqualTo(theirs.getTraceFlags());
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void injectsTheSameB3(@ForAll("contexts") SpanContext context) {
        var span = Context.root().with(Span.wrap(context));
        assertThat(injected(Propagators.b3(), span))
                .isEqualTo(injected(B3Propagator.injectingSingleHeader(), span));
        assertThat(injected(Propagators.b3Multi(), span))
                .isEqualTo(injected(B3Propagator.injectingMultiHeaders(), span));
    }

    private static SpanContext span(TextMapPropagator propagator, Map<String, String> carrier) {
        var context = propagator.extract(Context.root(), carrier, Carrier.SINGLE);
        return Span.fromContext(context).getSpanContext();
    }

    private static Baggage extracted(TextMapPropagator propagator, Map<String, String> carrier) {
        return Baggage.fromContext(propagator.extract(Context.root(), carrier, Carrier.SINGLE));
    }

    private static Map<String, String> injected(TextMapPropagator propagator, Context context) {
        var carrier = new HashMap<String, String>();
        propagator.inject(context, carrier, Map::put);
        return carrier;
    }

    private static Map<String, String> plain(Baggage baggage) {
        var plain = new HashMap<String, String>();
        baggage.forEach((key, entry) ->
                plain.put(key, entry.getValue() + ";" + entry.getMetadata().getValue()));
        return plain;
    }

    private static String wellFormed(String text) {
        var utf8 = java.nio.charset.StandardCharsets.UTF_8;
        return new String(text.getBytes(utf8), utf8);
    }

    /// Text of some characters. One draw of a number for each: strings of jqwik's own take most of
    /// the time here, for a shrinking that shows nothing of such text.
    private static Arbitrary<String> text(String characters, int least, int most) {
        return Arbitraries.randomValue(random -> {
            var text = new StringBuilder();
            for (int left = random.nextInt(least, most + 1); left > 0; left--) {
                text.append(characters.charAt(random.nextInt(characters.length())));
            }
            return text.toString();
        });
    }

    private static Arbitrary<String> hex(int digits) {
        return text("0123456789abcdef", digits, digits);
    }

    // The last character is sometimes one that belongs nowhere.
    private static Arbitrary<String> nearly(Arbitrary<String> text) {
        return Arbitraries.frequencyOf(
                Tuple.of(20, text),
                Tuple.of(1, text.map(t -> t.isEmpty() ? t : t.substring(1) + "G")),
                Tuple.of(1, text.map(t -> t.isEmpty() ? t : t.substring(1))),
                Tuple.of(1, text.map(t -> t.replaceAll(".", "0"))));
    }

    @Provide
    Arbitrary<String> parents() {
        var version =
                Arbitraries.frequencyOf(Tuple.of(9, Arbitraries.just("00")), Tuple.of(1, hex(2)));
        var tail = Arbitraries.frequency(Tuple.of(9, ""), Tuple.of(1, "-x"), Tuple.of(1, "x"));
        return Combinators.combine(version, nearly(hex(32)), nearly(hex(16)), nearly(hex(2)), tail)
                .as((v, t, s, f, rest) -> v + "-" + t + "-" + s + "-" + f + rest);
    }

    @Provide
    Arbitrary<String> states() {
        var key =
                Combinators.combine(
                                text("abcdefghijklmnopqrstuvwxyz", 1, 1), text("az09_-*/", 0, 9))
                        .as(String::concat);
        var tenant = Combinators.combine(key, key).as((a, b) -> a + "@" + b);
        var value =
                Combinators.combine(text("az09 ;:+~!", 0, 20), text("xyz", 1, 1))
                        .as(String::concat);
        var member =
                Combinators.combine(Arbitraries.oneOf(key, key, tenant), value)
                        .as((k, v) -> k + "=" + v);
        var comma = Arbitraries.of(",", ",", ", ", "\t,\t ");
        return Combinators.combine(
                        member.list()
                                .uniqueElements(m -> m.substring(0, m.indexOf('=')))
                                .ofMaxSize(34),
                        comma)
                .as((members, separator) -> String.join(separator, members));
    }

    @Provide
    Arbitrary<SpanContext> contexts() {
        return Combinators.combine(
                        hex(32).filter(t -> !t.matches("0+")),
                        hex(16).filter(t -> !t.matches("0+")),
                        Arbitraries.bytes().between((byte) 0, (byte) 3),
                        states())
                .as((trace, span, flags, state) ->
                        SpanContext.create(
                                trace, span, TraceFlags.fromByte(flags), theirState(state)));
    }

    private static TraceState theirState(String header) {
        var carrier =
                Map.of(
                        "traceparent",
                        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                        "tracestate",
                        header);
        return span(THEIRS, carrier).getTraceState();
    }

    @Provide
    Arbitrary<String> tokens() {
        return text("azAZ09!#$%&'*+-.^_`|~", 1, 8);
    }

    @Provide
    Arbitrary<String> metadata() {
        return text("ab;=0", 0, 8).map(text -> text.strip()).filter(text -> !text.startsWith(";"));
    }

    @Provide
    Arbitrary<String> baggages() {
        var value = Arbitraries.of("", "v", "a=b", "DF%2028", "%C3%A9", "%FF", "x y", "q\"");
        var data = Arbitraries.of("", "", ";p", "; p=1;q", ";a=b");
        var space = Arbitraries.of("", "", " ", "\t");
        var member =
                Combinators.combine(tokens(), value, data, space, space)
                        .as((k, v, d, a, b) -> a + k + b + "=" + b + v + a + d + b);
        return Arbitraries.frequencyOf(
                        Tuple.of(9, member), Tuple.of(1, Arbitraries.of("", "k", "=v", "a b=c")))
                .list()
                .ofMaxSize(70)
                .map(members -> String.join(",", members));
    }

    @Provide
    Arbitrary<Map<String, String>> b3() {
        var trace = Arbitraries.oneOf(nearly(hex(32)), nearly(hex(16)));
        var span = nearly(hex(16));
        var sampled = Arbitraries.of("0", "1", "d", "true", "false", "");
        var single =
                Combinators.combine(trace, span, sampled, Arbitraries.of("", "-b7ad6b7169203331"))
                        .as((t, s, f, p) -> Map.of("b3", t + "-" + s + "-" + f + p));
        var shorter = Combinators.combine(trace, span).as((t, s) -> Map.of("b3", t + "-" + s));
        var multi =
                Combinators.combine(trace, span, sampled, Arbitraries.of("0", "1"))
                        .as((t, s, f, d) ->
                                Map.of(
                                        "X-B3-TraceId", t,
                                        "X-B3-SpanId", s,
                                        "X-B3-Sampled", f,
                                        "X-B3-Flags", d));
        return Arbitraries.oneOf(List.of(single, shorter, multi));
    }
}
