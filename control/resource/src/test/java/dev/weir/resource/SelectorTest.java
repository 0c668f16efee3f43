package dev.weir.resource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "app=shop | true",
                "app==shop | true",
                "app!=shop | false",
                "app | true",
                "!app | false",
                "!other | true",
                "app in (shop,bar) | true",
                "app notin (shop) | false",
                "other notin (x) | true",
                "app=shop,tier=front | true",
                "app=shop, tier=back | false",
                "other!=x | true"
            })
    void matchesAsKubernetesDoes(String text, boolean matches) {
        assertThat(Selector.parse(text).matches(Map.of("app", "shop", "tier", "front")))
                .isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a=b", "a!=b", "a in (b,c)", "a notin (b,c)", "a,!b", "x.y/z=1"})
    void readsBackWhatItWrote(String text) {
        assertThat(Selector.parse(text)).hasToString(text).isEqualTo(Selector.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {",", "a,", "a in (b", "=b", "a b", "a=b c", "!"})
    void refusesWhatItCannotRead(String text) {
        assertThatThrownBy(() -> Selector.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("', expected: ");
    }

    @Test
    void selectsEverythingWhenEmpty() {
        assertThat(Selector.parse("").matches(Map.of())).isTrue();
    }

    @Property(tries = 2_000)
    void anyTextGivesASelectorOrAnIllegalArgumentException(@ForAll String text) {
        try {
            Selector.parse(text);
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|''",
                "x=a|x=a",
                "x==a , y!=b|x=a,y!=b",
                "x|x",
                "! x|!x",
                "x in (b, a)|x in (a,b)",
                "x notin (a,,b)|x notin (,a,b)",
                "x in ()|x=",
                "x in (a,)|x in (,a)",
                "in in (in,notin)|in in (in,notin)",
                "b=1,a=2|a=2,b=1",
                "x=|x=",
                "x=,y|x=,y",
                "x>1,y<2|x>1,y<2",
                "example.com/x=a|example.com/x=a"
            })
    void printsWhatItParsed(String text, String expected) {
        assertThat(Selector.parse(text)).hasToString(expected);
        assertThat(Selector.parse(expected)).isEqualTo(Selector.parse(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "x=a,|found '', expected: identifier after ','",
                "x=a y|found 'y', expected: ',' or 'end of string'",
                ",x|found ',', expected: !, identifier, or 'end of string'",
                "x in a|unable to parse requirement: found 'a' expected: '('",
                "!x=a=|found '=', expected: ',' or 'end of string'",
                "x ! a|unable to parse requirement: found '!', expected: in, notin, =, ==, !=, gt, lt",
                "x>a|unable to parse requirement: values[0]: Invalid value: \"a\": for 'Gt', 'Lt'"
                        + " operators, the value must be an integer"
            })
    void refusesInKubernetesWords(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Selector.parse(text))
                .withMessage(message);
    }

    @Test
    void refusesBadKeysAndValues() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Selector.parse("a/b/c=d"))
                .withMessageContaining("a qualified name must consist of");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Selector.parse("x=" + "v".repeat(64)))
                .withMessageContaining("must be no more than 63");
        assertThatIllegalArgumentException().isThrownBy(() -> Selector.parse("-x"));
        assertThatIllegalArgumentException().isThrownBy(() -> Selector.parse("Upper.com/x"));
    }

    @Test
    void readsAndWritesLabelSelectors() {
        var text =
                "{\"matchLabels\":{\"a\":\"1\"},\"matchExpressions\":[{\"key\":\"b\",\"operator\":"
                        + "\"NotIn\",\"values\":[\"x\"]},{\"key\":\"c\",\"operator\":\"Exists\"}]}";
        var selector = Selector.of(Json.parse(text).asObject());

        assertThat(selector).hasToString("a=1,b!=x,c");
        assertThat(new String(selector.json().bytes(), UTF_8)).isEqualTo(text);
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Selector.of(
                                Json.parse(
                                                "{\"matchExpressions\":[{\"key\":\"b\","
                                                        + "\"operator\":\"Like\"}]}")
                                        .asObject()))
                .withMessage(
                        "matchExpressions[0].operator: \"Like\" is not a valid label selector"
                                + " operator");
    }
}
