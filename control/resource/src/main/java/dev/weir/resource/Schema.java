package dev.weir.resource;

import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
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
            new Schema(
                    "object",
                    "",
                    java.util.Collections.emptyNavigableMap(),
                    null,
                    null,
                    List.of(),
                    null,
                    Json.object(Map.of("x-kubernetes-preserve-unknown-fields", Json.of(true))));

    /// Copies the collections.
    public Schema {
        properties =
                java.util.Collections.unmodifiableSequencedMap(
                        new java.util.LinkedHashMap<>(properties));
        required = List.copyOf(required);
    }

    /// The schema in a `JSONSchemaProps` object.
    ///
    /// @throws JsonException when a keyword has the wrong type; the message has its path
    public static Schema of(Json.Obj json) {
        throw new UnsupportedOperationException("resource: read schema " + json);
    }

    /// The `JSONSchemaProps` form, keywords in alphabetical order, members in declaration order.
    public Json.Obj json() {
        throw new UnsupportedOperationException("resource: write schema");
    }

    /// Whether a vendor switch such as `x-kubernetes-int-or-string` is on.
    public boolean is(String keyword) {
        return rest.get(keyword) instanceof Json.Bool flag && flag.value();
    }
}
