package dev.weir.console;

import dev.weir.resource.Kind;
import dev.weir.resource.Metadata;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import org.jspecify.annotations.Nullable;

/// Where the money of payments is, as the payments fleet shows it, as far as the console reads it.
@Kind(group = "payments.weir.dev")
record Balance(Metadata metadata, Spec spec, @Nullable Status status) implements Resource {
    static final ResourceType<Balance> TYPE = ResourceType.of(Balance.class);

    record Spec(String bank) {}

    record Status(long reserved, long captured, long settled, long inFlight, boolean conserved) {}
}
