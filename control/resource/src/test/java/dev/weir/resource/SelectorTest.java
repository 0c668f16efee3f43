package dev.weir.resource;

import static org.assertj.core.api.Assertions.assertThat;
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
    @ValueSource(strings = {",", "a,", "a in b", "a in (b", "=b", "a b", "a=b c", "!"})
    void refusesWhatItCannotRead(String text) {
        assertThatThrownBy(() -> Selector.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("unable to parse selector");
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
            assertThat(e.getMessage()).startsWith("unable to parse selector");
        }
    }
}
