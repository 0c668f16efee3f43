package dev.weir.resource;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A kind that uses every sort of component.
@Kind(
        group = "shops.example.com",
        shortNames = "sh",
        columns = @Kind.Column(name = "Phase", path = ".status.phase"))
record Shop(Metadata metadata, Spec spec, @Nullable Status status) implements Resource {
    static final ResourceType<Shop> TYPE = ResourceType.of(Shop.class);

    record Spec(
            @Field(minimum = 1, maximum = 99, description = "How many tills there are.") int tills,
            @Field(defaultJson = "\"EUR\"", pattern = "^[A-Z]{3}$") String currency,
            @Nullable Long budget,
            @Nullable Double share,
            @Field(defaultJson = "\"30s\"") Duration patience,
            List<Shelf> shelves,
            Map<String, String> notes,
            @Nullable Json extra) {}

    record Shelf(String name, Size size) {}

    enum Size {
        Small,
        Large
    }

    record Status(String phase, List<Condition> conditions) {}

    static Shop of(String name, int tills) {
        return new Shop(
                Metadata.of("default", name),
                new Spec(
                        tills,
                        "EUR",
                        null,
                        null,
                        Duration.ofSeconds(30),
                        List.of(),
                        Map.of(),
                        null),
                null);
    }
}
