package dev.weir.kubernetes;

import dev.weir.resource.Dynamic;
import dev.weir.resource.Json;
import dev.weir.resource.ResourceType;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The kinds that an API server has, as of one moment: preferred versions before others, the core
/// group first. Immutable.
///
/// @param types each kind in each of its versions
public record Discovery(List<ResourceType<Dynamic>> types) {
    private static final String AGGREGATED =
            "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
                    + "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,"
                    + "application/json";

    /// Copies the list.
    public Discovery {
        types = List.copyOf(types);
    }

    /// The kind with a name as people write it: a plural, singular, short name or kind, alone or
    /// with its group (`leases.coordination.k8s.io`) or version and group
    /// (`leases.v1.coordination.k8s.io`). Letter case does not count.
    public Optional<ResourceType<Dynamic>> find(String name) {
        var lower = name.toLowerCase(Locale.ROOT);
        return types.stream().filter(type -> answersTo(type, lower)).findFirst();
    }

    /// The kind of an object.
    public Optional<ResourceType<Dynamic>> find(String apiVersion, String kind) {
        return types.stream()
                .filter(type -> type.apiVersion().equals(apiVersion) && type.kind().equals(kind))
                .findFirst();
    }

    /// All kinds of a category such as `all`, each in its preferred version.
    public List<ResourceType<Dynamic>> category(String name) {
        var seen = new HashSet<String>();
        return types.stream()
                .filter(type -> type.names().categories().contains(name))
                .filter(type -> seen.add(type.toString()))
                .toList();
    }

    private static boolean answersTo(ResourceType<?> type, String name) {
        int dot = name.indexOf('.');
        var word = dot < 0 ? name : name.substring(0, dot);
        var names = type.names();
        boolean named =
                word.equals(names.plural())
                        || word.equals(names.singular())
                        || word.equals(names.kind().toLowerCase(Locale.ROOT))
                        || names.shortNames().contains(word);
        if (!named || dot < 0) {
            return named;
        }
        var rest = name.substring(dot + 1);
        return rest.equals(names.group()) || rest.equals(names.version() + "." + names.group());
    }

    static Discovery read(KubernetesClient client) {
        var types = new ArrayList<ResourceType<Dynamic>>();
        for (var root : List.of("/api", "/apis")) {
            var json = client.raw("GET", root, Map.of("Accept", AGGREGATED), null).json();
            if (json.string("kind").equals("APIGroupDiscoveryList")) {
                aggregated(json, types);
            } else {
                oneByOne(client, root, json, types);
            }
        }
        return new Discovery(types);
    }

    private static void aggregated(Json.Obj list, List<ResourceType<Dynamic>> types) {
        for (var group : objects(list, "items")) {
            var name = group.object("metadata").string("name");
            for (var version : objects(group, "versions")) {
                for (var resource : objects(version, "resources")) {
                    boolean status =
                            objects(resource, "subresources").stream()
                                    .anyMatch(s -> s.string("subresource").equals("status"));
                    types.add(
                            type(
                                    name,
                                    version.string("version"),
                                    resource.object("responseKind").string("kind"),
                                    resource.string("resource"),
                                    resource.string("singularResource"),
                                    resource,
                                    resource.string("scope").equals("Namespaced"),
                                    status));
                }
            }
        }
    }

    /// Discovery as it was before Kubernetes 1.26: one request for each version of each group.
    private static void oneByOne(
            KubernetesClient client,
            String root,
            Json.Obj json,
            List<ResourceType<Dynamic>> types) {
        for (var version : json.array("versions").strings()) {
            resources(client, root + "/" + version, "", version, types);
        }
        for (var group : objects(json, "groups")) {
            for (var version : objects(group, "versions")) {
                resources(
                        client,
                        root + "/" + version.string("groupVersion"),
                        group.string("name"),
                        version.string("version"),
                        types);
            }
        }
    }

    private static void resources(
            KubernetesClient client,
            String path,
            String group,
            String version,
            List<ResourceType<Dynamic>> types) {
        var list = available(client, path);
        var resources = objects(list, "resources");
        for (var resource : resources) {
            var plural = resource.string("name");
            if (!plural.contains("/")) {
                types.add(
                        type(
                                group,
                                version,
                                resource.string("kind"),
                                plural,
                                resource.string("singularName"),
                                resource,
                                resource.get("namespaced") == Json.Bool.TRUE,
                                resources.stream()
                                        .anyMatch(
                                                r -> r.string("name").equals(plural + "/status"))));
            }
        }
    }

    /// A group whose own server is down must not hide the others.
    private static Json.Obj available(KubernetesClient client, String path) {
        try {
            return client.raw("GET", path, Map.of(), null).json();
        } catch (StatusException e) {
            if (e.reason() == Status.Reason.ServiceUnavailable
                    || e.reason() == Status.Reason.NotFound) {
                return Json.Obj.EMPTY;
            }
            throw e;
        }
    }

    private static ResourceType<Dynamic> type(
            String group,
            String version,
            String kind,
            String plural,
            String singular,
            Json.Obj resource,
            boolean namespaced,
            boolean status) {
        return ResourceType.dynamic(
                new ResourceType.Names(
                        group,
                        version,
                        kind,
                        plural,
                        singular.isEmpty() ? kind.toLowerCase(Locale.ROOT) : singular,
                        resource.array("shortNames").strings(),
                        resource.array("categories").strings(),
                        namespaced,
                        status,
                        "",
                        "",
                        List.of()));
    }

    private static List<Json.Obj> objects(Json.Obj json, String name) {
        return json.array(name).items().stream()
                .filter(Json.Obj.class::isInstance)
                .map(Json::asObject)
                .toList();
    }
}
