package dev.weir.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.trace.TraceState;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceStateHeaderTest {
    @Test
    void isSentAsItCame() {
        var header = "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE,0tenant@sys@x=  a b";
        var state = TraceStateHeader.of(header);
        assertThat(state.header()).isSameAs(header);
        assertThat(state.asMap())
                .containsExactlyEntriesOf(
                        new java.util.TreeMap<>(
                                        java.util.Map.of(
                                                "rojo", "00f067aa0ba902b7",
                                                "congo", "t61rcWkgMzE",
                                                "0tenant@sys@x", "  a b"))
                                .descendingMap());
        assertThat(state.get("congo")).isEqualTo("t61rcWkgMzE");
        assertThat(state.get("rojo,congo")).isNull();
        assertThat(state.get(null)).isNull();
        assertThat(state.size()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "\" foo=1 \t, \t bar=2\t\" | foo=1,bar=2",
                "foo=1,,bar=2,       | foo=1,bar=2",
                "foo=1,foo=2,bar=3   | foo=1,bar=3",
                "\",\t ,\"           | \"\"",
                "\"a= b ,c=d\"       | \"a= b,c=d\"",
            })
    void sendsWhatIsLeftWithoutWhiteSpaceAndRepetition(String header, String sent) {
        assertThat(TraceStateHeader.of(header).header()).isEqualTo(sent);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "foo", "foo =1", "FOO=1", "foo.bar=1", "@foo=1,bar=2", "foo=bar=baz", "foo=,bar=3",
                "foo= ", "=1", "foo=1;bar=\u00e9", "_a=1", "foo=1\u007f", "a=1 \t x,b=2", "a=1\tb"
            })
    void isEmptyWhereAnythingBreaksTheGrammar(String header) {
        var state = TraceStateHeader.of(header);
        assertThat(state.isEmpty()).isTrue();
        assertThat(state.size()).isZero();
        assertThat(state.get("bar")).isNull();
        assertThat(state).isEqualTo(TraceStateHeader.of((String) null));
    }

    @Test
    void takes32MembersAndNoMore() {
        assertThat(TraceStateHeader.of(members(32)).size()).isEqualTo(32);
        assertThat(TraceStateHeader.of(members(33)).isEmpty()).isTrue();
        assertThat(TraceStateHeader.of(members(32) + " , ,,").size()).isEqualTo(32);
    }

    @Test
    void takes256CharactersAndNoMore() {
        var most = "z".repeat(256);
        assertThat(TraceStateHeader.of("a=1," + most + "=" + most).get(most)).isEqualTo(most);
        assertThat(TraceStateHeader.of("a=1,z" + most + "=1").isEmpty()).isTrue();
        assertThat(TraceStateHeader.of("a=z" + most).isEmpty()).isTrue();
        assertThat(TraceStateHeader.of("a=1" + ",".repeat(TraceStateHeader.MAX_LENGTH)).isEmpty())
                .isTrue();
    }

    @Test
    void joinsHeadersInTheirOrder() {
        assertThat(TraceStateHeader.of(List.of("a=1", "", "b=2,c=3").iterator()).header())
                .isEqualTo("a=1,b=2,c=3");
        assertThat(TraceStateHeader.of(List.of("a=1").iterator()).header()).isEqualTo("a=1");
        assertThat(TraceStateHeader.of(List.<String>of().iterator()).isEmpty()).isTrue();
    }

    @Test
    void putsInFrontAndDropsTheLastOfTooMany() {
        var state = TraceStateHeader.of("a=1,b=2,c=3").toBuilder();
        assertThat(state.put("c", "4").remove("a").put("bad key", "v").put("d", "x ").build())
                .hasToString("c=4,b=2");
        var full = TraceStateHeader.of(members(32)).toBuilder().put("new", "1").build();
        assertThat(full.size()).isEqualTo(32);
        assertThat(full.get("k31")).isNull();
        assertThat(full.toString()).startsWith("new=1,k0=0,");
        assertThat(state.put(null, "v").put("k", null).remove(null).build()).hasToString("c=4,b=2");
    }

    @Test
    void takesOverTheStatesOfOthers() {
        var theirs = TraceState.builder().put("a", "1").put("b", "2").build();
        assertThat(TraceStateHeader.of(theirs)).hasToString("b=2,a=1");
        assertThat(TraceStateHeader.of(TraceState.getDefault()).isEmpty()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ot=th:c                     | c0000000000000 | -1",
                "ot=th:0;rv:0123456789abcd   | 0              | 0123456789abcd",
                "a=1,ot=rv:6e6d1a75832a2f;x:y | -1            | 6e6d1a75832a2f",
                "ot=th:0123456789abcde       | -1             | -1",
                "ot=th:C;rv:0123456789abc    | -1             | -1",
                "ot=th:;rv                   | -1             | -1",
                "ot=xth:1;th                 | -1             | -1",
                "a=1                         | -1             | -1",
            })
    void readsTheMemberOfOpenTelemetry(String header, String threshold, String random) {
        var state = TraceStateHeader.of(header);
        assertThat(state.samplingThreshold()).isEqualTo(number(threshold));
        assertThat(state.randomValue()).isEqualTo(number(random));
    }

    private static long number(String text) {
        return text.equals("-1") ? -1 : Long.parseLong(text, 16);
    }

    @Test
    void updatesTheMemberOfOpenTelemetry() {
        var state = TraceStateHeader.of("a=1,ot=th:c;x:y");
        assertThat(state.withSamplingThreshold(0x80000000000000L)).hasToString("ot=th:8;x:y,a=1");
        assertThat(state.withSamplingThreshold(0)).hasToString("ot=th:0;x:y,a=1");
        assertThat(state.withRandomValue(0xabcL)).hasToString("ot=rv:00000000000abc;th:c;x:y,a=1");
        assertThat(state.withSamplingThreshold(-1)).hasToString("ot=x:y,a=1");
        assertThat(TraceStateHeader.of("ot=th:c").withSamplingThreshold(-1).isEmpty()).isTrue();
        assertThat(TraceStateHeader.of("").withSamplingThreshold(1).samplingThreshold())
                .isEqualTo(1);
        assertThatThrownBy(() -> state.withRandomValue(1L << 56))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("56 bits");
    }

    private static String members(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "k" + i + "=" + i)
                .collect(Collectors.joining(","));
    }
}
