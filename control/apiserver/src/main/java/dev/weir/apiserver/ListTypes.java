package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.Schema;
import dev.weir.resource.Status.Cause;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;

/// The checks that apiextensions adds to JSON schema: `x-kubernetes-list-type` sets and maps hold
/// nothing twice, and an `x-kubernetes-embedded-resource` is an object with a kind.
final class ListTypes {
    private final List<Cause> causes = new ArrayList<>();

    /// The causes found, in order.
    static List<Cause> causes(Schema schema, Json value, String path) {
        var check = new ListTypes();
        check.value(schema, value, path);
        return check.causes;
    }

    private void value(Schema schema, Json value, String path) {
        if (value instanceof Json.Arr(var items)) {
            list(schema, items, path);
        } else if (value instanceof Json.Obj object) {
            if (schema.is("x-kubernetes-embedded-resource")) {
                causes.addAll(ObjectRules.embedded(object, path));
            }
            object.members()
                    .forEach((name, member) -> {
                        var known = schema.properties().get(name);
                        var rule = known != null ? known : schema.additionalProperties();
                        if (rule != null) {
                            value(rule, member, child(schema, path, name));
                        }
                    });
        }
    }

    private static String child(Schema schema, String path, String name) {
        return schema.properties().containsKey(name)
                ? SchemaCheck.child(path, name)
                : path + "[" + name + "]";
    }

    private void list(Schema schema, List<Json> items, String path) {
        switch (schema.rest().string("x-kubernetes-list-type")) {
            case "set" -> distinct(items, path);
            case "map" -> map(schema, items, path);
            default -> {}
        }
        if (schema.items() != null) {
            for (int i = 0; i < items.size(); i++) {
                value(schema.items(), items.get(i), path + "[" + i + "]");
            }
        }
    }

    private void map(Schema schema, List<Json> items, String path) {
        var names = schema.rest().array("x-kubernetes-list-map-keys").strings();
        var keys = new ArrayList<Json>();
        for (int i = 0; i < items.size(); i++) {
            switch (items.get(i)) {
                case Json.Obj object -> keys.add(key(object, names));
                case Json.Null _ -> keys.add(Json.Obj.EMPTY);
                case Json other -> {
                    causes.add(
                            Causes.invalid(
                                    path + "[" + i + "]",
                                    other,
                                    "must be an object for an array of list-type map"));
                    return;
                }
            }
        }
        distinct(keys, path);
    }

    private static Json key(Json.Obj object, List<String> names) {
        var key = new LinkedHashMap<String, Json>();
        for (var name : names) {
            var value = object.get(name);
            if (value != null) {
                key.put(name, value);
            }
        }
        return new Json.Obj(key);
    }

    /// Blames the second of each run of equal items, as apiextensions does.
    private void distinct(List<Json> items, String path) {
        var seen = new HashMap<Json, Integer>();
        for (int i = 0; i < items.size(); i++) {
            if (seen.merge(items.get(i), 1, Integer::sum) == 2) {
                causes.add(Causes.duplicate(path + "[" + i + "]", items.get(i)));
            }
        }
    }
}
