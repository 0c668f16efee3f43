package dev.weir.apiserver;

import dev.weir.resource.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeSet;

/// What is served, for clients that ask: per group and version, aggregated, and as OpenAPI.
final class Discovery {
    private static final String AGGREGATED = "apidiscovery.k8s.io";
    private static final List<String> SUBRESOURCE = List.of("get", "patch", "update");

    private final Kinds kinds;

    Discovery(Kinds kinds) {
        this.kinds = kinds;
    }

    /// Answers where the path is one of discovery; whether it was.
    boolean serve(Exchange exchange, String path) throws IOException {
        if (path.equals("/api") || path.equals("/apis")) {
            root(exchange, path.equals("/api"));
            return true;
        }
        if (path.startsWith("/openapi/v3")) {
            return openApi(exchange, path.substring("/openapi/v3".length()));
        }
        if (path.equals("/openapi/v2")) {
            // What Kubernetes answers: the document's own name is no media type by RFC 6838.
            exchange.send(200, "application/octet-stream", OpenApiV2.of(documents().values()));
            return true;
        }
        var parts = List.of(path.substring(1).split("/", -1));
        Json.Obj found = null;
        if (path.equals("/")) {
            found = Json.Obj.of("paths", Json.strings(paths()));
        } else if (parts.size() == 2 && parts.getFirst().equals("api")) {
            found = resources("", parts.get(1));
        } else if (parts.size() == 2 && parts.getFirst().equals("apis")) {
            found = groups().contains(parts.get(1)) ? group(parts.get(1)) : null;
        } else if (parts.size() == 3 && parts.getFirst().equals("apis")) {
            found = resources(parts.get(1), parts.get(2));
        }
        if (found == null || found.isEmpty()) {
            return false;
        }
        exchange.send(200, found);
        return true;
    }

    private List<String> paths() {
        var paths = new TreeSet<>(List.of("/api", "/apis", "/livez", "/metrics", "/readyz"));
        paths.addAll(List.of("/openapi/v3", "/version", "/healthz"));
        for (var kind : kinds.all()) {
            paths.add("/" + root(kind.names().group(), kind.names().version()));
        }
        return List.copyOf(paths);
    }

    private static String root(String group, String version) {
        return group.isEmpty() ? "api/" + version : "apis/" + group + "/" + version;
    }

    private List<String> groups() {
        return kinds.all().stream()
                .map(k -> k.names().group())
                .filter(g -> !g.isEmpty())
                .distinct()
                .toList();
    }

    private List<String> versions(String group) {
        return kinds.all().stream()
                .filter(k -> k.names().group().equals(group))
                .map(k -> k.names().version())
                .distinct()
                .sorted(PRIORITY)
                .toList();
    }

    private List<Served> in(String group, String version) {
        return kinds.all().stream()
                .filter(k -> k.names().group().equals(group))
                .filter(k -> k.names().version().equals(version))
                .toList();
    }

    /// Kubernetes' order of versions: stable before beta before alpha, then the higher number.
    static final Comparator<String> PRIORITY =
            Comparator.comparingInt(Discovery::stability)
                    .thenComparing(Comparator.comparingInt(Discovery::number).reversed())
                    .thenComparing(Comparator.naturalOrder());

    private static int stability(String version) {
        if (!version.matches("v[0-9]+((alpha|beta)[0-9]+)?")) {
            return 3;
        }
        return version.contains("alpha") ? 2 : version.contains("beta") ? 1 : 0;
    }

    private static int number(String version) {
        var digits = version.replaceFirst("^v([0-9]{1,8}).*", "$1");
        return digits.matches("[0-9]+") ? Integer.parseInt(digits) : 0;
    }

