package dev.weir.cli;

import dev.weir.kubernetes.KubernetesClient;
import dev.weir.resource.DeleteOptions.Propagation;
import dev.weir.resource.Dynamic;
import dev.weir.resource.Json;
import dev.weir.resource.Query;
import dev.weir.resource.ResourceType;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads and writes objects of any kind in their JSON form, as they are: what a record would not
/// keep goes through, and unknown fields are refused by the server.
final class Objects {
    private static final String MANAGER = "fieldManager=weir&fieldValidation=Strict";
    private static final int PAGE = 500;

    private final KubernetesClient client;

    Objects(KubernetesClient client) {
        this.client = client;
    }

    Json.Obj get(ResourceType<Dynamic> type, String namespace, String name) {
        return send("GET", path(type, namespace, name), Map.of(), null);
    }

    Optional<Json.Obj> find(ResourceType<Dynamic> type, String namespace, String name) {
        try {
            return Optional.of(get(type, namespace, name));
        } catch (StatusException e) {
            if (e.reason() == Status.Reason.NotFound) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// All objects of a query, page by page.
    List<Json.Obj> list(ResourceType<Dynamic> type, Query query) {
        var items = new ArrayList<Json.Obj>();
        var token = "";
        do {
            var page = client.list(type, query.page(PAGE, token));
            page.items().forEach(item -> items.add(whole(type, item.json())));
            token = page.continueToken();
        } while (!token.isEmpty());
        return items;
    }

    /// Items of a list come without the two members that their list has.
    private static Json.Obj whole(ResourceType<Dynamic> type, Json.Obj item) {
        var members = new LinkedHashMap<String, Json>();
        members.put("apiVersion", Json.of(type.apiVersion()));
        members.put("kind", Json.of(type.kind()));
        item.members().forEach(members::put);
        return new Json.Obj(members);
    }

    Json.Obj create(ResourceType<Dynamic> type, String namespace, Json.Obj object, boolean dryRun) {
        var path = path(type, namespace, "") + "?" + MANAGER + dry(dryRun);
        return send("POST", path, Map.of(), object);
    }

    /// Changes an object by a merge patch (RFC 7386).
    Json.Obj merge(
            ResourceType<Dynamic> type,
            String namespace,
            String name,
            Json.Obj patch,
            boolean dryRun) {
        var path = path(type, namespace, name) + "?" + MANAGER + dry(dryRun);
        return send("PATCH", path, Map.of("Content-Type", "application/merge-patch+json"), patch);
    }

    /// Deletes an object, or marks it where it has finalizers.
    void delete(
            ResourceType<Dynamic> type,
            String namespace,
            String name,
            Propagation propagation,
            boolean dryRun) {
        var options = new LinkedHashMap<String, Json>();
        options.put("kind", Json.of("DeleteOptions"));
        options.put("apiVersion", Json.of("v1"));
        options.put("propagationPolicy", Json.of(propagation.name()));
        var query = dryRun ? "?dryRun=All" : "";
        send("DELETE", path(type, namespace, name) + query, Map.of(), new Json.Obj(options));
    }

    private Json.Obj send(
            String method, String path, Map<String, String> headers, Json.@Nullable Obj body) {
        return client.raw(method, path, headers, body == null ? null : body.bytes()).json();
    }

    private static String dry(boolean dryRun) {
        return dryRun ? "&dryRun=All" : "";
    }

    private static String path(ResourceType<Dynamic> type, String namespace, String name) {
        var path = new StringBuilder(type.group().isEmpty() ? "/api/" : "/apis/");
        path.append(type.apiVersion());
        if (!namespace.isEmpty()) {
            path.append("/namespaces/").append(step(namespace));
        }
        path.append('/').append(type.plural());
        if (!name.isEmpty()) {
            path.append('/').append(step(name));
        }
        return path.toString();
    }

    private static String step(String name) {
        if (name.equals(".") || name.equals("..")) {
            throw new Problem("\"" + name + "\" is no name of an object");
        }
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
