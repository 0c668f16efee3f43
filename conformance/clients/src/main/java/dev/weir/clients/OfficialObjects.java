package dev.weir.clients;

import io.kubernetes.client.custom.V1Patch;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ConfigMapList;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.Config;
import io.kubernetes.client.util.KubeConfig;
import io.kubernetes.client.util.PatchUtils;
import io.kubernetes.client.util.Yaml;
import io.kubernetes.client.util.generic.GenericKubernetesApi;
import io.kubernetes.client.util.generic.dynamic.DynamicKubernetesApi;
import io.kubernetes.client.util.generic.dynamic.DynamicKubernetesObject;
import io.kubernetes.client.util.generic.options.ListOptions;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/// The official client for Java: single objects and lists.
final class OfficialObjects {
    private final Server server;
    private final ApiClient client;
    private final CoreV1Api core;

    OfficialObjects(Server server) throws IOException {
        this.server = server;
        this.client = admin(server);
        this.core = new CoreV1Api(client);
    }

    /// The administrator, by the kubeconfig.
    static ApiClient admin(Server server) throws IOException {
        var config = KubeConfig.loadKubeConfig(new StringReader(server.kubeconfig()));
        return ClientBuilder.kubeconfig(config).build();
    }

    static V1ConfigMap map(String name, String key, String value) {
        var metadata = new V1ObjectMeta().name(name).namespace("default");
        return new V1ConfigMap()
                .metadata(metadata.labels(Map.of(key, value)))
                .data(Map.of(key, value));
    }

    void check(ForeignClients.Ledger ledger) throws InterruptedException {
        ledger.check("official: a config map is made, read, replaced and deleted", this::built);
        ledger.check("official: JSON, merge and strategic merge patch", this::patches);
        ledger.check("official: a stale replace is 409 with a Status body", this::conflict);
        ledger.check("official: what is not there is 404 with a Status body", this::absent);
        ledger.check("official: server-side apply is refused with a reason", this::apply);
        ledger.check("official: pages, label and field selectors", this::pages);
        ledger.check("official: the generic API", this::generic);
        ledger.check("official: the dynamic API on a kind that was just defined", this::dynamic);
        ledger.check("official: login by token; wrong ones are 401, readers 403", this::logins);
    }

    private void built() throws ApiException {
        var made = core.createNamespacedConfigMap("default", map("a", "k", "1")).execute();
        Expect.same(made, core.readNamespacedConfigMap("a", "default").execute());
        made.putDataItem("b", "2");
        var replaced = core.replaceNamespacedConfigMap("a", "default", made).execute();
        Expect.same(Map.of("k", "1", "b", "2"), replaced.getData());
        Expect.same(
                "Success", core.deleteNamespacedConfigMap("a", "default").execute().getStatus());
    }

    private void patches() throws ApiException {
        core.createNamespacedConfigMap("default", map("p", "k", "1")).execute();
        Expect.same(
                Map.of("k", "2"),
                patch(
                        V1Patch.PATCH_FORMAT_JSON_PATCH,
                        "[{\"op\":\"replace\",\"path\":\"/data/k\",\"value\":\"2\"}]"));
        Expect.same(
                Map.of("j", "3"),
                patch(
                        V1Patch.PATCH_FORMAT_JSON_MERGE_PATCH,
                        "{\"data\":{\"k\":null,\"j\":\"3\"}}"));
        Expect.same(
                Map.of("i", "4"),
                patch(
                        V1Patch.PATCH_FORMAT_STRATEGIC_MERGE_PATCH,
                        "{\"data\":{\"$patch\":\"replace\",\"i\":\"4\"}}"));
    }

    private Map<String, String> patch(String format, String patch) throws ApiException {
        return PatchUtils.patch(
                        V1ConfigMap.class,
                        () ->
                                core.patchNamespacedConfigMap("p", "default", new V1Patch(patch))
                                        .buildCall(null),
                        format,
                        client)
                .getData();
    }

    private void conflict() throws ApiException {
        var stale = core.readNamespacedConfigMap("p", "default").execute();
        core.replaceNamespacedConfigMap("p", "default", stale.putDataItem("x", "1")).execute();
        refused(
                409,
                "Conflict",
                () ->
                        core.replaceNamespacedConfigMap("p", "default", stale.putDataItem("x", "2"))
                                .execute());
    }

    private void absent() {
        refused(404, "NotFound", () -> core.readNamespacedConfigMap("no", "default").execute());
    }

    private void apply() {
        refused(
                415,
                "UnsupportedMediaType",
                () -> patch(V1Patch.PATCH_FORMAT_APPLY_YAML, "{\"apiVersion\":\"v1\"}"));
    }

