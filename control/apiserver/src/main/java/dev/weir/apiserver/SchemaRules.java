package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.Schema;
import dev.weir.resource.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What a structural schema does to a value: checks, defaults, pruning (apiextensions v1).
final class SchemaRules {
    private static final Set<String> OBJECT_MEMBERS = Set.of("apiVersion", "kind", "metadata");

    private SchemaRules() {}

    /// What is wrong with the value, in Kubernetes' own words; empty where nothing is.
    ///
    /// @param path the path of the value; empty for a whole object
    static List<Status.Cause> validate(Schema schema, Json value, String path) {
        var causes = new ArrayList<>(SchemaCheck.causes(schema, value, path));
        causes.addAll(ListTypes.causes(schema, value, path));
        return causes;
    }

    /// The object with its defaults filled in. A null where the schema allows none gives way to the
    /// default, or goes.
    static Json.Obj withDefaults(Schema schema, Json.Obj object) {
        var out = new LinkedHashMap<String, Json>();
        object.members()
                .forEach((name, value) -> {
                    var member = member(schema, name);
                    if (member == null) {
                        out.put(name, value);
                    } else if (value != Json.NULL || member.is("nullable")) {
                        out.put(name, deepDefaults(member, value));
                    }
                });
        schema.properties()
                .forEach((name, member) -> {
                    if (member.defaultValue() != null && !out.containsKey(name)) {
                        out.put(name, deepDefaults(member, member.defaultValue()));
                    }
                });
        return new Json.Obj(out);
    }

    private static @Nullable Schema member(Schema schema, String name) {
        var known = schema.properties().get(name);
        return known != null ? known : schema.additionalProperties();
    }

    private static Json deepDefaults(Schema schema, Json value) {
        if (value instanceof Json.Obj object) {
            return withDefaults(schema, object);
        }
        var items = schema.items();
        if (items != null && value instanceof Json.Arr(var list)) {
            return new Json.Arr(list.stream().map(item -> itemDefaults(items, item)).toList());
        }
        return value;
    }

    private static Json itemDefaults(Schema items, Json item) {
        var gap = item == Json.NULL && !items.is("nullable");
        return gap && items.defaultValue() != null
                ? items.defaultValue()
                : deepDefaults(items, item);
    }

    /// The object without the members that the schema does not know. `apiVersion`, `kind` and
    /// `metadata` stay.
    ///
    /// @param unknownPaths gets the path of each member that goes, such as `spec.foo`, sorted
    static Json.Obj prune(Schema schema, Json.Obj object, List<String> unknownPaths) {
        var unknown = new TreeSet<String>();
        var pruned = pruneObject(schema, object, "", true, unknown);
        unknownPaths.addAll(unknown);
        return pruned;
    }

    private static Json prune(Schema schema, Json value, String path, Set<String> unknown) {
        return switch (value) {
            case Json.Obj object ->
                    pruneObject(
                            schema,
                            object,
                            path,
                            schema.is("x-kubernetes-embedded-resource"),
                            unknown);
            case Json.Arr(var items) when schema.items() != null -> {
                var out = new ArrayList<Json>();
                for (int i = 0; i < items.size(); i++) {
                    out.add(prune(schema.items(), items.get(i), path + "[" + i + "]", unknown));
                }
                yield new Json.Arr(out);
            }
            default -> value;
        };
    }

    private static Json.Obj pruneObject(
            Schema schema, Json.Obj object, String path, boolean resource, Set<String> unknown) {
        var keepsUnknown = schema.is("x-kubernetes-preserve-unknown-fields");
        var out = new LinkedHashMap<String, Json>();
        object.members()
                .forEach((name, value) -> {
                    var here = SchemaCheck.child(path, name);
                    var member = member(schema, name);
                    if (resource && OBJECT_MEMBERS.contains(name)) {
                        out.put(name, value);
                    } else if (member != null) {
                        out.put(name, prune(member, value, here, unknown));
                    } else if (keepsUnknown) {
                        out.put(name, value);
                    } else {
                        unknown.add(here);
                    }
                });
        return new Json.Obj(out);
    }
}
