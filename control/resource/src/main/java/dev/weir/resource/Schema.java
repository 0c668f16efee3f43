package dev.weir.resource;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A structural schema (apiextensions v1 `JSONSchemaProps`, the structural subset): what a kind's
/// JSON may hold. [#of(Json.Obj)] reads one out of a CustomResourceDefinition, [#json()] writes it
/// back.
///
/// @param type `object`, `array`, `string`, `integer`, `number`, `boolean`; empty where any type is
///   allowed
/// @param properties the members of an object, in declaration order
/// @param additionalProperties the schema of further members, or null where there are none
/// @param items the schema of an array's items
/// @param rest every other keyword as it stands: `pattern`, `minimum`, `enum`, `x-kubernetes-*`,
///   `anyOf`, ...
public record Schema(
        String type,
        String description,
        SequencedMap<String, Schema> properties,
        @Nullable Schema additionalProperties,
        @Nullable Schema items,
        List<String> required,
        @Nullable Json defaultValue,
        Json.Obj rest) {

    /// The schema that accepts every object and keeps its members.
    public static final Schema ANY =
            of("object").with("x-kubernetes-preserve-unknown-fields", Json.of(true));

    private static final Set<String> OWN =
            Set.of(
                    "type",
                    "description",
                    "properties",
                    "additionalProperties",
                    "items",
                    "required",
                    "default");

    /// Copies the collections.
    public Schema {
        properties = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(properties));
        required = List.copyOf(required);
    }

    /// The schema of a bare type.
    public static Schema of(String type) {
        return new Schema(
                type, "", new LinkedHashMap<>(), null, null, List.of(), null, Json.Obj.EMPTY);
    }

    /// The schema in a `JSONSchemaProps` object.
    ///
    /// @throws JsonException when a keyword has the wrong type; the message has its path
    public static Schema of(Json.Obj json) {
        return read(json, "schema");
    }

    private static Schema read(Json json, String path) {
        if (!(json instanceof Json.Obj object)) {
            throw new JsonException(path + ": expected an object, found " + json.kind());
        }
        var properties = new LinkedHashMap<String, Schema>();
        member(object, "properties", path, Json.Obj.class, Json.Obj.EMPTY)
                .members()
                .forEach((name, value) ->
                        properties.put(name, read(value, path + ".properties." + name)));
        var rest = new LinkedHashMap<>(object.members());
        rest.keySet().removeAll(OWN);
        return new Schema(
                member(object, "type", path, Json.Str.class, new Json.Str("")).value(),
                member(object, "description", path, Json.Str.class, new Json.Str("")).value(),
                properties,
                additional(object, path),
                object.get("items") instanceof Json items ? read(items, path + ".items") : null,
                member(object, "required", path, Json.Arr.class, Json.Arr.EMPTY).strings(),
                object.get("default"),
                new Json.Obj(rest));
    }

    private static @Nullable Schema additional(Json.Obj object, String path) {
        return switch (object.get("additionalProperties")) {
            case null -> null;
            case Json.Bool flag -> flag.value() ? of("") : null;
            case Json json -> read(json, path + ".additionalProperties");
        };
    }

    private static <T extends Json> T member(
            Json.Obj object, String name, String path, Class<T> type, T absent) {
        var value = object.get(name);
        if (value == null) {
            return absent;
        }
        if (!type.isInstance(value)) {
            throw new JsonException(
                    path + "." + name + ": expected " + absent.kind() + ", found " + value.kind());
        }
        return type.cast(value);
    }

    /// The `JSONSchemaProps` form, keywords in alphabetical order, members in declaration order.
    public Json.Obj json() {
        var keywords = new TreeMap<String, Json>(rest.members());
        if (!type.isEmpty()) {
            keywords.put("type", Json.of(type));
        }
        if (!description.isEmpty()) {
            keywords.put("description", Json.of(description));
        }
        if (!properties.isEmpty()) {
            var members = new LinkedHashMap<String, Json>();
            properties.forEach((name, schema) -> members.put(name, schema.json()));
            keywords.put("properties", new Json.Obj(members));
        }
        if (additionalProperties != null) {
            keywords.put("additionalProperties", additionalProperties.json());
        }
        if (items != null) {
            keywords.put("items", items.json());
        }
        if (!required.isEmpty()) {
            keywords.put("required", Json.strings(required));
        }
        if (defaultValue != null) {
            keywords.put("default", defaultValue);
        }
        return new Json.Obj(new LinkedHashMap<>(keywords));
    }

    /// This schema with one more keyword.
    public Schema with(String keyword, Json value) {
        return new Schema(
                type,
                description,
                properties,
                additionalProperties,
                items,
                required,
                defaultValue,
                rest.with(keyword, value));
    }

    /// Whether a vendor switch such as `x-kubernetes-int-or-string` is on.
    public boolean is(String keyword) {
        return rest.get(keyword) instanceof Json.Bool flag && flag.value();
    }

    /// The schema of an object with these members.
    static Schema object(SequencedMap<String, Schema> properties, List<String> required) {
        return new Schema("object", "", properties, null, null, required, null, Json.Obj.EMPTY);
    }

    /// The schema of a list.
    static Schema list(Schema items) {
        return new Schema(
                "array", "", new LinkedHashMap<>(), null, items, List.of(), null, Json.Obj.EMPTY);
    }

    /// The schema of a map from strings.
    static Schema map(Schema values) {
        return new Schema(
                "object", "", new LinkedHashMap<>(), values, null, List.of(), null, Json.Obj.EMPTY);
    }

    /// This schema with what an annotation says of the values.
    Schema with(Field field) {
        var keywords = new LinkedHashMap<>(rest.members());
        put(keywords, "minimum", field.minimum());
        put(keywords, "maximum", field.maximum());
        putText(keywords, "format", field.format());
        boolean list = type.equals("array");
        if (field.minLength() > 0) {
            keywords.put(list ? "minItems" : "minLength", Json.of(field.minLength()));
        }
        if (field.maxLength() >= 0) {
            keywords.put(list ? "maxItems" : "maxLength", Json.of(field.maxLength()));
        }
        if (field.set()) {
            keywords.put("x-kubernetes-list-type", Json.of("set"));
        }
        if (field.listMapKeys().length > 0) {
            keywords.put("x-kubernetes-list-type", Json.of("map"));
            keywords.put("x-kubernetes-list-map-keys", Json.strings(List.of(field.listMapKeys())));
        }
        var each = items;
        if (!list) {
            putText(keywords, "pattern", field.pattern());
        } else if (each != null && !field.pattern().isEmpty()) {
            each = each.with("pattern", Json.of(field.pattern()));
        }
        var given = field.defaultJson().isEmpty() ? defaultValue : Json.parse(field.defaultJson());
        var text = field.description().isEmpty() ? description : field.description();
        return new Schema(
                type,
                text,
                properties,
                additionalProperties,
                each,
                required,
                given,
                new Json.Obj(keywords));
    }

    private static void put(Map<String, Json> keywords, String name, double value) {
        if (Double.isFinite(value)) {
            boolean whole = value == Math.rint(value) && Math.abs(value) < 1L << 53;
            keywords.put(name, whole ? Json.of((long) value) : new Json.Dec(value));
        }
    }

    private static void putText(Map<String, Json> keywords, String name, String value) {
        if (!value.isEmpty()) {
            keywords.put(name, Json.of(value));
        }
    }

    /// The schema of a string that is one of these.
    static Schema choice(List<String> values) {
        return of("string")
                .with("enum", new Json.Arr(new ArrayList<Json>(Json.strings(values).items())));
    }
}
