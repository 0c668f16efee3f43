package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// The structural schemas of the built-in types.
final class TypeSchemas {
    private static final String RECURSIVE = "JSONSchemaProps";

    private TypeSchemas() {}

    /// The schema of a stored object: that of its message, with `apiVersion` and `kind`.
    static Schema ofKind(TypeTable table, String type) {
        var properties = new LinkedHashMap<String, Schema>();
        properties.put("apiVersion", scalar("string", "", "The group and version of this form."));
        properties.put("kind", scalar("string", "", "The kind, in CamelCase."));
        return of(table, table.message(type), properties);
    }

    private static Schema of(
            TypeTable table, Message message, SequencedMap<String, Schema> properties) {
        var required = new ArrayList<String>();
        for (var member : message.members().values()) {
            properties.put(member.name(), member(table, member));
            if (member.required()) {
                required.add(member.name());
            }
        }
        return new Schema(
                "object",
                message.description(),
                properties,
                null,
                null,
                required,
                null,
                Json.Obj.EMPTY);
    }

    private static Schema member(TypeTable table, Member member) {
        var rest = new LinkedHashMap<String, Json>();
        if (!member.patchStrategy().isEmpty()) {
            rest.put("x-kubernetes-patch-strategy", Json.of(member.patchStrategy()));
        }
        if (!member.mergeKey().isEmpty()) {
            rest.put("x-kubernetes-patch-merge-key", Json.of(member.mergeKey()));
        }
        var schema = shape(table, member.shape());
        rest.putAll(schema.rest().members());
        return new Schema(
                schema.type(),
                member.description(),
                schema.properties(),
                schema.additionalProperties(),
                schema.items(),
                schema.required(),
                null,
                new Json.Obj(rest));
    }

    private static Schema shape(TypeTable table, Shape shape) {
        return switch (shape) {
            case Shape.Scalar scalar -> scalar(scalar);
            case Shape.Ref(var type) -> message(table, table.message(type));
            case Shape.ListOf(var item) -> container("array", null, shape(table, item));
            case Shape.MapOf(var value) -> container("object", shape(table, value), null);
        };
    }

    private static Schema message(TypeTable table, Message message) {
        if (message.shortName().startsWith(RECURSIVE)) {
            return new Schema(
                    message.union() ? "" : "object",
                    message.description(),
                    new LinkedHashMap<>(),
                    null,
                    null,
                    List.of(),
                    null,
                    Schema.ANY.rest());
        }
        return of(table, message, new LinkedHashMap<>());
    }

    private static Schema scalar(Shape.Scalar scalar) {
        return switch (scalar) {
            case STRING -> scalar("string", "", "");
            case BOOL -> scalar("boolean", "", "");
            case INT32 -> scalar("integer", "int32", "");
            case INT64 -> scalar("integer", "int64", "");
            case DOUBLE -> scalar("number", "double", "");
            case BYTES -> scalar("string", "byte", "");
            case TIME, MICROTIME -> scalar("string", "date-time", "");
            case JSON -> any();
            case STRINGS -> container("array", null, scalar("string", "", ""));
        };
    }

    private static Schema any() {
        return new Schema(
                "", "", new LinkedHashMap<>(), null, null, List.of(), null, Schema.ANY.rest());
    }

    private static Schema scalar(String type, String format, String description) {
        return new Schema(
                type,
                description,
                new LinkedHashMap<>(),
                null,
                null,
                List.of(),
                null,
                format.isEmpty() ? Json.Obj.EMPTY : Json.object(Map.of("format", Json.of(format))));
    }

    private static Schema container(
            String type,
            @org.jspecify.annotations.Nullable Schema values,
            @org.jspecify.annotations.Nullable Schema items) {
        return new Schema(
                type, "", new LinkedHashMap<>(), values, items, List.of(), null, Json.Obj.EMPTY);
    }
}
