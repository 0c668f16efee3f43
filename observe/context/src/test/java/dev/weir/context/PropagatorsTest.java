package dev.weir.context;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PropagatorsTest {
    private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private static final String B3 = "aaf7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1";

    @Test
    void passesOnWhatItGot() {
        var carrier =
                Map.of("traceparent", PARENT, "tracestate", "a=1,b=2", "baggage", "k=v;p,l=%20");
        var context = Propagators.standard().extract(Context.root(), carrier, Carrier.SINGLE);
        var sent = new HashMap<String, String>();
        Propagators.standard().inject(context, sent, Map::put);
        assertThat(sent).isEqualTo(carrier);
        assertThat(Propagators.standard().fields())
                .containsExactly("traceparent", "tracestate", "baggage");
    }

    @Test
    void takesNoneOfTwoParentsAndJoinsStates() {
        var twice = Map.of("traceparent", List.of(PARENT, PARENT), "tracestate", List.of("a=1"));
        var none = Propagators.traceContext().extract(Context.root(), twice, Carrier.MULTI);
        assertThat(none).isSameAs(Context.root());
        var once =
                Map.of(
                        "traceparent", List.of(PARENT),
                        "tracestate", List.of("a=1", "b=2"),
                        "baggage", List.of("k=v", "l=w"));
        var context = Propagators.standard().extract(Context.root(), once, Carrier.MULTI);
        var span = Span.fromContext(context).getSpanContext();
        assertThat(span.getTraceState()).hasToString("a=1,b=2");
        assertThat(span.isRemote()).isTrue();
        assertThat(Baggage.fromContext(context).asMap()).containsOnlyKeys("k", "l");
    }

    @Test
    void leavesTheContextAloneWhereThereIsNothing() {
        var context = Context.root().with(Span.getInvalid());
        for (var word : List.of("tracecontext", "baggage", "b3", "b3multi", "none")) {
            var propagator = Propagators.named(word).orElseThrow();
            assertThat(propagator.extract(context, Map.of(), Carrier.SINGLE)).isSameAs(context);
            assertThat(propagator.extract(context, Map.of(), null)).isSameAs(context);
            var sent = new HashMap<String, String>();
            propagator.inject(context, sent, Map::put);
            propagator.inject(null, sent, Map::put);
            propagator.inject(context, sent, null);
            assertThat(sent).isEmpty();
        }
        assertThat(Propagators.named("jaeger")).isEmpty();
    }

    @Test
    void theLastInOrderWins() {
        var both = Map.of("traceparent", PARENT, "b3", B3);
        var w3cLast = Propagators.inOrder(List.of(Propagators.b3(), Propagators.traceContext()));
        assertThat(traceId(w3cLast.extract(Context.root(), both, Carrier.SINGLE)))
                .startsWith("0af7");
        var b3Last = Propagators.inOrder(List.of(Propagators.traceContext(), Propagators.b3()));
        assertThat(traceId(b3Last.extract(Context.root(), both, Carrier.SINGLE)))
                .startsWith("aaf7");
        assertThat(traceId(w3cLast.extract(Context.root(), Map.of("b3", B3), Carrier.SINGLE)))
                .startsWith("aaf7");
    }

    @Test
    void aRemoteSpanRecordsNothingAndEqualsItsParts() {
        var context =
                Propagators.traceContext()
                        .extract(Context.root(), Map.of("traceparent", PARENT), Carrier.SINGLE);
        var span = Span.fromContext(context);
        assertThat(span.isRecording()).isFalse();
        assertThat(span.setAttribute("a", "b").updateName("n").addEvent("e")).isSameAs(span);
        span.end();
        var bytes = new byte[TraceBytes.SIZE];
        BinarySpanContext.write(span.getSpanContext(), bytes, 0);
        var same = BinarySpanContext.of(bytes, 0, span.getSpanContext().getTraceState());
        assertThat(same).isEqualTo(span.getSpanContext()).hasSameHashCodeAs(span.getSpanContext());
        assertThat(same.toString()).contains("0af7651916cd43dd8448eb211c80319c");
    }

    @Test
    void sendsOnTheTextThatCameOnlyWhereItIsWhatItWouldWrite() {
        assertThat(sentOn(PARENT)).isSameAs(PARENT);
        assertThat(sentOn(" " + PARENT)).isEqualTo(PARENT);
        assertThat(sentOn(PARENT.replaceAll("^00", "01"))).isEqualTo(PARENT);
        assertThat(sentOn(PARENT.replaceAll("01$", "fd"))).isEqualTo(PARENT);
        assertThat(sentOn(PARENT.replaceAll("01$", "11"))).isEqualTo(PARENT);
        var random = PARENT.replaceAll("01$", "03");
        assertThat(sentOn(random)).isSameAs(random);
    }

    private static String sentOn(String header) {
        var carrier = Map.of("traceparent", header);
        var propagator = Propagators.traceContext();
        var sent = new HashMap<String, String>();
        propagator.inject(
                propagator.extract(Context.root(), carrier, Carrier.SINGLE), sent, Map::put);
        return sent.get("traceparent");
    }

    @Test
    void bytesCarryTheThresholdOfTheState() {
        var state = TraceStateHeader.of("ot=th:c0de");
        var context = BinarySpanContext.of(1, 2, 3, 1, state, false);
        var bytes = new byte[TraceBytes.SIZE];
        BinarySpanContext.write(context, bytes, 0);
        assertThat(TraceBytes.threshold(bytes, 0)).isEqualTo(0xc0de);
        assertThat(TraceBytes.isValid(bytes, 0)).isTrue();
    }

    private static String traceId(Context context) {
        return Span.fromContext(context).getSpanContext().getTraceId();
    }
}
