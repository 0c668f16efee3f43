package dev.weir.apiserver;

import dev.weir.resource.Json;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What still is in a namespace that is going away, and what holds it there.
final class Remains {
    private final TreeMap<String, Integer> objects = new TreeMap<>();
    private final TreeMap<String, Integer> finalizers = new TreeMap<>();

    void add(Served kind, Json.Obj object) {
        var names = kind.names();
        objects.merge(names.plural() + "." + names.group(), 1, Integer::sum);
        for (var finalizer : object.object("metadata").array("finalizers").strings()) {
            finalizers.merge(finalizer, 1, Integer::sum);
        }
    }

    boolean none() {
        return objects.isEmpty();
    }

    /// The namespace with conditions that tell of it, by the names that Kubernetes has for them.
    Json.Obj tell(Json.Obj namespace, Instant now) {
        var conditions =
                List.of(
                        Conditions.of(
                                namespace,
                                "NamespaceDeletionDiscoveryFailure",
                                false,
                                "ResourcesDiscovered",
                                "All resources successfully discovered",
                                now),
                        Conditions.of(
                                namespace,
                                "NamespaceDeletionGroupVersionParsingFailure",
                                false,
                                "ParsedGroupVersions",
                                "All legacy kube types successfully parsed",
                                now),
                        Conditions.of(
                                namespace,
                                "NamespaceDeletionContentFailure",
                                false,
                                "ContentDeleted",
                                "All content successfully deleted, may be waiting on finalization",
                                now),
                        content(namespace, now),
                        waiting(namespace, now));
        var status = namespace.object("status").with("conditions", new Json.Arr(conditions));
        return namespace.with("status", status);
    }

    private Json content(Json.Obj namespace, Instant now) {
        var type = "NamespaceContentRemaining";
        return objects.isEmpty()
                ? Conditions.of(
                        namespace,
                        type,
                        false,
                        "ContentRemoved",
                        "All content successfully removed",
                        now)
                : Conditions.of(
                        namespace,
                        type,
                        true,
                        "SomeResourcesRemain",
                        "Some resources are remaining: "
                                + counted(objects, " has %d resource instances"),
                        now);
    }

    private Json waiting(Json.Obj namespace, Instant now) {
        var type = "NamespaceFinalizersRemaining";
        return finalizers.isEmpty()
                ? Conditions.of(
                        namespace,
                        type,
                        false,
                        "ContentHasNoFinalizers",
                        "All content-preserving finalizers finished",
                        now)
                : Conditions.of(
                        namespace,
                        type,
                        true,
                        "SomeFinalizersRemain",
                        "Some content in the namespace has finalizers remaining: "
                                + counted(finalizers, " in %d resource instances"),
                        now);
    }

    private static String counted(TreeMap<String, Integer> counts, String text) {
        return counts.entrySet().stream()
                .map(each -> each.getKey() + text.formatted(each.getValue()))
                .collect(Collectors.joining(", "));
    }
}
