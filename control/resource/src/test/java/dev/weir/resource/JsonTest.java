package dev.weir.resource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @Test
    void tellsIntegersFromDecimals() {
        var object =
                Json.parse("{\"i\":9223372036854775807,\"big\":9223372036854775808,\"d\":1.0}")
                        .asObject();
        assertThat(object.get("i")).isEqualTo(Json.of(Long.MAX_VALUE));
        assertThat(object.get("big")).isInstanceOf(Json.Dec.class);
        assertThat(object.get("d")).isEqualTo(new Json.Dec(1));
    }

    @Test
    void refusesDuplicateMembersWithTheirPath() {
        assertThatThrownBy(() -> Json.parse("{\"a\":{\"b\":1,\n\"b\":2}}"))
                .isInstanceOf(JsonException.class)
                .hasMessageStartingWith("duplicate field \"a.b\" at line 2");
    }

    @Test
    void reportsDuplicateMembersWhereAsked() {
        var duplicates = new ArrayList<String>();
        var json = Json.parse("{\"a\":[{\"b\":1,\"b\":2}]}".getBytes(UTF_8), duplicates::add);
        assertThat(duplicates).containsExactly("a[0].b");
        assertThat(json).isEqualTo(Json.parse("{\"a\":[{\"b\":2}]}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[1,]",
                "{\"a\"}",
                "nul",
                "1 2",
                "{\"a\":1}}",
                "1e999",
                "'a'",
                "\"\u0001\""
            })
    void refusesWhatIsNotOneValue(String text) {
        assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(JsonException.class);
    }

    @Test
    void refusesDeepNesting() {
        assertThatThrownBy(() -> Json.parse("[".repeat(100_000))).isInstanceOf(JsonException.class);
        assertThat(Json.parse("[".repeat(500) + "]".repeat(500))).isInstanceOf(Json.Arr.class);
    }

    @Test
    void setsAMemberInItsPlace() {
        var object = Json.parse("{\"a\":1,\"b\":2}").asObject();
        assertThat(object.with("a", Json.of(3)).members().firstEntry().getKey()).isEqualTo("a");
        assertThat(object.without("a").members()).containsOnlyKeys("b");
        assertThat(object.at("a", "x")).isNull();
    }

    /// What Go's `encoding/json` prints for the same `float64`; only of subnormals does Java print
    /// more digits.
    @ParameterizedTest
    @CsvSource({
        "1.5, 1.5",
        "5.0, 5",
        "-0.0, -0",
        "1e20, 100000000000000000000",
        "1e21, 1e+21",
        "1.25e300, 1.25e+300",
        "0.000001, 0.000001",
        "0.0000001, 1e-7",
        "2.5e-9, 2.5e-9",
        "12345678.9, 12345678.9",
        "123456789012345680000, 123456789012345680000",
        "4.9e-324, 4.9e-324"
    })
    void writesDecimalsAsGoDoes(double value, String expected) {
        assertThat(text(new Json.Dec(value))).isEqualTo(expected);
    }

    @Test
    void escapesOnlyWhatJsonMustEscape() {
        assertThat(text(Json.of("a\"\\\n\t\b\f\r\u0001</é€😀")))
                .isEqualTo("\"a\\\"\\\\\\n\\t\\b\\f\\r\\u0001</é€😀\"");
        assertThat(text(Json.of("\ud83d"))).isEqualTo("\"\\ud83d\"");
    }

    @Test
    void refusesBytesThatAreNotUtf8() {
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> Json.parse(new byte[] {'"', (byte) 0xc3, '"'}));
    }

    private static String text(Json json) {
        return new String(json.bytes(), UTF_8);
    }
}
