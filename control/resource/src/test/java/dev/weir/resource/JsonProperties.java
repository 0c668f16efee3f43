package dev.weir.resource;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class JsonProperties {
    @Property(tries = 500)
    void readsBackWhatItWrote(@ForAll("values") Json value) {
        assertThat(Json.parse(value.bytes())).isEqualTo(value);
    }

    @Property(tries = 5_000)
    void anyBytesGiveAValueOrAJsonException(@ForAll byte[] text) {
        try {
            Json.parse(text);
        } catch (JsonException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    @Property(tries = 2_000)
    void aChangedByteGivesAValueOrAJsonException(
            @ForAll("values") Json value, @ForAll int place, @ForAll byte change) {
        var text = value.bytes();
        text[Math.floorMod(place, text.length)] = change;
        try {
            Json.parse(text);
        } catch (JsonException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    @Provide
    Arbitrary<Json> values() {
        return Arbitraries.lazyOf(
                () -> Arbitraries.strings().ofMaxLength(8).map(Json::of),
                () -> Arbitraries.longs().map(Json::of),
                () -> Arbitraries.doubles().filter(d -> d != Math.rint(d)).map(Json.Dec::new),
                () -> Arbitraries.of(Json.NULL, Json.of(true), Json.of(false)),
                () -> values().list().ofMaxSize(3).map(Json.Arr::new),
                () ->
                        Arbitraries.maps(Arbitraries.strings().ofMaxLength(5), values())
                                .ofMaxSize(3)
                                .map(members -> new Json.Obj(new LinkedHashMap<>(members))));
    }
}
