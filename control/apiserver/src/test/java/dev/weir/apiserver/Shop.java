package dev.weir.apiserver;

import dev.weir.resource.Condition;
import dev.weir.resource.Field;
import dev.weir.resource.Kind;
import dev.weir.resource.Metadata;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The custom kind of the tests.
@Kind(
        group = "test.weir.dev",
        shortNames = "sh",
        scaleSpecPath = ".spec.tills",
        scaleStatusPath = ".status.tills")
record Shop(Metadata metadata, Spec spec, @Nullable Status status) implements Resource {
    static final ResourceType<Shop> TYPE = ResourceType.of(Shop.class);

    record Spec(
            String owner,
            @Field(defaultJson = "1", minimum = 0) int tills,
            @Field(defaultJson = "\"EUR\"") String currency) {}

    record Status(List<Condition> conditions, @Field(defaultJson = "0") int tills) {}

    static Shop of(String name, int tills) {
        return new Shop(Metadata.of("default", name), new Spec("ann", tills, "EUR"), null);
    }

    Shop with(Metadata next) {
        return new Shop(next, spec, status);
    }

    Shop with(Spec next) {
        return new Shop(metadata, next, status);
    }

    Shop with(Status next) {
        return new Shop(metadata, spec, next);
    }
}
