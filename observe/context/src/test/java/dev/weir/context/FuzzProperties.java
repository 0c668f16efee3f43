package dev.weir.context;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.context.Context;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/// Whatever stands in a header, nothing is thrown, and what is sent on is taken by the next.
class FuzzProperties {
    private static final List<String> SEEDS =
            List.of(
                    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                    "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
                    "rojo=00f067aa0ba902b7,congo@t=t61rcWkgMzE,ot=th:c;rv:0123456789abcd",
                    "userId=alice,serverNode=DF%2028,isProduction=false;p=1;q",
                    "0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-d-05e3ac9a4f6e3b90");

    /// Seeds with characters replaced, removed and doubled, and plain noise.
    @Provide
    Arbitrary<String> headers() {
        var noise = Arbitraries.strings().ofMaxLength(80);
        var edits =
                Arbitraries.of(
                                "", "-", "=", ",", ";", "%", " ", "\t", "@", "0", "G", "\u0130",
                                "\0")
                        .list()
                        .ofSize(4);
        var places = Arbitraries.integers().between(0, 70).list().ofSize(4);
        var edited =
                net.jqwik.api.Combinators.combine(Arbitraries.of(SEEDS), edits, places)
                        .as(FuzzProperties::edit);
        return Arbitraries.oneOf(noise, edited, edited, edited);
    }

    private static String edit(String seed, List<String> edits, List<Integer> places) {
        var text = new StringBuilder(seed);
        for (int i = 0; i < edits.size(); i++) {
            int at = places.get(i) % (text.length() + 1);
            text.replace(at, Math.min(text.length(), at + i % 2), edits.get(i));
        }
        return text.toString();
    }

    @Property(tries = 5000)
    void headersNeverThrow(@ForAll("headers") String parent, @ForAll("headers") String other) {
        var carrier =
                Map.of(
                        "traceparent", parent,
                        "tracestate", other,
                        "baggage", other,
                        "b3", other,
                        "X-B3-TraceId", parent,
                        "X-B3-SpanId", other,
                        "X-B3-Sampled", other);
        for (var word : List.of("tracecontext", "baggage", "b3", "b3multi")) {
            var propagator = Propagators.named(word).orElseThrow();
            var context = propagator.extract(Context.root(), carrier, Carrier.SINGLE);
            var sent = new HashMap<String, String>();
            propagator.inject(context, sent, Map::put);
            var again = new HashMap<String, String>();
            propagator.inject(
                    propagator.extract(Context.root(), sent, Carrier.SINGLE), again, Map::put);
            assertThat(again).isEqualTo(sent);
        }
    }

    @Property(tries = 5000)
    void viewsNeverThrow(@ForAll("headers") String header) {
        var state = TraceStateHeader.of(header);
        assertThat(state.asMap()).hasSize(state.size());
        state.forEach((key, value) -> assertThat(state.get(key)).isEqualTo(value));
        assertThat(TraceStateHeader.of(state.header()).asMap()).isEqualTo(state.asMap());
        assertThat(state.toBuilder().build()).isEqualTo(state);
        assertThat(state.samplingThreshold()).isBetween(-1L, (1L << 56) - 1);
        assertThat(state.randomValue()).isBetween(-1L, (1L << 56) - 1);
        assertThat(state.withSamplingThreshold(7).samplingThreshold()).isEqualTo(7);
        var baggage = BaggageHeader.of(header);
        baggage.forEach(
                (key, entry) -> assertThat(baggage.getEntryValue(key)).isEqualTo(entry.getValue()));
        assertThat(BaggageHeader.of(baggage.header()).asMap()).isEqualTo(baggage.asMap());
        assertThat(BaggageHeader.of(baggage.toBuilder().build()).asMap())
                .isEqualTo(baggage.asMap());
    }

    @Property(tries = 5000)
    void bytesNeverThrow(@ForAll("headers") String header, @ForAll @Size(max = 64) byte[] noise) {
        TraceParentTest.parsed(header);
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        var bytes = new byte[TraceBytes.SIZE];
        for (byte[] input : List.of(text, noise)) {
            boolean valid = TraceParent.parse(input, 0, input.length, bytes, 0);
            assertThat(TraceBytes.isValid(bytes, 0)).isEqualTo(valid);
            assertThat(
                            TraceParent.parse(
                                    MemorySegment.ofArray(input),
                                    0,
                                    input.length,
                                    MemorySegment.ofArray(new byte[TraceBytes.SIZE]),
                                    0))
                    .isEqualTo(valid);
            java.util.Arrays.fill(bytes, (byte) 0);
            GrpcTraceBin.parse(input, 0, input.length, bytes, 0);
            java.util.Arrays.fill(bytes, (byte) 0);
        }
    }
}
