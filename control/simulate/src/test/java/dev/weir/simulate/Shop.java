package dev.weir.simulate;

import dev.weir.resource.Field;
import dev.weir.resource.Kind;
import dev.weir.resource.Metadata;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import org.jspecify.annotations.Nullable;

/// What the controllers of the tests are for: a shop has tills, and an account elsewhere.
@Kind(group = "test.weir.dev")
record Shop(Metadata metadata, Spec spec, @Nullable Status status) implements Resource {
    static final ResourceType<Shop> TYPE = ResourceType.of(Shop.class);

    record Spec(@Field(minimum = 0) int tills) {}

    record Status(int tills) {}

    static Shop of(String name, int tills) {
        return new Shop(Metadata.of("default", name), new Spec(tills), null);
    }

    /// A till of a shop, which is its controller.
    @Kind(group = "test.weir.dev")
    record Till(Metadata metadata, Spec spec) implements Resource {
        static final ResourceType<Till> TYPE = ResourceType.of(Till.class);

        record Spec(String shop) {}
    }
}
