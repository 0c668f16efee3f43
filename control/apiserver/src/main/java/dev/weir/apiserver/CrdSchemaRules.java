package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.JsonException;
import dev.weir.resource.Schema;
import dev.weir.resource.Status.Cause;
import java.util.ArrayList;
import java.util.List;

/// What the schema of a CustomResourceDefinition may say: no construct that the API does not know,
/// and the defaults must fit (ValidateCustomResourceDefinitionOpenAPISchema in
/// k8s.io/apiextensions-apiserver).
final class CrdSchemaRules {
    private static final List<String> TYPES =
            List.of("array", "boolean", "integer", "number", "object", "string");
    private static final List<String> UNKNOWN =
            List.of(
                    "id",
                    "additionalItems",
                    "patternProperties",
                    "definitions",
                    "dependencies",
                    "$ref");
    private static final String LIST_TYPE = "x-kubernetes-list-type";
    private static final String MAP_TYPE = "x-kubernetes-map-type";
    private static final String MAP_KEYS = "x-kubernetes-list-map-keys";

    private final List<Cause> causes = new ArrayList<>();
    private boolean convertible = true;

    /// The causes found.
    ///
    /// @param status whether the version has the `status` subresource
    static List<Cause> validate(Json.Obj schema, String path, boolean status) {
        var rules = new CrdSchemaRules();
        rules.node(schema, path);
        var causes = new ArrayList<Cause>();
        if (status && !schema.string("type").isEmpty() && !schema.string("type").equals("object")) {
            causes.add(
                    Causes.invalid(
                            path + ".type",
                            schema.string("type"),
                            "only \"object\" is allowed as the type at the root of the schema if the"
                                    + " status subresource is enabled"));
        }
        if (schema.get("nullable") == Json.Bool.TRUE) {
            causes.add(Causes.forbidden(path + ".nullable", "nullable cannot be true at the root"));
        }
        if (rules.convertible) {
            var structural = StructuralRules.validate(schema, path);
            causes.addAll(structural.isEmpty() ? defaults(schema, path) : structural);
        }
        causes.addAll(rules.causes);
        return causes;
    }

    private static List<Cause> defaults(Json.Obj json, String path) {
        try {
            var causes = new ArrayList<Cause>();
            defaults(Schema.of(json), path, causes);
            return causes;
        } catch (JsonException e) {
            return List.of(Causes.invalid(path, "", String.valueOf(e.getMessage())));
        }
    }

    private static void defaults(Schema schema, String path, List<Cause> causes) {
        var value = schema.defaultValue();
        if (value != null) {
            var field = path + ".default";
            var unknown = new ArrayList<String>();
            if (value instanceof Json.Obj object) {
                SchemaRules.prune(schema, object, unknown);
            }
            if (!unknown.isEmpty()) {
                causes.add(Causes.invalid(field, value, "must not have unknown fields"));
            } else {
                for (var cause : SchemaRules.validate(schema, value, "")) {
                    causes.add(
                            new Cause(
                                    cause.reason(),
                                    cause.message(),
                                    SchemaCheck.child(field, cause.field())
                                            .replaceAll("\\.$", "")));
                }
            }
        }
        schema.properties()
                .forEach((name, member) ->
                        defaults(member, path + ".properties[" + name + "]", causes));
        if (schema.additionalProperties() != null) {
            defaults(schema.additionalProperties(), path + ".additionalProperties", causes);
        }
        if (schema.items() != null) {
            defaults(schema.items(), path + ".items", causes);
        }
    }

    private void node(Json.Obj schema, String path) {
        keywords(schema, path);
        if (schema.get("uniqueItems") == Json.Bool.TRUE) {
            causes.add(
                    Causes.forbidden(
                            path + ".uniqueItems",
                            "uniqueItems cannot be set to true since the runtime complexity becomes"
                                    + " quadratic"));
        }
        if (!schema.object("properties").isEmpty()
                && schema.has("additionalProperties")
                && schema.get("additionalProperties") != Json.Bool.TRUE) {
            causes.add(
                    Causes.forbidden(
                            path + ".additionalProperties",
                            "additionalProperties and properties are mutual exclusive"));
        }
        children(schema, path);
        extensions(schema, path);
    }

    private void children(Json.Obj schema, String path) {
        for (var name : List.of("additionalProperties", "not", "items")) {
            if (schema.get(name) instanceof Json.Obj child) {
                node(child, path + "." + name);
            }
        }
        schema.object("properties")
                .members()
                .forEach((name, child) -> {
                    if (child instanceof Json.Obj object) {
                        node(object, path + ".properties[" + name + "]");
                    }
                });
        for (var name : List.of("allOf", "oneOf", "anyOf")) {
            var branches = schema.array(name).items();
            for (int i = 0; i < branches.size(); i++) {
                if (branches.get(i) instanceof Json.Obj branch) {
                    node(branch, path + "." + name + "[" + i + "]");
                }
            }
        }
    }