    private void root(Exchange exchange, boolean core) throws IOException {
        var media =
                Media.negotiate(
                        exchange.accept(),
                        m -> m.json() && known(m) ? Optional.of(m) : Optional.empty());
        if (media.parameter("g").isEmpty()) {
            exchange.send(200, core ? coreVersions() : groupList());
            return;
        }
        var version = media.parameter("v");
        var body = aggregated(core ? List.of("") : groups(), version);
        exchange.send(
                200,
                "application/json;g=" + AGGREGATED + ";v=" + version + ";as=APIGroupDiscoveryList",
                body.bytes());
    }

    private static boolean known(Media media) {
        var version = media.parameter("v");
        return media.parameter("g").isEmpty()
                || media.parameter("g").equals(AGGREGATED)
                        && media.parameter("as").equals("APIGroupDiscoveryList")
                        && (version.equals("v2") || version.equals("v2beta1"));
    }

    private static Json.Obj typed(String kind, String apiVersion) {
        return Json.Obj.of("kind", Json.of(kind)).with("apiVersion", Json.of(apiVersion));
    }

    private Json.Obj coreVersions() {
        return Json.Obj.of("kind", Json.of("APIVersions"))
                .with("versions", Json.strings(versions("")))
                .with("serverAddressByClientCIDRs", Json.Arr.EMPTY);
    }

    private Json.Obj groupList() {
        var list = new ArrayList<Json>();
        groups().forEach(name -> list.add(group(name).without("kind").without("apiVersion")));
        return typed("APIGroupList", "v1").with("groups", new Json.Arr(list));
    }

    private Json.Obj group(String name) {
        var versions = new ArrayList<Json>();
        for (var version : versions(name)) {
            versions.add(
                    Json.Obj.of("groupVersion", Json.of(name + "/" + version))
                            .with("version", Json.of(version)));
        }
        return typed("APIGroup", "v1")
                .with("name", Json.of(name))
                .with("versions", new Json.Arr(versions))
                .with("preferredVersion", versions.getFirst());
    }

    private Json.Obj resources(String group, String version) {
        var served = in(group, version);
        if (served.isEmpty()) {
            return Json.Obj.EMPTY;
        }
        var list = new ArrayList<Json>();
        for (var kind : served) {
            list.add(resource(kind));
            subresources(kind).forEach(sub -> list.add(subresource(kind, sub)));
        }
        return typed("APIResourceList", "v1")
                .with("groupVersion", Json.of(served.getFirst().apiVersion()))
                .with("resources", new Json.Arr(list));
    }

    private static Json.Obj resource(Served kind) {
        var names = kind.names();
        var result = new LinkedHashMap<String, Json>();
        result.put("name", Json.of(names.plural()));
        result.put("singularName", Json.of(names.singular()));
        result.put("namespaced", Json.of(names.namespaced()));
        result.put("kind", Json.of(names.kind()));
        result.put("verbs", Json.strings(kind.verbs()));
        if (!names.shortNames().isEmpty()) {
            result.put("shortNames", Json.strings(names.shortNames()));
        }
        if (!names.categories().isEmpty()) {
            result.put("categories", Json.strings(names.categories()));
        }
        if (kind.stored()) {
            result.put("storageVersionHash", Json.of(storageVersionHash(kind)));
        }
        return new Json.Obj(result);
    }

