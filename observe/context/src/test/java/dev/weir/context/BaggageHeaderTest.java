package dev.weir.context;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageEntryMetadata;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BaggageHeaderTest {
    private static final String HEADER = "userId=alice,serverNode=DF%2028,isProduction=false;p=1;q";

    @Test
    void isSentAsItCameAndDecodedWhenAsked() {
        var baggage = BaggageHeader.of(HEADER);
        assertThat(baggage.header()).isSameAs(HEADER);
        assertThat(baggage.getEntryValue("serverNode")).isEqualTo("DF 28");
        assertThat(baggage.getEntry("isProduction").getMetadata().getValue()).isEqualTo("p=1;q");
        assertThat(baggage.getEntryValue("user")).isNull();
        assertThat(baggage.getEntryValue(null)).isNull();
        assertThat(baggage.size()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "\" a = 1 ; p , b=2 \" | a=1; p,b=2",
                "a=1,b,=c,d=4          | a=1,d=4",
                "a=1,                  | a=1",
                "\"\"                  | \"\"",
                "a=%4,b=%zz,c=%C3%A9   | c=%C3%A9",
                "a b=1,c=d e,f=\"\"q,g=h;\u00e9,i=j | i=j",
                "a=,b=1                | a=,b=1",
            })
    void leavesOutWhatBreaksTheGrammar(String header, String sent) {
        assertThat(BaggageHeader.of(header).header()).isEqualTo(sent);
        assertThat(BaggageHeader.of(header).isEmpty()).isEqualTo(sent.isEmpty());
    }

    @Test
    void takes64MembersIn8192BytesAndTheRestIsLeftOut() {
        assertThat(BaggageHeader.of(members(64)).header()).isEqualTo(members(64));
        assertThat(BaggageHeader.of(members(65)).header()).isEqualTo(members(64));
        var long1 = "a=" + "x".repeat(8190);
        assertThat(BaggageHeader.of(long1).header()).isEqualTo(long1);
        assertThat(BaggageHeader.of(long1 + "x").header()).isEmpty();
        assertThat(BaggageHeader.of("b=1," + long1).header()).isEqualTo("b=1");
        assertThat(BaggageHeader.of("b=1," + long1 + ",c=2").asMap()).containsOnlyKeys("b");
    }

    @Test
    void joinsHeadersAndTheLastOfAKeyCounts() {
        var baggage = BaggageHeader.of(List.of("a=1,b=2", "a=3").iterator());
        assertThat(baggage.getEntryValue("a")).isEqualTo("3");
        assertThat(baggage.size()).isEqualTo(2);
        assertThat(BaggageHeader.of(List.<String>of().iterator()).isEmpty()).isTrue();
    }

    @Test
    void writesOfOthersWhatAHeaderCanHold() {
        var builder = Baggage.builder().put("a b", "v").put("k", "x y,\u00e9%");
        builder.put("m", "v", BaggageEntryMetadata.create("p=\"1\""));
        assertThat(BaggageHeader.of(builder.build()).header())
                .isEqualTo("k=x%20y%2C%C3%A9%25,m=v;p=%221%22");
        for (int i = 0; i < 70; i++) {
            builder.put("n" + i, "x".repeat(200));
        }
        var header = BaggageHeader.of(builder.build()).header();
        assertThat(header.length()).isBetween(7900, 8192);
    }

    @Test
    void changesByTheBuilderOfTheApi() {
        var changed = BaggageHeader.of(HEADER).toBuilder().remove("userId").put("x", "y").build();
        assertThat(BaggageHeader.of(changed).header())
                .isEqualTo("isProduction=false;p=1;q,serverNode=DF%2028,x=y");
    }

    @Property
    void readsWhatItWrote(@ForAll String value, @ForAll String metadata) {
        var utf8 = java.nio.charset.StandardCharsets.UTF_8;
        var text = new String(value.getBytes(utf8), utf8);
        var data = new String(metadata.getBytes(utf8), utf8);
        var baggage = Baggage.builder().put("k", text, BaggageEntryMetadata.create(data)).build();
        var header = BaggageHeader.of(baggage);
        if (header.header().length() > 4 && !header.isEmpty()) {
            assertThat(header.getEntryValue("k")).isEqualTo(text);
            assertThat(header.getEntry("k").getMetadata().getValue()).isEqualTo(data);
        }
    }

    private static String members(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "k" + i + "=" + i)
                .collect(Collectors.joining(","));
    }
}
