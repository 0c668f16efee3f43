package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.ResourceType;
import java.util.List;
import java.util.Optional;

/// The kinds that every server serves.
final class BuiltIns {
    private static final List<BuiltIn> ALL =
            TypeTable.BUILT_IN.kinds().stream()
                    .filter(row -> !row.verbs().isEmpty())
                    .map(row ->
                            new BuiltIn(
                                    row.names(),
                                    TypeSchemas.ofKind(TypeTable.BUILT_IN, row.type()),
                                    row.verbs()))
                    .toList();

    private BuiltIns() {}

    /// All of them, in the order of the table.
    static List<BuiltIn> all() {
        return ALL;
    }

    /// The kind with those names' group, version and kind; empty for a custom kind.
    static Optional<BuiltIn> find(ResourceType.Names names) {
        return ALL.stream()
                .filter(builtIn ->
                        builtIn.names().group().equals(names.group())
                                && builtIn.names().version().equals(names.version())
                                && builtIn.names().kind().equals(names.kind()))
                .findFirst();
    }

    /// Whether a group has a kind of that name, in any version.
    static boolean isKind(String group, String kind) {
        return ALL.stream()
                .anyMatch(builtIn ->
                        builtIn.names().group().equals(group)
                                && builtIn.names().kind().equals(kind));
    }

    /// The object as Kubernetes' typed codecs write it back: unknown members, nulls and empty
    /// optional members gone, times and base64 in their canonical form. For a custom kind that is
    /// so for `metadata`; all else stays as it is. It is the only check of a built-in object's
    /// types: [SchemaRules#validate] is for custom kinds.
    ///
    /// @param unknownPaths gets the path of each unknown member, such as `metadata.foo`
    /// @throws dev.weir.resource.StatusException `BadRequest` when a member has the wrong type
    static Json.Obj canonical(
            ResourceType.Names names, Json.Obj object, List<String> unknownPaths) {
        var group = names.group();
        var apiVersion = group.isEmpty() ? names.version() : group + "/" + names.version();
        return new Canonical(names.kind(), names.version(), unknownPaths)
                .object(TypeTable.BUILT_IN.kind(apiVersion, names.kind()), object);
    }
}
