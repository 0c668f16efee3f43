package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.ResourceType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;

/// The `components.schemas` of a document, with all that they refer to.
final class OpenApiComponents {
    private static final String META = TypeTable.META;
    private static final String TIME = META + "Time";
    private static final String MICROTIME = META + "MicroTime";

    private final TreeMap<String, Json> schemas = new TreeMap<>();

    /// The schemas, by name.
    Json.Obj schemas() {
        return new Json.Obj(schemas);
    }

    /// The name of a kind's schema: the table's, or the group turned round.
    static String name(ResourceType.Names names) {
        for (var row : TypeTable.BUILT_IN.kinds()) {
            if (row.names().equals(names)) {
                return row.type();
            }
        }
        var labels = new ArrayList<>(Arrays.asList(names.group().split("\\.")));
        Collections.reverse(labels);
        return String.join(".", labels) + "." + names.version() + "." + names.kind();
    }

    /// Adds a kind, its list, and what they refer to.
    void add(OpenApi.Type type) {
        var names = type.names();
        var name = name(names);
        for (var shared : List.of("ObjectMeta", "ListMeta", "DeleteOptions", "Status")) {
            message(META + shared);
        }
        schemas.put(
                META + "Patch",
                Json.Obj.of("description", Json.of("A patch.")).with("type", Json.of("object")));
        if (BuiltIns.find(names).isPresent()) {
            message(name);
            schemas.put(
                    name,
                    kind(names, java.util.Objects.requireNonNull(schemas.get(name)).asObject()));
        } else {
            schemas.put(name, kind(names, type.schema().json()));
        }
        schemas.put(name + "List", list(names, name));
    }

    private Json kind(ResourceType.Names names, Json.Obj schema) {
        var properties = new LinkedHashMap<String, Json>();
        properties.put("apiVersion", text("The group and version of this form."));
        properties.put("kind", text("The kind, in CamelCase."));
        properties.put("metadata", reference(META + "ObjectMeta", "Standard object metadata."));
        schema.object("properties").members().forEach(properties::putIfAbsent);
        return schema.with("properties", new Json.Obj(properties))
                .with("x-kubernetes-group-version-kind", new Json.Arr(List.of(gvk(names, ""))));
    }

    private static Json list(ResourceType.Names names, String item) {
        var properties = new LinkedHashMap<String, Json>();
        properties.put("apiVersion", text("The group and version of this form."));
        properties.put(
                "items",
                Json.Obj.of("description", Json.of("The objects."))
                        .with("type", Json.of("array"))
                        .with("items", ref(item)));
        properties.put("kind", text("The kind, in CamelCase."));
        properties.put("metadata", reference(META + "ListMeta", "Standard list metadata."));
        return Json.Obj.of("description", Json.of("A list of " + names.kind() + " objects."))
                .with("type", Json.of("object"))
                .with("required", Json.strings(List.of("items")))
                .with("properties", new Json.Obj(properties))
                .with("x-kubernetes-group-version-kind", new Json.Arr(List.of(gvk(names, "List"))));
    }

    /// The `x-kubernetes-group-version-kind` of a kind.
    static Json.Obj gvk(ResourceType.Names names, String suffix) {
        return Json.Obj.of("group", Json.of(names.group()))
                .with("kind", Json.of(names.kind() + suffix))
                .with("version", Json.of(names.version()));
    }

    private static Json.Obj text(String description) {
        return Json.Obj.of("description", Json.of(description)).with("type", Json.of("string"));
    }

    static Json.Obj ref(String name) {
        return Json.Obj.of("$ref", Json.of("#/components/schemas/" + name));
    }

    private static Json.Obj reference(String name, String description) {
        return Json.Obj.of("description", Json.of(description))
                .with("allOf", new Json.Arr(List.of(ref(name))));
    }

    private void message(String name) {
        if (schemas.containsKey(name)) {
            return;
        }
        schemas.put(name, Json.Obj.EMPTY);
        var message = TypeTable.BUILT_IN.message(name);
        var schema = Json.Obj.of("description", Json.of(message.description()));
        if (message.union()) {
            schemas.put(name, schema);
            return;
        }
        var properties = new TreeMap<String, Json>();
        var required = new ArrayList<String>();
        for (var member : message.members().values()) {
            properties.put(member.name(), member(member));
            if (member.required()) {
                required.add(member.name());
            }
        }
        schema = schema.with("type", Json.of("object"));
        if (!required.isEmpty()) {
            schema = schema.with("required", Json.strings(required));
        }
        schemas.put(name, schema.with("properties", new Json.Obj(properties)));
    }

    private Json member(Member member) {
        var value = shape(member.shape());
        var out = Json.Obj.of("description", Json.of(member.description()));
        if (value.has("$ref")) {
            out = out.with("allOf", new Json.Arr(List.of(value)));
        } else {
            for (var entry : value.members().entrySet()) {
                out = out.with(entry.getKey(), entry.getValue());
            }
        }
        if (!member.patchStrategy().isEmpty()) {
            out = out.with("x-kubernetes-patch-strategy", Json.of(member.patchStrategy()));
        }
        if (!member.mergeKey().isEmpty()) {
            out = out.with("x-kubernetes-patch-merge-key", Json.of(member.mergeKey()));
        }
        return out;
    }

    private Json.Obj shape(Shape shape) {
        return switch (shape) {
            case Shape.Ref(var type) -> {
                message(type);
                yield ref(type);
            }
            case Shape.ListOf(var item) -> type("array", "").with("items", shape(item));
            case Shape.MapOf(var item) ->
                    type("object", "").with("additionalProperties", shape(item));
            case Shape.Scalar scalar -> scalar(scalar);
        };
    }

    private Json.Obj scalar(Shape.Scalar scalar) {
        return switch (scalar) {
            case STRING -> type("string", "");
            case BOOL -> type("boolean", "");
            case INT32 -> type("integer", "int32");
            case INT64 -> type("integer", "int64");
            case DOUBLE -> type("number", "double");
            case BYTES -> type("string", "byte");
            case TIME -> time(TIME);
            case MICROTIME -> time(MICROTIME);
            case JSON -> type("object", "");
            case STRINGS -> type("array", "").with("items", type("string", ""));
        };
    }

    private Json.Obj time(String name) {
        schemas.put(
                name,
                Json.Obj.of("description", Json.of("A time, as RFC 3339 writes it."))
                        .with("type", Json.of("string"))
                        .with("format", Json.of("date-time")));
        return ref(name);
    }

    private static Json.Obj type(String type, String format) {
        var out = Json.Obj.of("type", Json.of(type));
        return format.isEmpty() ? out : out.with("format", Json.of(format));
    }
}