    private static void refused(int code, String reason, Callable<?> call) {
        var refusal = Expect.thrown(ApiException.class, call);
        Expect.same(code, refusal.getCode());
        Expect.contains("\"kind\":\"Status\"", refusal.getResponseBody());
        Expect.contains("\"reason\":\"" + reason + "\"", refusal.getResponseBody());
    }

    private void pages() throws ApiException {
        for (int i = 0; i < 5; i++) {
            var map = map("m" + i, "n", i % 2 == 0 ? "even" : "odd");
            core.createNamespacedConfigMap("default", map).execute();
        }
        var all = core.listNamespacedConfigMap("default").labelSelector("n");
        var first = all.limit(2).execute();
        Expect.same(List.of("m0", "m1"), names(first));
        var rest = all._continue(first.getMetadata().getContinue()).limit(9).execute();
        Expect.same(List.of("m2", "m3", "m4"), names(rest));
        Expect.same(
                List.of("m1", "m3"),
                names(core.listNamespacedConfigMap("default").labelSelector("n=odd").execute()));
        Expect.same(
                List.of("m4"),
                names(
                        core.listConfigMapForAllNamespaces()
                                .fieldSelector("metadata.name=m4")
                                .execute()));
    }

    private static List<String> names(V1ConfigMapList list) {
        return list.getItems().stream().map(map -> map.getMetadata().getName()).toList();
    }

    private void generic() throws ApiException {
        var maps =
                new GenericKubernetesApi<>(
                        V1ConfigMap.class, V1ConfigMapList.class, "", "v1", "configmaps", client);
        var made = maps.create(map("g", "k", "1")).throwsApiException().getObject();
        made.putDataItem("j", "2");
        Expect.same(
                Map.of("k", "1", "j", "2"),
                maps.update(made).throwsApiException().getObject().getData());
        Expect.that(maps.list("default").isSuccess(), "a list");
        Expect.that(maps.delete("default", "g").isSuccess(), "a deletion");
        var gone = maps.get("default", "g");
        Expect.same(404, gone.getHttpStatusCode());
        Expect.same("NotFound", gone.getStatus().getReason());
    }

    private void dynamic() throws Exception {
        var kinds =
                new DynamicKubernetesApi(
                        "apiextensions.k8s.io", "v1", "customresourcedefinitions", client);
        kinds.create(new DynamicKubernetesObject(yaml())).throwsApiException();
        var shops = new DynamicKubernetesApi("clients.example", "v1", "shops", client);
        Expect.soon("shops are served", () -> shops.list("default").isSuccess());
        var shop = new DynamicKubernetesObject();
        shop.setApiVersion("clients.example/v1");
        shop.setKind("Shop");
        shop.setMetadata(new V1ObjectMeta().name("corner").namespace("default"));
        var spec = new com.google.gson.JsonObject();
        spec.addProperty("seats", 4);
        shop.getRaw().add("spec", spec);
        var made = shops.create(shop).throwsApiException().getObject();
        Expect.same("nobody", made.getRaw().getAsJsonObject("spec").get("owner").getAsString());
        made.getRaw().getAsJsonObject("spec").addProperty("seats", "many");
        Expect.same("Invalid", shops.update(made).getStatus().getReason());
        Expect.same(1, shops.list("default", new ListOptions()).getObject().getItems().size());
    }

    private static com.google.gson.JsonObject yaml() throws IOException {
        try (var in = Shop.class.getResourceAsStream("shops.yaml")) {
            Map<String, Object> tree = Yaml.getSnakeYaml(null).load(in);
            return new com.google.gson.Gson().toJsonTree(tree).getAsJsonObject();
        }
    }

    private void logins() throws Exception {
        var admin = byToken(server.token("weir:admin"));
        admin.createNamespacedConfigMap("default", map("t", "k", "1")).execute();
        refused(
                401,
                "Unauthorized",
                () -> byToken("wrong").listNamespacedConfigMap("default").execute());
        var reader = byToken(server.token("weir:reader"));
        Expect.that(
                !reader.listNamespacedConfigMap("default").execute().getItems().isEmpty(),
                "config maps");
        refused(
                403,
                "Forbidden",
                () -> reader.createNamespacedConfigMap("default", map("u", "k", "1")).execute());
    }

    private CoreV1Api byToken(String token) throws IOException {
        var known = Config.fromToken(server.uri().toString(), token, true);
        try (var authority = Files.newInputStream(server.authority())) {
            known.setSslCaCert(authority);
        }
        return new CoreV1Api(known);
    }
}
