package dev.weir.conformance;

import dev.weir.conformance.GoldenObject.Change;
import dev.weir.resource.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// Kubernetes' golden objects through a server, in each form in which a client may send them, for
/// every built-in kind that the server's discovery names: what comes back is what was sent.
final class K8sTypes implements Suite {
    private static final String PROTOBUF = "application/vnd.kubernetes.protobuf";

    /// What the server sets in the metadata of a new object.
    private static final Set<String> SERVER_OWNED =
            Set.of("uid", "resourceVersion", "creationTimestamp", "generation", "managedFields");

    /// What is no valid value of a member, or is the server's to set.
    private static final Map<String, List<Change>> CHANGES =
            Map.of(
                    "core.v1.Namespace",
                    List.of(new Change("spec", 2, null), new Change("status", 3, null)),
                    "events.k8s.io.v1.Event",
                    List.of(
                            new Change("series", 3, null),
                            new Change("type", 11, "Normal"),
                            new Change("deprecatedSource", 12, null),
                            new Change("deprecatedFirstTimestamp", 13, null),
                            new Change("deprecatedLastTimestamp", 14, null),
                            new Change("deprecatedCount", 15, null)));

    private record Kind(String name, String path, boolean namespaced) {}

    @Override
    public String name() {
        return "k8s-types";
    }

    @Override
    public String summary() {
        return "Kubernetes' golden objects, sent as JSON, YAML and protobuf, come back as they were";
    }

    @Override
    public void run(Report report) throws Exception {
        var folder =
                report.data("kubernetes", "github.com/kubernetes/api (of that, testdata/HEAD)")
                        .resolve("testdata/HEAD");
        try (var credentials = new Scratch();
                var server = WeirServer.start(credentials.path())) {
            for (var kind : kinds(server)) {
                if (Files.exists(folder.resolve(kind.name + ".json"))) {
                    check(report, server, folder, kind);
                } else {
                    report.skip(kind.name, "there is no golden object of it");
                }
            }
        }
    }

    /// The built-in kinds, from discovery.
    private static List<Kind> kinds(WeirServer server) throws IOException, InterruptedException {
        var kinds = new ArrayList<Kind>();
        add(kinds, "core.v1", "/api/v1", server);
        for (var group : server.json("/apis").array("groups").items()) {
            for (var version : group.asObject().array("versions").items()) {
                var both = version.asObject().string("groupVersion");
                add(kinds, both.replace('/', '.'), "/apis/" + both, server);
            }
        }
        return kinds;
    }

    private static void add(List<Kind> kinds, String prefix, String path, WeirServer server)
            throws IOException, InterruptedException {
        for (var item : server.json(path).array("resources").items()) {
            var resource = item.asObject();
            // A kind without `get` is a question, not an object.
            if (resource.array("verbs").strings().contains("get")
                    && !resource.string("name").contains("/")) {
                kinds.add(
                        new Kind(
                                prefix + "." + resource.string("kind"),
                                path + "/%s" + resource.string("name"),
                                Json.of(true).equals(resource.get("namespaced"))));
            }
        }
    }

    private static void check(Report report, WeirServer server, Path folder, Kind kind)
            throws IOException, InterruptedException {
        var golden =
                GoldenObject.read(folder, kind.name, CHANGES.getOrDefault(kind.name, List.of()));
        var forms = new LinkedHashMap<String, byte[]>();
        forms.put("application/json", golden.json().bytes());
        forms.put("application/yaml", golden.yaml().getBytes(StandardCharsets.UTF_8));
        forms.put(PROTOBUF, golden.protobuf());
        for (var form : forms.entrySet()) {
            var what = kind.name + " as " + form.getKey();
            report.check(
                    what, () -> roundTrip(server, kind, golden, form.getKey(), form.getValue()));
        }
    }

