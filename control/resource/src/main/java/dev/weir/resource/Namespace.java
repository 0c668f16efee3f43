package dev.weir.resource;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A room for names: Kubernetes' core Namespace.
@Kind(group = "", namespaced = false, shortNames = "ns")
public record Namespace(Metadata metadata, @Nullable Spec spec, @Nullable Status status)
        implements Resource {
    /// The kind.
    public static final ResourceType<Namespace> TYPE = ResourceType.of(Namespace.class);

    /// A new namespace.
    public static Namespace of(String name) {
        return new Namespace(Metadata.of("", name), null, null);
    }

    /// What the namespace waits for when it is deleted.
    public record Spec(List<String> finalizers) {}

    /// Where the namespace is in its life.
    ///
    /// @param phase `Active` or `Terminating`
    public record Status(@Nullable String phase, List<Condition> conditions) {}
}
