package dev.weir.apiserver;

import java.util.List;
import java.util.Optional;

/// A path below `/api` or `/apis`, read.
///
/// @param namespace empty where the path has none
/// @param name empty for the collection
/// @param subresource empty for the object itself
record Route(
        String group,
        String version,
        String plural,
        String namespace,
        String name,
        String subresource) {

    /// The route of a resource; empty for any other path.
    static Optional<Route> parse(String path) {
        var parts = List.of(path.substring(1).split("/", -1));
        if (parts.size() > 2 && parts.getFirst().equals("api")) {
            return resource("", parts.get(1), parts.subList(2, parts.size()));
        }
        if (parts.size() > 3 && parts.getFirst().equals("apis")) {
            return resource(parts.get(1), parts.get(2), parts.subList(3, parts.size()));
        }
        return Optional.empty();
    }

    private static Optional<Route> resource(String group, String version, List<String> rest) {
        if (rest.contains("")) {
            return Optional.empty();
        }
        boolean inNamespace =
                rest.size() > 2
                        && rest.getFirst().equals("namespaces")
                        && !(rest.size() == 3 && ofNamespace(rest.get(2)));
        var namespace = inNamespace ? rest.get(1) : "";
        var parts = inNamespace ? rest.subList(2, rest.size()) : rest;
        return parts.size() > 3
                ? Optional.empty()
                : Optional.of(
                        new Route(
                                group,
                                version,
                                parts.get(0),
                                namespace,
                                parts.size() > 1 ? parts.get(1) : "",
                                parts.size() > 2 ? parts.get(2) : ""));
    }

    private static boolean ofNamespace(String subresource) {
        return subresource.equals("status") || subresource.equals("finalize");
    }

    /// The pattern that the path follows, for all resources the same few.
    String pattern() {
        return (group.isEmpty() ? "/api/{version}" : "/apis/{group}/{version}")
                + (namespace.isEmpty() ? "" : "/namespaces/{namespace}")
                + "/{resource}"
                + (name.isEmpty() ? "" : "/{name}")
                + (subresource.isEmpty() ? "" : "/{subresource}");
    }

    /// The verb that a method means here; empty where the method is not served.
    String verb(String method, boolean watch) {
        boolean one = !name.isEmpty();
        return switch (method) {
            case "GET", "HEAD" -> one ? "get" : watch ? "watch" : "list";
            case "POST" -> one ? "" : "create";
            case "PUT" -> one ? "update" : "";
            case "PATCH" -> one ? "patch" : "";
            case "DELETE" -> one ? "delete" : "deletecollection";
            default -> "";
        };
    }
}
