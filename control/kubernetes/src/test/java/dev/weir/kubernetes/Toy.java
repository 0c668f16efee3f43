package dev.weir.kubernetes;

import dev.weir.resource.Condition;
import dev.weir.resource.Field;
import dev.weir.resource.Kind;
import dev.weir.resource.Metadata;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A kind for tests.
@Kind(
        group = "toys.example.com",
        shortNames = "ty",
        columns = @Kind.Column(name = "Size", path = ".spec.size", type = "integer"))
record Toy(Metadata metadata, Spec spec, @Nullable Status status) implements Resource {
    static final ResourceType<Toy> TYPE = ResourceType.of(Toy.class);

    record Spec(@Field(minimum = 1) int size, @Field(defaultJson = "\"red\"") String colour) {}

    record Status(List<Condition> conditions) {}

    static Toy of(String name, int size) {
        return new Toy(Metadata.of("default", name), new Spec(size, "blue"), null);
    }
}