    /// Tells when objects are stored in another version: the first 8 bytes of the SHA-256 of its
    /// name, as Kubernetes writes it.
    private static String storageVersionHash(Served kind) {
        var version = kind.storedApiVersion();
        var name = (version.indexOf('/') < 0 ? "/" : "") + version + "/" + kind.names().kind();
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            var hash = digest.digest(name.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(Arrays.copyOf(hash, 8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> subresources(Served kind) {
        var result = new ArrayList<String>();
        if (kind.names().statusSubresource()) {
            result.add("status");
        }
        if (!kind.names().scaleSpecPath().isEmpty()) {
            result.add("scale");
        }
        return result;
    }

    private static Json.Obj subresource(Served kind, String name) {
        var result = new LinkedHashMap<String, Json>();
        result.put("name", Json.of(kind.names().plural() + "/" + name));
        result.put("singularName", Json.of(""));
        result.put("namespaced", Json.of(kind.names().namespaced()));
        if (name.equals("scale")) {
            result.put("group", Json.of("autoscaling"));
            result.put("version", Json.of("v1"));
        }
        result.put("kind", Json.of(name.equals("scale") ? "Scale" : kind.names().kind()));
        result.put("verbs", Json.strings(SUBRESOURCE));
        return new Json.Obj(result);
    }

    private Json.Obj aggregated(List<String> groups, String version) {
        var items = new ArrayList<Json>();
        for (var group : groups) {
            var metadata = group.isEmpty() ? Json.Obj.EMPTY : Json.Obj.of("name", Json.of(group));
            var versions = new ArrayList<Json>();
            versions(group).forEach(v -> versions.add(aggregated(group, v)));
            items.add(Json.Obj.of("metadata", metadata).with("versions", new Json.Arr(versions)));
        }
        return typed("APIGroupDiscoveryList", AGGREGATED + "/" + version)
                .with("metadata", Json.Obj.EMPTY)
                .with("items", new Json.Arr(items));
    }

    private Json.Obj aggregated(String group, String version) {
        var list = new ArrayList<Json>();
        in(group, version).forEach(kind -> list.add(aggregated(kind)));
        return Json.Obj.of("version", Json.of(version))
                .with("resources", new Json.Arr(list))
                .with("freshness", Json.of("Current"));
    }

    private static Json.Obj aggregated(Served kind) {
        var names = kind.names();
        var result = new LinkedHashMap<String, Json>();
        result.put("resource", Json.of(names.plural()));
        result.put("responseKind", responseKind(names.group(), names.version(), names.kind()));
        result.put("scope", Json.of(names.namespaced() ? "Namespaced" : "Cluster"));
        result.put("singularResource", Json.of(names.singular()));
        result.put("verbs", Json.strings(kind.verbs()));
        if (!names.shortNames().isEmpty()) {
            result.put("shortNames", Json.strings(names.shortNames()));
        }
        if (!names.categories().isEmpty()) {
            result.put("categories", Json.strings(names.categories()));
        }
        var subresources = new ArrayList<Json>();
        for (var name : subresources(kind)) {
            var response =
                    name.equals("scale")
                            ? responseKind("autoscaling", "v1", "Scale")
                            : responseKind(names.group(), names.version(), names.kind());
            subresources.add(
                    Json.Obj.of("subresource", Json.of(name))
                            .with("responseKind", response)
                            .with("verbs", Json.strings(SUBRESOURCE)));
        }
        if (!subresources.isEmpty()) {
            result.put("subresources", new Json.Arr(subresources));
        }
        return new Json.Obj(result);
    }

    private static Json responseKind(String group, String version, String kind) {
        return Json.Obj.of("group", Json.of(group))
                .with("version", Json.of(version))
                .with("kind", Json.of(kind));
    }

    private boolean openApi(Exchange exchange, String path) throws IOException {
        var documents = documents();
        if (path.isEmpty()) {
            exchange.send(200, OpenApi.index(documents));
            return true;
        }
        var found = documents.get(path.substring(1));
        if (found == null) {
            return false;
        }
        exchange.send(200, found);
        return true;
    }

    private SequencedMap<String, Json.Obj> documents() {
        var result = new LinkedHashMap<String, Json.Obj>();
        for (var kind : kinds.all()) {
            var names = kind.names();
            result.computeIfAbsent(
                    root(names.group(), names.version()),
                    _ ->
                            OpenApi.document(
                                    names.group(),
                                    names.version(),
                                    in(names.group(), names.version()).stream()
                                            .map(k -> new OpenApi.Type(k.names(), k.schema()))
                                            .toList()));
        }
        return result;
    }
}
