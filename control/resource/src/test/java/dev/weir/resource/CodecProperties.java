package dev.weir.resource;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class CodecProperties {
    @Property(tries = 500)
    void readsBackTheRecordsThatItWrites(@ForAll("shops") Shop shop) {
        var text = Shop.TYPE.encode(shop).bytes();

        assertThat(Shop.TYPE.decode(Json.parse(text).asObject())).isEqualTo(shop);
    }

    @Property(tries = 500)
    void readsBackTheSelectorsThatItWrites(@ForAll("selectors") Selector selector) {
        assertThat(Selector.parse(selector.toString())).isEqualTo(selector);
        assertThat(Selector.of(selector.json()).toString()).isEqualTo(selector.toString());
    }

    @Property(tries = 500)
    void readsBackTheSchemasThatItWrites(@ForAll("schemas") Schema schema) {
        var text = schema.json().bytes();

        assertThat(Schema.of(Json.parse(text).asObject())).isEqualTo(schema);
    }

    /// An object of any shape decodes, or is refused with a path.
    @Property(tries = 500)
    void anyJsonGivesARecordOrAJsonException(@ForAll("shops") Shop shop, @ForAll int place) {
        var text = Shop.TYPE.encode(shop).bytes();
        text[Math.floorMod(place, text.length)] = '1';
        try {
            Shop.TYPE.decode(Json.parse(text).asObject());
        } catch (JsonException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    @Provide
    Arbitrary<Shop> shops() {
        var text = Arbitraries.strings().ofMaxLength(5);
        var shelf =
                Combinators.combine(text, Arbitraries.of(Shop.Size.values())).as(Shop.Shelf::new);
        var spec =
                Combinators.combine(
                                Arbitraries.integers(),
                                text,
                                Arbitraries.longs().injectNull(0.3),
                                Arbitraries.doubles().injectNull(0.3),
                                Arbitraries.longs().map(Duration::ofNanos),
                                shelf.list().ofMaxSize(3),
                                Arbitraries.maps(text, text).ofMaxSize(3))
                        .as((tills, currency, budget, share, patience, shelves, notes) ->
                                new Shop.Spec(
                                        tills, currency, budget, share, patience, shelves, notes,
                                        null));
        return spec.map(s -> new Shop(Metadata.of("default", "a"), s, null));
    }

    @Provide
    Arbitrary<Selector> selectors() {
        var word = Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(4);
        var key = Combinators.combine(word, word).as((a, b) -> a.toLowerCase() + ".io/" + b);
        var requirement =
                Combinators.combine(
                                key,
                                Arbitraries.of(
                                        Selector.Operator.In,
                                        Selector.Operator.NotIn,
                                        Selector.Operator.Exists,
                                        Selector.Operator.DoesNotExist),
                                word.set().ofMinSize(1).ofMaxSize(3))
                        .as(CodecProperties::requirement);
        return requirement
                .list()
                .uniqueElements(Selector.Requirement::key)
                .ofMaxSize(4)
                .map(list ->
                        new Selector(
                                list.stream()
                                        .sorted(
                                                java.util.Comparator.comparing(
                                                        Selector.Requirement::key))
                                        .toList()));
    }

    private static Selector.Requirement requirement(
            String key, Selector.Operator operator, java.util.Set<String> values) {
        boolean unary =
                operator == Selector.Operator.Exists || operator == Selector.Operator.DoesNotExist;
        return new Selector.Requirement(
                key, operator, unary ? List.of() : values.stream().sorted().toList());
    }

    @Provide
    Arbitrary<Schema> schemas() {
        return Arbitraries.lazyOf(
                () -> Arbitraries.of("string", "integer", "boolean", "").map(Schema::of),
                () -> schemas().map(Schema::list),
                () -> schemas().map(Schema::map),
                () ->
                        Arbitraries.maps(Arbitraries.strings().alpha().ofLength(2), schemas())
                                .ofMaxSize(2)
                                .map(CodecProperties::object));
    }

    private static Schema object(Map<String, Schema> properties) {
        return Schema.object(
                        new java.util.LinkedHashMap<>(properties), List.copyOf(properties.keySet()))
                .with("x-kubernetes-preserve-unknown-fields", Json.of(true));
    }
}
