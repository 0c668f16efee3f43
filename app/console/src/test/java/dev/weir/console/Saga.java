package dev.weir.console;

import dev.weir.resource.Kind;
import dev.weir.resource.Metadata;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A saga as services show theirs, as far as the console reads it.
@Kind(group = "saga.weir.dev")
record Saga(Metadata metadata, Spec spec, @Nullable Status status) implements Resource {
    static final ResourceType<Saga> TYPE = ResourceType.of(Saga.class);

    record Spec(String definition, String key, Instant started) {}

    record Status(String state, boolean stuck, String node, String why, List<Step> steps) {}

    record Step(String name, String state, String node, Instant at) {}
}
