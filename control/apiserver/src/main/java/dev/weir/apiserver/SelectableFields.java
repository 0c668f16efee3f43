package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.Schema;
import dev.weir.resource.Status.Cause;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The fields of a custom kind that field selectors may use (apiextensions v1, `selectableFields`).
final class SelectableFields {
    private static final int MOST = 8;
    private static final List<String> TYPES = List.of("string", "boolean", "integer");

    private SelectableFields() {}

    /// The fields that a version of a definition names, as selectors write them: `spec.color`.
    static List<String> of(Json.Obj version) {
        return paths(version).stream().map(path -> path.substring(1)).toList();
    }

    private static List<String> paths(Json.Obj version) {
        return version.array("selectableFields").items().stream()
                .map(field -> field.asObject().string("jsonPath"))
                .toList();
    }

    /// What is wrong with them, in Kubernetes' own words.
    ///
    /// @param schema of the version
    /// @param field where the definition has them
    static List<Cause> validate(Json.Obj version, Schema schema, String field) {
        var causes = new ArrayList<Cause>();
        var seen = new HashSet<String>();
        var paths = paths(version);
        for (int i = 0; i < paths.size(); i++) {
            var path = paths.get(i);
            var here = field + "[" + i + "].jsonPath";
            if (path.isEmpty()) {
                causes.add(Causes.required(here, ""));
                continue;
            }
            var problem = problem(path, schema);
            if (!problem.isEmpty()) {
                causes.add(Causes.invalid(here, Json.of(path), "is an invalid path: " + problem));
                continue;
            }
            if (path.startsWith(".metadata")) {
                causes.add(
                        Causes.invalid(
                                here, Json.of(path), "must not point to fields in metadata"));
            }
            var found = find(path, schema);
            if (found == null || !TYPES.contains(found.type())) {
                causes.add(
                        Causes.invalid(
                                here,
                                Json.of(path),
                                "must point to a field of type string, boolean or integer. Enum"
                                        + " string fields and strings with formats are allowed."));
            }
            if (!seen.add(path)) {
                causes.add(Causes.duplicate(here, Json.of(path)));
            }
        }
        if (seen.size() > MOST) {
            causes.add(Causes.tooMany(field, seen.size(), MOST));
        }
        return causes;
    }

    private static String problem(String path, Schema schema) {
        if (path.charAt(0) != '.' && path.charAt(0) != '[') {
            return "expected [ or . but got: " + path.split("[.\\[]", 2)[0];
        }
        if (path.contains("[")) {
            return "array notation is not allowed";
        }
        if (path.endsWith(".")) {
            return "unexpected end of JSON path";
        }
        return find(path, schema) == null ? "does not refer to a valid field" : "";
    }

    private static @Nullable Schema find(String path, Schema schema) {
        Schema here = schema;
        for (var step : path.substring(1).split("\\.")) {
            var known = here.properties().get(step);
            here = known != null ? known : here.additionalProperties();
            if (here == null) {
                return null;
            }
        }
        return here;
    }
}
