package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.Patch;
import dev.weir.resource.ResourceType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The `paths` of one kind. kubectl looks at them for the kind behind a plural name, and for the
/// `fieldValidation` parameter.
final class OpenApiPaths {
    private static final Json.Obj STRING = Json.Obj.of("type", Json.of("string"));
    private static final Json.Obj BOOLEAN = Json.Obj.of("type", Json.of("boolean"));

    private final ResourceType.Names names;
    private final Map<String, Json> paths;
    private final List<String> verbs;

    /// @param paths gets the paths
    OpenApiPaths(ResourceType.Names names, Map<String, Json> paths) {
        this.names = names;
        this.paths = paths;
        this.verbs =
                BuiltIns.find(names)
                        .map(BuiltIn::verbs)
                        .orElse(
                                List.of(
                                        "create",
                                        "delete",
                                        "deletecollection",
                                        "get",
                                        "list",
                                        "patch",
                                        "update"));
    }

    void add() {
        var root =
                names.group().isEmpty()
                        ? "/api/" + names.version() + "/"
                        : "/apis/" + names.group() + "/" + names.version() + "/";
        var scope = names.namespaced() ? "namespaces/{namespace}/" : "";
        var all = root + scope + names.plural();
        item(all, List.of("list", "create", "deletecollection"));
        item(all + "/{name}", List.of("get", "update", "patch", "delete"));
        if (names.statusSubresource()) {
            item(all + "/{name}/status", List.of("get", "update", "patch"));
        }
        if (names.namespaced()) {
            item(root + names.plural(), List.of("list"));
        }
    }

    private void item(String path, List<String> wanted) {
        var operations = new LinkedHashMap<String, Json>();
        for (var verb : wanted) {
            if (verbs.contains(verb)) {
                operations.put(method(verb), operation(verb, path));
            }
        }
        if (operations.isEmpty()) {
            return;
        }
        var parameters = new ArrayList<Json>();
        for (var name : List.of("namespace", "name")) {
            if (path.contains("{" + name + "}")) {
                parameters.add(
                        parameter(name, "path", "The object's " + name + ".", STRING)
                                .with("required", Json.of(true)));
            }
        }
        operations.put("parameters", new Json.Arr(parameters));
        paths.put(path, new Json.Obj(operations));
    }

    private static String method(String verb) {
        return switch (verb) {
            case "get", "list" -> "get";
            case "create" -> "post";
            case "update" -> "put";
            case "patch" -> "patch";
            default -> "delete";
        };
    }

    private Json operation(String verb, String path) {
        var name = OpenApiComponents.name(names);
        var answer =
                switch (verb) {
                    case "list" -> name + "List";
                    case "delete", "deletecollection" -> TypeTable.META + "Status";
                    default -> name;
                };
        var out = new LinkedHashMap<String, Json>();
        out.put("description", Json.of(verb + " " + names.kind()));
        out.put("operationId", Json.of(operationId(verb, path)));
        out.put("parameters", new Json.Arr(parameters(verb)));
        if (verb.equals("create") || verb.equals("update")) {
            out.put("requestBody", body("application/json", name));
        } else if (verb.equals("patch")) {
            out.put("requestBody", patchBody());
        } else if (verb.startsWith("delete")) {
            out.put("requestBody", body("application/json", TypeTable.META + "DeleteOptions"));
        }
        out.put(
                "responses",
                Json.Obj.of(
                        "200",
                        body("application/json", answer).with("description", Json.of("OK"))));
        out.put("x-kubernetes-action", Json.of(verb.equals("update") ? "put" : verb));
        out.put("x-kubernetes-group-version-kind", OpenApiComponents.gvk(names, ""));
        return new Json.Obj(out);
    }

    private String operationId(String verb, String path) {
        var words = new StringBuilder(verb);
        for (var word : path.split("[^a-zA-Z0-9]+")) {
            if (!word.isEmpty()) {
                words.append(Character.toUpperCase(word.charAt(0))).append(word, 1, word.length());
            }
        }
        return words.toString();
    }

    private static Json.Obj body(String mediaType, String schema) {
        return Json.Obj.of("content", Json.Obj.of(mediaType, content(schema)));
    }

    private static Json content(String schema) {
        return Json.Obj.of("schema", OpenApiComponents.ref(schema));
    }

    private Json patchBody() {
        var content = new LinkedHashMap<String, Json>();
        for (var type : List.of(Patch.Type.Json, Patch.Type.Merge, Patch.Type.StrategicMerge)) {
            if (type != Patch.Type.StrategicMerge || BuiltIns.find(names).isPresent()) {
                content.put(type.mediaType(), content(TypeTable.META + "Patch"));
            }
        }
        return Json.Obj.of("content", new Json.Obj(content)).with("required", Json.of(true));
    }

    private static List<Json> parameters(String verb) {
        return switch (verb) {
            case "get" -> List.of();
            case "list" ->
                    List.of(
                            query("labelSelector", "Which labels to select.", STRING),
                            query("fieldSelector", "Which fields to select.", STRING),
                            query("limit", "The most objects of a page.", integer()),
                            query("continue", "Where the page before ended.", STRING),
                            query("resourceVersion", "Which state to read.", STRING),
                            query("watch", "Whether to stream changes.", BOOLEAN));
            case "delete", "deletecollection" ->
                    List.of(
                            query("dryRun", "All: do everything but store.", STRING),
                            query("propagationPolicy", "What happens to dependents.", STRING));
            default ->
                    List.of(
                            query("dryRun", "All: do everything but store.", STRING),
                            query("fieldManager", "Who writes.", STRING),
                            query(
                                    "fieldValidation",
                                    "Ignore, Warn or Strict: what happens to unknown members.",
                                    STRING));
        };
    }

    private static Json.Obj integer() {
        return Json.Obj.of("type", Json.of("integer"));
    }

    private static Json query(String name, String description, Json.Obj schema) {
        return parameter(name, "query", description, schema);
    }

    private static Json.Obj parameter(String name, String in, String description, Json.Obj schema) {
        return Json.Obj.of("name", Json.of(name))
                .with("in", Json.of(in))
                .with("description", Json.of(description))
                .with("schema", schema);
    }
}
