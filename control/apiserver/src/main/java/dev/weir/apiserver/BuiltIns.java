package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.ResourceType;
import java.util.List;
import java.util.Optional;

/// The kinds that every server serves.
final class BuiltIns {
    private BuiltIns() {}

    /// All of them, in the order of the table.
    static List<BuiltIn> all() {
        return List.of();
    }

    /// The kind with those names' group, version and kind; empty for a custom kind.
    static Optional<BuiltIn> find(ResourceType.Names names) {
        return all().stream()
                .filter(builtIn ->
                        builtIn.names().group().equals(names.group())
                                && builtIn.names().version().equals(names.version())
                                && builtIn.names().kind().equals(names.kind()))
                .findFirst();
    }

    /// The object as Kubernetes' typed codecs write it back: unknown members, nulls and empty
    /// optional members gone, times and base64 in their canonical form. For a custom kind that is
    /// so for `apiVersion`, `kind` and `metadata`; all else stays as it is.
    ///
    /// @param unknownPaths gets the path of each unknown member, such as `metadata.foo`
    /// @throws dev.weir.resource.StatusException `BadRequest` when a member has the wrong type
    static Json.Obj canonical(
            ResourceType.Names names, Json.Obj object, List<String> unknownPaths) {
        return object;
    }
}
