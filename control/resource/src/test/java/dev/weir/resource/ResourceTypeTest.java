package dev.weir.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResourceTypeTest {
    private static final String MINIMAL =
            """
            {"apiVersion":"shops.example.com/v1","kind":"Shop","metadata":{"name":"a","namespace":"default"},\
            "spec":{"tills":3}}\
            """;

    @Test
    void takesNamesFromTheRecord() {
        assertThat(Shop.TYPE.plural()).isEqualTo("shops");
        assertThat(Shop.TYPE.apiVersion()).isEqualTo("shops.example.com/v1");
        assertThat(Shop.TYPE.names().statusSubresource()).isTrue();
        assertThat(ResourceType.of(Shop.class)).isSameAs(Shop.TYPE);
    }

    @Test
    void appliesDefaultsOnDecode() {
        var shop = Shop.TYPE.decode(Json.parse(MINIMAL).asObject());
        assertThat(shop.spec().currency()).isEqualTo("EUR");
        assertThat(shop.spec().patience()).isEqualTo(Duration.ofSeconds(30));
        assertThat(shop.spec().shelves()).isEmpty();
        assertThat(shop.status()).isNull();
    }

    @Test
    void readsBackWhatItWrote() {
        var condition =
                new Condition(
                        "Ready",
                        Condition.Status.True,
                        2,
                        Instant.parse("2026-11-01T09:30:00Z"),
                        "Fine",
                        "all is well");
        var shop =
                new Shop(
                        Metadata.of("default", "full")
                                .withLabel("tier", "front")
                                .withFinalizer("example.com/tidy")
                                .withOwner(
                                        new OwnerReference(
                                                "v1", "ConfigMap", "c", "u-1", true, false)),
                        new Shop.Spec(
                                7,
                                "USD",
                                1L << 60,
                                0.25,
                                Duration.ofMillis(90_500),
                                List.of(new Shop.Shelf("top", Shop.Size.Large)),
                                Map.of("b", "2", "a", "1"),
                                Json.parse("[1,{\"x\":null}]")),
                        new Shop.Status("Open", List.of(condition)));
        var text = Shop.TYPE.encode(shop).bytes();
        assertThat(Shop.TYPE.decode(Json.parse(text).asObject())).isEqualTo(shop);
    }

    @Test
    void leavesOutWhatIsEmpty() {
        var text = new String(Shop.TYPE.encode(Shop.of("a", 3)).bytes(), StandardCharsets.UTF_8);
        assertThat(text).doesNotContain("shelves", "notes", "status", "null");
    }

    @Test
    void namesTheMemberThatIsWrong() {
        assertThatThrownBy(() -> decode("{\"spec\":{\"tills\":\"3\"}}"))
                .isInstanceOf(JsonException.class)
                .hasMessage("spec.tills: expected an integer, found string");
        assertThatThrownBy(() -> decode("{\"spec\":{}}"))
                .hasMessage("spec.tills: required, but missing");
        assertThatThrownBy(() ->
                        decode(
                                "{\"spec\":{\"tills\":1,\"shelves\":[{\"name\":\"x\",\"size\":\"Tiny\"}]}}"))
                .hasMessage("spec.shelves[0].size: expected one of [Small, Large], found \"Tiny\"");
        assertThatThrownBy(() -> decode("{\"spec\":{\"tills\":1,\"patience\":\"soon\"}}"))
                .hasMessageStartingWith("spec.patience: expected a duration");
    }

    @Test
    void refusesARecordThatIsNoKind() {
        assertThatThrownBy(() -> ResourceType.of(Resource.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected a record with @Kind");
    }

    @Test
    void derivesTheDefinitionDeterministically() {
        var definition = Shop.TYPE.customResourceDefinition();
        assertThat(definition.object("metadata").string("name"))
                .isEqualTo("shops.shops.example.com");
        var version = definition.object("spec").array("versions").items().getFirst().asObject();
        var schema = Schema.of(version.object("schema").object("openAPIV3Schema"));
        assertThat(schema).isEqualTo(Shop.TYPE.schema());
        var spec = schema.properties().get("spec");
        assertThat(spec.required()).containsExactly("tills");
        assertThat(
                        new String(
                                spec.properties().get("tills").json().bytes(),
                                StandardCharsets.UTF_8))
                .isEqualTo(
                        """
                        {"description":"How many tills there are.","format":"int32","maximum":99,"minimum":1,\
                        "type":"integer"}\
                        """);
        assertThat(version.object("subresources").has("status")).isTrue();
    }

    @Test
    void changesMetadataOnly() {
        var shop = Shop.of("a", 3);
        var labelled = Shop.TYPE.withMetadata(shop, shop.metadata().withLabel("x", "y"));
        assertThat(labelled.metadata().labels()).containsEntry("x", "y");
        assertThat(labelled.spec()).isEqualTo(shop.spec());
    }

    @Test
    void dynamicObjectsKeepEveryMember() {
        var type =
                ResourceType.dynamic(
                        ResourceType.Names.of("x.example.com", "v1", "Thing", "things", true));
        var json =
                Json.parse(
                                "{\"apiVersion\":\"x.example.com/v1\",\"kind\":\"Thing\",\"metadata\":{\"managedFields\":[1],"
                                        + "\"name\":\"t\"},\"spec\":{\"any\":[true]}}")
                        .asObject();
        assertThat(type.encode(type.decode(json))).isEqualTo(json);
    }

    private static Shop decode(String text) {
        return Shop.TYPE.decode(Json.parse(text).asObject());
    }
}
