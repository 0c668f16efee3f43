package dev.weir.console;

import dev.weir.resource.Condition;
import dev.weir.resource.Field;
import dev.weir.resource.Kind;
import dev.weir.resource.Metadata;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The kind of the tests: a wish, and conditions.
@Kind(group = "test.weir.dev", shortNames = "ga")
record Gauge(Metadata metadata, Spec spec, @Nullable Status status) implements Resource {
    static final ResourceType<Gauge> TYPE = ResourceType.of(Gauge.class);

    record Spec(@Field(defaultJson = "1") int level, @Field(defaultJson = "\"\"") String note) {}

    record Status(List<Condition> conditions) {}
}
