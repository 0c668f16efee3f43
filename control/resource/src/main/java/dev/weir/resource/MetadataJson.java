package dev.weir.resource;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The JSON form of [Metadata], members in Kubernetes' alphabetical order.
final class MetadataJson {
    private static final Set<String> OWN =
            Set.of(
                    "name",
                    "generateName",
                    "namespace",
                    "uid",
                    "resourceVersion",
                    "generation",
                    "creationTimestamp",
                    "deletionTimestamp",
                    "deletionGracePeriodSeconds",
                    "labels",
                    "annotations",
                    "ownerReferences",
                    "finalizers");

    private MetadataJson() {}

    static Metadata read(Json.Obj json, String path) {
        var rest = new LinkedHashMap<>(json.members());
        rest.keySet().removeAll(OWN);
        return new Metadata(
                text(json, "name", path),
                text(json, "generateName", path),
                text(json, "namespace", path),
                text(json, "uid", path),
                text(json, "resourceVersion", path),
                json.integer("generation", 0),
                time(json, "creationTimestamp", path),
                time(json, "deletionTimestamp", path),
                json.get("deletionGracePeriodSeconds") instanceof Json.Int seconds
                        ? seconds.value()
                        : null,
                texts(json, "labels", path),
                texts(json, "annotations", path),
                owners(json, path),
                json.array("finalizers").strings(),
                new Json.Obj(rest));
    }

    static Json.Obj write(Metadata metadata) {
        var members = new TreeMap<String, Json>(metadata.rest().members());
        put(members, "name", metadata.name());
        put(members, "generateName", metadata.generateName());
        put(members, "namespace", metadata.namespace());
        put(members, "uid", metadata.uid());
        put(members, "resourceVersion", metadata.resourceVersion());
        if (metadata.generation() != 0) {
            members.put("generation", Json.of(metadata.generation()));
        }
        put(members, "creationTimestamp", metadata.creationTimestamp());
        put(members, "deletionTimestamp", metadata.deletionTimestamp());
        if (metadata.deletionGracePeriodSeconds() instanceof Long seconds) {
            members.put("deletionGracePeriodSeconds", Json.of(seconds));
        }
        put(members, "labels", metadata.labels());
        put(members, "annotations", metadata.annotations());
        if (!metadata.ownerReferences().isEmpty()) {
            members.put(
                    "ownerReferences",
                    new Json.Arr(
                            metadata.ownerReferences().stream()
                                    .<Json>map(MetadataJson::owner)
                                    .toList()));
        }
        if (!metadata.finalizers().isEmpty()) {
            members.put("finalizers", Json.strings(metadata.finalizers()));
        }
        return new Json.Obj(new LinkedHashMap<>(members));
    }

    private static Json.Obj owner(OwnerReference owner) {
        var members = new LinkedHashMap<String, Json>();
        members.put("apiVersion", Json.of(owner.apiVersion()));
        if (owner.blockOwnerDeletion()) {
            members.put("blockOwnerDeletion", Json.of(true));
        }
        if (owner.controller()) {
            members.put("controller", Json.of(true));
        }
        members.put("kind", Json.of(owner.kind()));
        members.put("name", Json.of(owner.name()));
        members.put("uid", Json.of(owner.uid()));
        return new Json.Obj(members);
    }

    private static List<OwnerReference> owners(Json.Obj json, String path) {
        var owners = new ArrayList<OwnerReference>();
        for (var item : json.array("ownerReferences").items()) {
            var owner =
                    Mapper.cast(
                            Json.Obj.class, item, path + ".ownerReferences[" + owners.size() + "]");
            owners.add(
                    new OwnerReference(
                            owner.string("apiVersion"),
                            owner.string("kind"),
                            owner.string("name"),
                            owner.string("uid"),
                            owner.get("controller") == Json.Bool.TRUE,
                            owner.get("blockOwnerDeletion") == Json.Bool.TRUE));
        }
        return owners;
    }

    private static String text(Json.Obj json, String name, String path) {
        return switch (json.get(name)) {
            case null -> "";
            case Json.Null _ -> "";
            case Json value -> Mapper.cast(Json.Str.class, value, path + "." + name).value();
        };
    }

    private static Map<String, String> texts(Json.Obj json, String name, String path) {
        var texts = new LinkedHashMap<String, String>();
        json.object(name)
                .members()
                .forEach((key, value) ->
                        texts.put(
                                key,
                                Mapper.cast(Json.Str.class, value, path + "." + name + "." + key)
                                        .value()));
        return texts;
    }

    private static @Nullable Instant time(Json.Obj json, String name, String path) {
        var text = text(json, name, path);
        try {
            return text.isEmpty() ? null : Times.instant(text);
        } catch (DateTimeException e) {
            throw new JsonException(path + "." + name + ": " + e.getMessage());
        }
    }

    private static void put(Map<String, Json> members, String name, String value) {
        if (!value.isEmpty()) {
            members.put(name, Json.of(value));
        }
    }

    private static void put(Map<String, Json> members, String name, @Nullable Instant value) {
        if (value != null) {
            members.put(name, Json.of(Times.text(value)));
        }
    }

    private static void put(Map<String, Json> members, String name, Map<String, String> values) {
        if (!values.isEmpty()) {
            var sorted = new LinkedHashMap<String, Json>();
            new TreeMap<>(values).forEach((key, value) -> sorted.put(key, Json.of(value)));
            members.put(name, new Json.Obj(sorted));
        }
    }
}
