package dev.weir.cli;

import dev.weir.kubernetes.KubernetesClient;
import dev.weir.resource.Dynamic;
import dev.weir.resource.Json;
import dev.weir.resource.ResourceType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The page about the kinds of a server: their names from its discovery, their members from its
/// OpenAPI documents.
final class KindPage {
    private static final int MAX_DEPTH = 6;
    private static final List<String> SHARED = List.of("apiVersion", "kind", "metadata");

    private final Html page = new Html("Kinds");
    private final KubernetesClient client;

    private KindPage(KubernetesClient client) {
        this.client = client;
    }

    static Html of(KubernetesClient client) {
        var result = new KindPage(client);
        result.page.paragraph(
                "Every object also has apiVersion, kind and metadata, as in any Kubernetes.");
        client.discovery().types().stream()
                .sorted(
                        Comparator.comparing((ResourceType<Dynamic> type) -> !ours(type))
                                .thenComparing(ResourceType::apiVersion)
                                .thenComparing(ResourceType::kind))
                .forEach(result::add);
        return result.page;
    }

    private static boolean ours(ResourceType<?> type) {
        return type.group().endsWith("weir.dev");
    }

    private void add(ResourceType<Dynamic> type) {
        var path = (type.group().isEmpty() ? "api/" : "apis/") + type.apiVersion();
        var schemas =
                client.raw("GET", "/openapi/v3/" + path, Map.of(), null)
                        .json()
                        .object("components")
                        .object("schemas");
        var schema = find(type, schemas);
        if (schema == null) {
            return;
        }
        page.heading(type.toString(), type.kind());
        page.paragraph(names(type));
        if (!schema.string("description").isEmpty()) {
            page.paragraph(schema.string("description"));
        }
        var rows = new ArrayList<List<String>>();
        members(schema, schemas, "", rows);
        if (!rows.isEmpty()) {
            page.table(List.of("member", "type", "what it is"), rows);
        }
    }

    private static String names(ResourceType<Dynamic> type) {
        var names = new ArrayList<>(List.of(type.plural(), type.names().singular()));
        names.addAll(type.names().shortNames());
        return type.apiVersion()
                + " · "
                + String.join(", ", names)
                + " · "
                + (type.namespaced() ? "in a namespace" : "cluster-wide");
    }

    private static Json.@Nullable Obj find(ResourceType<?> type, Json.Obj schemas) {
        for (var schema : schemas.members().values()) {
            var kinds = schema.asObject().array("x-kubernetes-group-version-kind").items();
            for (var kind : kinds) {
                var object = kind.asObject();
                if (object.string("kind").equals(type.kind())
                        && object.string("group").equals(type.group())
                        && object.string("version").equals(type.version())) {
                    return schema.asObject();
                }
            }
        }
        return null;
    }

    private void members(
            Json.Obj schema, Json.Obj schemas, String prefix, List<List<String>> rows) {
        if (prefix.chars().filter(c -> c == '.').count() > MAX_DEPTH) {
            return;
        }
        var required = schema.array("required").strings();
        schema.object("properties")
                .members()
                .forEach((name, value) -> {
                    if (prefix.isEmpty() && SHARED.contains(name)) {
                        return;
                    }
                    var member = value.asObject();
                    var whole = resolved(member, schemas);
                    var items = resolved(whole.object("items"), schemas);
                    var path = prefix + name + (items.isEmpty() ? "" : "[]");
                    var must = required.contains(name) ? ", required" : "";
                    rows.add(List.of(path, type(whole, items) + must, text(member, whole)));
                    members(items.isEmpty() ? whole : items, schemas, path + ".", rows);
                });
    }

    private static Json.Obj resolved(Json.Obj schema, Json.Obj schemas) {
        var reference = schema.string("$ref");
        for (var part : schema.array("allOf").items()) {
            reference = reference.isEmpty() ? part.asObject().string("$ref") : reference;
        }
        return reference.isEmpty()
                ? schema
                : schemas.object(reference.substring(reference.lastIndexOf('/') + 1));
    }

    private static String type(Json.Obj schema, Json.Obj items) {
        var type = schema.string("type");
        if (type.equals("array")) {
            return "array of " + (items.string("type").isEmpty() ? "any" : items.string("type"));
        }
        if (type.equals("object") && schema.has("additionalProperties")) {
            return "map";
        }
        return type.isEmpty() ? "any" : type;
    }

    /// What the schema says in words, and its limits.
    private static String text(Json.Obj member, Json.Obj whole) {
        var parts = new ArrayList<String>();
        var description = member.string("description");
        parts.add(description.isEmpty() ? whole.string("description") : description);
        for (var limit :
                List.of("enum", "minimum", "maximum", "pattern", "format", "default", "maxItems")) {
            var value = whole.get(limit) == null ? member.get(limit) : whole.get(limit);
            if (value != null && !value.equals(Json.Obj.EMPTY)) {
                var written = new String(value.bytes(), java.nio.charset.StandardCharsets.UTF_8);
                parts.add(limit + " " + written);
            }
        }
        return String.join(" · ", parts.stream().filter(part -> !part.isEmpty()).toList());
    }
}
