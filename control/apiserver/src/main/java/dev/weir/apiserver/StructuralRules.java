package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.Status.Cause;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/// What makes a schema structural: every type is said outside of `allOf`, `anyOf`, `oneOf` and
/// `not`, and nothing but values is said inside (ValidateStructural in
/// k8s.io/apiextensions-apiserver).
final class StructuralRules {
    private static final String INT_OR_STRING = "x-kubernetes-int-or-string";
    private static final String PRESERVE = "x-kubernetes-preserve-unknown-fields";
    private static final String EMBEDDED = "x-kubernetes-embedded-resource";
    private static final List<String> JUNCTORS = List.of("anyOf", "allOf", "oneOf");

    private final List<Cause> causes = new ArrayList<>();

    private enum Level {
        ROOT("at the root"),
        ITEM("for specified array items"),
        FIELD("for specified object fields");

        private final String words;

        Level(String words) {
            this.words = words;
        }
    }

    /// The causes found, sorted by their text.
    static List<Cause> validate(Json.Obj schema, String path) {
        var rules = new StructuralRules();
        rules.node(schema, Level.ROOT, path);
        rules.complete(schema, schema, path, path);
        rules.causes.sort(Comparator.comparing(cause -> cause.field() + ": " + cause.message()));
        return rules.causes;
    }

    private static boolean on(Json.Obj schema, String keyword) {
        return schema.get(keyword) == Json.Bool.TRUE;
    }

    private void required(String field, String detail) {
        causes.add(Causes.required(field, detail));
    }

    private void forbidden(String field, String detail) {
        causes.add(Causes.forbidden(field, detail));
    }

    private void node(Json.Obj schema, Level level, String path) {
        var type = schema.string("type");
        if (type.equals("array") && !schema.has("items")) {
            required(path + ".items", "must be specified");
        }
        if (schema.get("items") instanceof Json.Obj items) {
            node(items, Level.ITEM, path + ".items");
        }
        properties(schema, path)
                .forEach(member -> node(member.schema(), Level.FIELD, member.path()));
        if (level == Level.ROOT && schema.has("additionalProperties")) {
            forbidden(path + ".additionalProperties", "must not be used at the root");
        }
        if (schema.get("additionalProperties") instanceof Json.Obj values) {
            node(values, Level.FIELD, path + ".additionalProperties");
        }
        switches(schema, path);
        values(schema, path);
        type(schema, level, path);
        resource(schema, level, path);
    }

    private record At(Json.Obj schema, String path) {}

    private static List<At> properties(Json.Obj schema, String path) {
        var out = new ArrayList<At>();
        schema.object("properties")
                .members()
                .forEach((name, member) -> {
                    if (member instanceof Json.Obj object) {
                        out.add(new At(object, path + ".properties[" + name + "]"));
                    }
                });
        return out;
    }

    private void switches(Json.Obj schema, String path) {
        if (!on(schema, INT_OR_STRING)) {
            return;
        }
        for (var other : List.of(PRESERVE, EMBEDDED)) {
            if (on(schema, other)) {
                causes.add(
                        Causes.invalid(
                                path + "." + other,
                                Json.of(true),
                                "must be false if x-kubernetes-int-or-string is true"));
            }
        }
    }

    private void type(Json.Obj schema, Level level, String path) {
        var type = schema.string("type");
        if (on(schema, EMBEDDED) && !type.equals("object")) {
            var detail = "must be object if x-kubernetes-embedded-resource is true";
            causes.add(
                    type.isEmpty()
                            ? Causes.required(path + ".type", detail)
                            : Causes.invalid(path + ".type", type, detail));
        } else if (type.isEmpty() && !on(schema, INT_OR_STRING) && !on(schema, PRESERVE)) {
            required(path + ".type", "must not be empty " + level.words);
        }
        if (level == Level.ROOT && !type.isEmpty() && !type.equals("object")) {
            causes.add(Causes.invalid(path + ".type", type, "must be object at the root"));
        }
    }

    private void resource(Json.Obj schema, Level level, String path) {
        var embedded = on(schema, EMBEDDED);
        if (embedded && schema.has("additionalProperties")) {
            forbidden(
                    path + ".additionalProperties",
                    "must not be used if x-kubernetes-embedded-resource is set");
        }
        var properties = schema.object("properties");
        if (embedded && !on(schema, PRESERVE) && properties.isEmpty()) {
            required(
                    path + ".properties",
                    "must not be empty if x-kubernetes-embedded-resource is true without"
                            + " x-kubernetes-preserve-unknown-fields");
        }
        if (!embedded && level != Level.ROOT) {
            return;
        }
        for (var name : List.of("kind", "apiVersion")) {
            memberType(properties, name, "string", path);
        }
        memberType(properties, "metadata", "object", path);
        if (level == Level.ROOT && properties.has("metadata")) {
            var rest = properties.object("metadata").without("type").without("default");
            var named = rest.object("properties").members().keySet();
            var plain = rest.without("properties").without("description").isEmpty();
            if (!plain
                    || rest.has("description")
                    || !Set.of("name", "generateName").containsAll(named)) {
                forbidden(
                        path + ".properties[metadata]",
                        "must not specify anything other than name and generateName, but metadata"
                                + " is implicitly specified");
            }
        }
    }

