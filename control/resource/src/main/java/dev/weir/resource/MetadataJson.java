package dev.weir.resource;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The way between [Metadata] and its JSON form.
final class MetadataJson {
    private MetadataJson() {}

    static Json.Obj write(Metadata metadata) {
        var members = new LinkedHashMap<String, Json>();
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
        if (metadata.deletionGracePeriodSeconds() != null) {
            members.put(
                    "deletionGracePeriodSeconds", Json.of(metadata.deletionGracePeriodSeconds()));
        }
        put(members, "labels", metadata.labels());
        put(members, "annotations", metadata.annotations());
        if (!metadata.ownerReferences().isEmpty()) {
            var owners = metadata.ownerReferences().stream().<Json>map(MetadataJson::owner);
            members.put("ownerReferences", new Json.Arr(owners.toList()));
        }
        if (!metadata.finalizers().isEmpty()) {
            members.put("finalizers", Json.strings(metadata.finalizers()));
        }
        members.putAll(metadata.rest().members());
        return new Json.Obj(members);
    }

    private static void put(SequencedMap<String, Json> members, String name, String value) {
        if (!value.isEmpty()) {
            members.put(name, Json.of(value));
        }
    }

    private static void put(
            SequencedMap<String, Json> members, String name, @Nullable Instant time) {
        if (time != null) {
            members.put(name, Json.of(Times.seconds(time)));
        }
    }

    private static void put(
            SequencedMap<String, Json> members, String name, Map<String, String> values) {
        if (!values.isEmpty()) {
            var copy = new LinkedHashMap<String, Json>();
            new TreeMap<>(values).forEach((key, value) -> copy.put(key, Json.of(value)));
            members.put(name, new Json.Obj(copy));
        }
    }

    private static Json.Obj owner(OwnerReference owner) {
        var members = new LinkedHashMap<String, Json>();
        members.put("apiVersion", Json.of(owner.apiVersion()));
        members.put("kind", Json.of(owner.kind()));
        members.put("name", Json.of(owner.name()));
        members.put("uid", Json.of(owner.uid()));
        if (owner.controller()) {
            members.put("controller", Json.of(true));
        }
        if (owner.blockOwnerDeletion()) {
            members.put("blockOwnerDeletion", Json.of(true));
        }
        return new Json.Obj(members);
    }

    /// The metadata of an object; empty metadata where it has none.
    static Metadata member(Json.Obj object) {
        var json = object.get("metadata");
        try {
            return json == null || json == Json.NULL ? Metadata.of("", "") : read(json);
        } catch (JsonException e) {
            throw e.in("metadata");
        }
    }

    static Metadata read(Json json) {
        var reader = new Reader(json.asObject());
        return new Metadata(
                reader.string("name"),
                reader.string("generateName"),
                reader.string("namespace"),
                reader.string("uid"),
                reader.string("resourceVersion"),
                reader.integer("generation") instanceof Long generation ? generation : 0,
                reader.time("creationTimestamp"),
                reader.time("deletionTimestamp"),
                reader.integer("deletionGracePeriodSeconds"),
                reader.strings("labels"),
                reader.strings("annotations"),
                reader.owners(),
                reader.finalizers(),
                reader.rest());
    }

    private static JsonException wrong(String expected, Json found) {
        return new JsonException("expected " + expected + ", found " + found.kind());
    }

    /// Takes the known members out of an object.
    private static final class Reader {
        private final SequencedMap<String, Json> left;

        Reader(Json.Obj json) {
            left = new LinkedHashMap<>(json.members());
        }

        private @Nullable Json take(String name) {
            var value = left.remove(name);
            return value == Json.NULL ? null : value;
        }

        String string(String name) {
            return text(name, take(name), "");
        }

        private static String text(String name, @Nullable Json value, String otherwise) {
            return switch (value) {
                case null -> otherwise;
                case Json.Str string -> string.value();
                default ->
                        throw new JsonException("expected a string, found " + value.kind())
                                .in(name);
            };
        }

        @Nullable Long integer(String name) {
            return switch (take(name)) {
                case null -> null;
                case Json.Int number -> number.value();
                case Json value -> throw wrong("an integer", value).in(name);
            };
        }

        @Nullable Instant time(String name) {
            var value = take(name);
            try {
                return value == null ? null : Times.instant(text(name, value, ""));
            } catch (DateTimeException e) {
                throw new JsonException(String.valueOf(e.getMessage())).in(name);
            }
        }

        Map<String, String> strings(String name) {
            var value = take(name);
            if (value == null) {
                return Map.of();
            }
            var result = new LinkedHashMap<String, String>();
            try {
                value.asObject().members().forEach((k, v) -> result.put(k, text(k, v, "")));
            } catch (JsonException e) {
                throw e.in(name);
            }
            return result;
        }

        List<OwnerReference> owners() {
            return list("ownerReferences", MetadataJson::readOwner);
        }

        List<String> finalizers() {
            return list("finalizers", item -> text("", item, ""));
        }

        private <T> List<T> list(String name, Function<Json, T> read) {
            var value = take(name);
            if (value == null) {
                return List.of();
            }
            if (!(value instanceof Json.Arr array)) {
                throw wrong("an array", value).in(name);
            }
            var result = new ArrayList<T>();
            for (var item : array.items()) {
                try {
                    result.add(read.apply(item));
                } catch (JsonException e) {
                    throw e.in(result.size()).in(name);
                }
            }
            return result;
        }

        Json.Obj rest() {
            return left.isEmpty() ? Json.Obj.EMPTY : new Json.Obj(left);
        }
    }

    private static OwnerReference readOwner(Json json) {
        var owner = json.asObject();
        return new OwnerReference(
                owner.string("apiVersion"),
                owner.string("kind"),
                owner.string("name"),
                owner.string("uid"),
                owner.get("controller") instanceof Json.Bool(var flag) && flag,
                owner.get("blockOwnerDeletion") instanceof Json.Bool(var flag) && flag);
    }
}
