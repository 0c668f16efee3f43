package dev.weir.apiserver;

import dev.weir.resource.Json;
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
    /// @param field where the definition has them
    /// @param unschemed what to say of fields without a schema
    static List<Cause> validate(Json.Obj version, String field, String unschemed) {
        var causes = new ArrayList<Cause>();
        var seen = new HashSet<String>();
        var paths = paths(version);
        if (paths.isEmpty()) {
            return causes;
        }
        if (!(version.object("schema").get("openAPIV3Schema") instanceof Json.Obj schema)) {
            causes.add(Causes.invalid(field, Json.of(""), unschemed));
            return causes;
        }
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
            if (found == null || !TYPES.contains(found.string("type"))) {
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

    private static String problem(String path, Json.Obj schema) {
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

    private static Json.@Nullable Obj find(String path, Json.Obj schema) {
        var here = schema;
        for (var step : path.substring(1).split("\\.")) {
            var among = here.has("properties") ? here.object("properties") : null;
            var next = among == null ? here.get("additionalProperties") : among.get(step);
            if (!(next instanceof Json.Obj known)) {
                return null;
            }
            here = known;
        }
        return here;
    }
}
