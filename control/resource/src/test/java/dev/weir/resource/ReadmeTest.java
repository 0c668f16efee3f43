package dev.weir.resource;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The example of the README.
class ReadmeTest {
    @Kind(group = "shops.example.com", shortNames = "sh")
    record Shop(Metadata metadata, Spec spec, @Nullable Status status) implements Resource {
        record Spec(
                @Field(minimum = 1, maximum = 99) int tills,
                @Field(defaultJson = "\"30s\"") Duration patience) {}

        record Status(List<Condition> conditions) {}
    }

    @Test
    void derivesEverythingFromTheRecord() {
        var type = ResourceType.of(Shop.class);
        var shop =
                type.decode(
                        Json.parse("{\"metadata\":{\"name\":\"a\"},\"spec\":{\"tills\":3}}")
                                .asObject());
        var bytes = type.encode(shop).bytes();
        var definition = type.customResourceDefinition();

        assertThat(shop.spec()).isEqualTo(new Shop.Spec(3, Duration.ofSeconds(30)));
        assertThat(Json.parse(bytes).asObject().string("apiVersion"))
                .isEqualTo("shops.example.com/v1");
        assertThat(definition.object("spec").object("names").string("kind")).isEqualTo("Shop");
    }
}