    private void memberType(Json.Obj properties, String name, String type, String path) {
        var found = properties.object(name).string("type");
        if (properties.has(name) && !found.equals(type)) {
            causes.add(
                    Causes.invalid(
                            path + ".properties[" + name + "].type", found, "must be " + type));
        }
    }

    /// Checks the value validations of a node: its pattern, and what its junctors say.
    private void values(Json.Obj schema, String path) {
        var pattern = schema.string("pattern");
        if (!pattern.isEmpty() && !SchemaCheck.isPattern(pattern)) {
            causes.add(
                    Causes.invalid(
                            path + ".pattern",
                            pattern,
                            "must be a valid regular expression, but isn't: "
                                    + SchemaCheck.patternError(pattern)));
        }
        for (var branch : branches(schema, path)) {
            if (!isIntOrString(schema, branch.path(), path)) {
                nested(branch.schema(), branch.path());
            }
        }
    }

    private static List<At> branches(Json.Obj schema, String path) {
        var out = new ArrayList<At>();
        for (var junctor : JUNCTORS) {
            var list = schema.array(junctor).items();
            for (int i = 0; i < list.size(); i++) {
                if (list.get(i) instanceof Json.Obj branch) {
                    out.add(new At(branch, path + "." + junctor + "[" + i + "]"));
                }
            }
        }
        if (schema.get("not") instanceof Json.Obj not) {
            out.add(new At(not, path + ".not"));
        }
        return out;
    }

    /// Whether the branch belongs to the one `anyOf` that may name types: integer, then string.
    private static boolean isIntOrString(Json.Obj schema, String branch, String path) {
        return branch.startsWith(path + ".anyOf[") && isIntOrString(schema);
    }

    private static boolean isIntOrString(Json.Obj schema) {
        return schema.array("anyOf")
                .equals(
                        new Json.Arr(
                                List.of(
                                        Json.Obj.of("type", Json.of("integer")),
                                        Json.Obj.of("type", Json.of("string")))));
    }

    private void nested(Json.Obj schema, String path) {
        values(schema, path);
        if (schema.get("items") instanceof Json.Obj items) {
            nested(items, path + ".items");
        }
        properties(schema, path).forEach(member -> nested(member.schema(), member.path()));
        for (var name : List.of("type", "title", "description")) {
            if (!schema.string(name).isEmpty()) {
                forbidden(path + "." + name, "must be empty to be structural");
            }
        }
        for (var name :
                List.of(
                        "additionalProperties",
                        "default",
                        "x-kubernetes-list-type",
                        "x-kubernetes-map-type")) {
            if (schema.has(name)) {
                forbidden(path + "." + name, "must be undefined to be structural");
            }
        }
        for (var name : List.of("nullable", PRESERVE, EMBEDDED, INT_OR_STRING)) {
            if (on(schema, name)) {
                forbidden(path + "." + name, "must be false to be structural");
            }
        }
        for (var name : List.of("x-kubernetes-list-map-keys", "x-kubernetes-validations")) {
            if (!schema.array(name).items().isEmpty()) {
                forbidden(path + "." + name, "must be empty to be structural");
            }
        }
        if (schema.object("properties").has("metadata")) {
            forbidden(path + ".properties[metadata]", "must not be specified in a nested context");
        }
    }

    /// Checks that all members named in junctors are named in the schema proper too.
    private void complete(Json.Obj values, Json.Obj schema, String valuesPath, String path) {
        for (var branch : branches(values, valuesPath)) {
            completeMembers(branch, schema, path);
        }
        if (values == schema) {
            properties(schema, path)
                    .forEach(at -> complete(at.schema(), at.schema(), at.path(), at.path()));
            for (var name : List.of("items", "additionalProperties")) {
                if (schema.get(name) instanceof Json.Obj child) {
                    complete(child, child, path + "." + name, path + "." + name);
                }
            }
        }
    }

    private void completeMembers(At branch, Json.Obj schema, String path) {
        complete(branch.schema(), schema, branch.path(), path);
        if (branch.schema().get("items") instanceof Json.Obj items) {
            var at = new At(items, branch.path() + ".items");
            if (schema.get("items") instanceof Json.Obj known) {
                completeMembers(at, known, path + ".items");
            } else {
                required(path + ".items", "because it is defined in " + at.path());
            }
        }
        branch.schema()
                .object("properties")
                .members()
                .forEach((name, member) -> {
                    var here = path + ".properties[" + name + "]";
                    var at = branch.path() + ".properties[" + name + "]";
                    if (!(schema.object("properties").get(name) instanceof Json.Obj known)) {
                        required(here, "because it is defined in " + at);
                    } else if (member instanceof Json.Obj object) {
                        completeMembers(new At(object, at), known, here);
                    }
                });
    }
}
