package dev.weir.resource;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The part that all resources share: Kubernetes' `ObjectMeta`.
///
/// Absent strings are empty, absent collections are empty. What the server owns (`uid`,
/// `resourceVersion`, `generation`, both timestamps) a client reads and sends back unchanged.
///
/// @param namespace empty for cluster-scoped kinds
/// @param resourceVersion the store revision of the last change, decimal; empty on a new object
/// @param generation counts changes of the wish (`spec`), from 1; 0 on a new object
/// @param deletionTimestamp when deletion was asked for; the object stays until its finalizers are
///   gone
/// @param rest members of the JSON form that this record has no component for (`managedFields`,
///   `selfLink`), kept as they came
public record Metadata(
        String name,
        String generateName,
        String namespace,
        String uid,
        String resourceVersion,
        long generation,
        @Nullable Instant creationTimestamp,
        @Nullable Instant deletionTimestamp,
        @Nullable Long deletionGracePeriodSeconds,
        Map<String, String> labels,
        Map<String, String> annotations,
        List<OwnerReference> ownerReferences,
        List<String> finalizers,
        Json.Obj rest) {

    /// Copies the collections.
    public Metadata {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        ownerReferences = List.copyOf(ownerReferences);
        finalizers = List.copyOf(finalizers);
    }

    /// A new object's metadata in a namespace; the empty namespace for cluster-scoped kinds.
    public static Metadata of(String namespace, String name) {
        return of(namespace, name, "");
    }

    /// A new object's metadata without a name: the server makes one that begins with the prefix.
    public static Metadata generated(String namespace, String prefix) {
        return of(namespace, "", prefix);
    }

    private static Metadata of(String namespace, String name, String generateName) {
        return new Metadata(
                name,
                generateName,
                namespace,
                "",
                "",
                0,
                null,
                null,
                null,
                Map.of(),
                Map.of(),
                List.of(),
                List.of(),
                Json.Obj.EMPTY);
    }

    /// Whether deletion was asked for.
    public boolean deleting() {
        return deletionTimestamp != null;
    }

    /// This metadata with one label set.
    public Metadata withLabel(String key, String value) {
        var copy = new LinkedHashMap<>(labels);
        copy.put(key, value);
        return copy(copy, annotations, ownerReferences, finalizers, resourceVersion);
    }

    /// This metadata with one annotation set.
    public Metadata withAnnotation(String key, String value) {
        var copy = new LinkedHashMap<>(annotations);
        copy.put(key, value);
        return copy(labels, copy, ownerReferences, finalizers, resourceVersion);
    }

    /// This metadata with the finalizer, once.
    public Metadata withFinalizer(String finalizer) {
        return finalizers.contains(finalizer)
                ? this
                : copy(
                        labels,
                        annotations,
                        ownerReferences,
                        changed(
                                finalizers,
                                list -> {
                                    list.add(finalizer);
                                    return list;
                                }),
                        resourceVersion);
    }

    /// This metadata without the finalizer.
    public Metadata withoutFinalizer(String finalizer) {
        return copy(
                labels,
                annotations,
                ownerReferences,
                changed(
                        finalizers,
                        list -> {
                            list.remove(finalizer);
                            return list;
                        }),
                resourceVersion);
    }

    /// This metadata with one more owner; an owner of the same uid is replaced.
    public Metadata withOwner(OwnerReference owner) {
        return copy(
                labels,
                annotations,
                changed(
                        ownerReferences,
                        list -> {
                            list.removeIf(old -> old.uid().equals(owner.uid()));
                            list.add(owner);
                            return list;
                        }),
                finalizers,
                resourceVersion);
    }

    /// This metadata at another resource version; the empty one drops the optimistic lock.
    public Metadata withResourceVersion(String version) {
        return copy(labels, annotations, ownerReferences, finalizers, version);
    }

    private static <T> List<T> changed(List<T> list, UnaryOperator<List<T>> change) {
        return change.apply(new ArrayList<>(list));
    }

    private Metadata copy(
            Map<String, String> newLabels,
            Map<String, String> newAnnotations,
            List<OwnerReference> newOwners,
            List<String> newFinalizers,
            String newVersion) {
        return new Metadata(
                name,
                generateName,
                namespace,
                uid,
                newVersion,
                generation,
                creationTimestamp,
                deletionTimestamp,
                deletionGracePeriodSeconds,
                newLabels,
                newAnnotations,
                newOwners,
                newFinalizers,
                rest);
    }
}