    private void keywords(Json.Obj schema, String path) {
        var type = schema.string("type");
        if (!type.isEmpty() && !TYPES.contains(type)) {
            causes.add(Causes.unsupported(path + ".type", Json.of(type), TYPES));
        }
        for (var name : UNKNOWN) {
            if (schema.has(name)) {
                unsupported(path + "." + name, name + " is not supported");
            }
        }
        if (type.equals("null")) {
            unsupported(
                    path + ".type", "type cannot be set to null, use nullable as an alternative");
        }
        if (schema.get("items") instanceof Json.Arr) {
            unsupported(path + ".items", "items must be a schema object and not an array");
        }
    }

    private void unsupported(String field, String detail) {
        convertible = false;
        causes.add(Causes.forbidden(field, detail));
    }

    private void extensions(Json.Obj schema, String path) {
        var preserve = "x-kubernetes-preserve-unknown-fields";
        if (schema.get(preserve) == Json.Bool.FALSE) {
            causes.add(
                    Causes.invalid(
                            path + "." + preserve, Json.of(false), "must be true or undefined"));
        }
        var type = schema.string("type");
        if (schema.get(MAP_TYPE) instanceof Json.Str(var mapType)) {
            mustBe(path, type, "object", MAP_TYPE);
            choice(path + "." + MAP_TYPE, mapType, List.of("atomic", "granular"));
        }
        if (schema.get(LIST_TYPE) instanceof Json.Str(var listType)) {
            mustBe(path, type, "array", LIST_TYPE);
            if (listType.equals("set")) {
                set(schema.object("items"), path + ".items");
            }
            choice(path + "." + LIST_TYPE, listType, List.of("atomic", "set", "map"));
        }
        keys(schema, path);
    }

    private void mustBe(String path, String type, String wanted, String keyword) {
        var detail = "must be " + wanted + " if " + keyword + " is specified";
        if (type.isEmpty()) {
            causes.add(Causes.required(path + ".type", detail));
        } else if (!type.equals(wanted)) {
            causes.add(Causes.invalid(path + ".type", type, detail));
        }
    }

    private void choice(String field, String value, List<String> choices) {
        if (!choices.contains(value)) {
            causes.add(Causes.unsupported(field, Json.of(value), choices));
        }
    }

    private void set(Json.Obj items, String path) {
        var keyword = items.string("type").equals("array") ? LIST_TYPE : MAP_TYPE;
        var value = items.string(keyword);
        var atomic =
                switch (items.string("type")) {
                    case "array" -> value.isEmpty() || value.equals("atomic");
                    case "object" -> value.equals("atomic");
                    default -> true;
                };
        if (!atomic) {
            var listType = items.get(LIST_TYPE);
            causes.add(
                    Causes.invalid(
                            path + "." + keyword,
                            listType == null ? Json.NULL : listType,
                            "must be atomic as item of a list with x-kubernetes-list-type=set"));
        }
    }

    private void keys(Json.Obj schema, String path) {
        var listType = schema.string(LIST_TYPE);
        var keys = schema.array(MAP_KEYS).strings();
        if (!keys.isEmpty() && !listType.equals("map")) {
            var detail = "must be map if x-kubernetes-list-map-keys is non-empty";
            causes.add(
                    listType.isEmpty()
                            ? Causes.required(path + "." + LIST_TYPE, detail)
                            : Causes.invalid(path + "." + LIST_TYPE, listType, detail));
        }
        if (!listType.equals("map")) {
            return;
        }
        if (keys.isEmpty()) {
            causes.add(
                    Causes.required(
                            path + "." + MAP_KEYS,
                            "must not be empty if x-kubernetes-list-type is map"));
        }
        if (!schema.has("items")) {
            causes.add(
                    Causes.required(
                            path + ".items",
                            "must have a schema if x-kubernetes-list-type is map"));
        } else if (schema.get("items") instanceof Json.Obj items) {
            mapItems(items, keys, path);
        }
    }

    private void mapItems(Json.Obj items, List<String> keys, String path) {
        if (!items.string("type").equals("object")) {
            causes.add(
                    Causes.invalid(
                            path + ".items.type",
                            items.string("type"),
                            "must be object if parent array's x-kubernetes-list-type is map"));
            return;
        }
        var properties = items.object("properties");
        for (var key : keys) {
            var member = properties.object(key);
            var field = path + ".items.properties[" + key + "]";
            if (!properties.has(key)) {
                causes.add(
                        Causes.invalid(
                                path + "." + MAP_KEYS,
                                Json.strings(keys),
                                "entries must all be names of item properties"));
            } else if (List.of("array", "object").contains(member.string("type"))) {
                causes.add(
                        Causes.invalid(
                                field + ".type",
                                items.string("type"),
                                "must be a scalar type if parent array's x-kubernetes-list-type is"
                                        + " map"));
            } else if (!member.has("default") && !items.array("required").strings().contains(key)) {
                causes.add(
                        Causes.required(
                                field + ".default",
                                "this property is in x-kubernetes-list-map-keys, so it must have a"
                                        + " default or be a required property"));
            }
        }
    }
}