    private static void roundTrip(
            WeirServer server, Kind kind, GoldenObject golden, String mediaType, byte[] body)
            throws IOException, InterruptedException {
        var namespace = golden.json().object("metadata").string("namespace");
        if (kind.namespaced) {
            var home = "{\"metadata\":{\"name\":\"" + namespace + "\"}}";
            server.send(
                    "POST",
                    "/api/v1/namespaces",
                    "application/json",
                    home.getBytes(StandardCharsets.UTF_8));
        }
        var path = kind.path.formatted(kind.namespaced ? "namespaces/" + namespace + "/" : "");
        var made = server.send("POST", path, mediaType, body);
        if (made.statusCode() != 201) {
            throw new AssertionError(
                    made.statusCode() + " " + new String(made.body(), StandardCharsets.UTF_8));
        }
        var one = path + "/" + golden.json().object("metadata").string("name");
        try {
            same(golden.json(), kind, Json.parse(made.body()).asObject());
            same(golden.json(), kind, server.json(one));
            var read = server.get(one, "application/yaml");
            same(golden.json(), kind, yaml(new ByteArrayInputStream(read.body())));
        } finally {
            server.send("DELETE", one, "application/json", new byte[0]);
        }
    }

    private static void same(Json.Obj sent, Kind kind, Json.Obj found) {
        var metadata = new LinkedHashMap<>(found.object("metadata").members());
        metadata.keySet().removeAll(SERVER_OWNED);
        var clean = found.with("metadata", new Json.Obj(metadata));
        for (var change : CHANGES.getOrDefault(kind.name, List.of())) {
            if (!sent.has(change.member())) {
                clean = clean.without(change.member());
            }
        }
        var expected = expected(sent, kind);
        if (!plain(clean).equals(plain(expected))) {
            throw new AssertionError("found " + text(clean) + ", expected " + text(expected));
        }
    }

    /// What Kubernetes makes of a new object of a kind.
    private static Json.Obj expected(Json.Obj sent, Kind kind) {
        var metadata = sent.object("metadata");
        if (kind.name.equals("core.v1.Namespace")) {
            var label = Json.of(metadata.string("name"));
            var labels = metadata.object("labels").with("kubernetes.io/metadata.name", label);
            return sent.with("metadata", metadata.without("namespace").with("labels", labels));
        }
        if (kind.name.equals("core.v1.Secret")) {
            var data = sent.object("data");
            for (var plain : sent.object("stringData").members().keySet()) {
                var bytes =
                        sent.object("stringData").string(plain).getBytes(StandardCharsets.UTF_8);
                data = data.with(plain, Json.of(Base64.getEncoder().encodeToString(bytes)));
            }
            return sent.without("stringData").with("data", data);
        }
        return sent;
    }

    /// Members in any order.
    private static Object plain(Json json) {
        return switch (json) {
            case Json.Obj object -> {
                var members = new LinkedHashMap<String, Object>();
                object.members().forEach((name, member) -> members.put(name, plain(member)));
                yield members;
            }
            case Json.Arr array -> array.items().stream().map(K8sTypes::plain).toList();
            default -> json;
        };
    }

    private static Json.Obj yaml(InputStream text) {
        return json(new Load(LoadSettings.builder().build()).loadFromInputStream(text)).asObject();
    }

    private static Json json(@Nullable Object value) {
        return switch (value) {
            case null -> new Json.Null();
            case Map<?, ?> map -> {
                var members = new LinkedHashMap<String, Json>();
                map.forEach((name, member) -> members.put(name.toString(), json(member)));
                yield new Json.Obj(members);
            }
            case List<?> list -> new Json.Arr(list.stream().map(K8sTypes::json).toList());
            case Boolean bool -> Json.of(bool);
            case Integer number -> Json.of(number.longValue());
            case Long number -> Json.of(number);
            default -> Json.of(value.toString());
        };
    }

    private static String text(Json json) {
        return new String(json.bytes(), StandardCharsets.UTF_8);
    }
}
