package dev.weir.clients;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Map;
import java.util.concurrent.Callable;

/// What the checks with fabric8's client share.
final class Fabric8 {
    private Fabric8() {}

    /// The administrator, by the kubeconfig.
    static KubernetesClient admin(Server server) {
        return client(Config.fromKubeconfig(server.kubeconfig()));
    }

    /// Whoever has that token; none where it is empty.
    static KubernetesClient byToken(Server server, String token) {
        var config =
                new ConfigBuilder(Config.empty())
                        .withMasterUrl(server.uri().toString())
                        .withCaCertFile(server.authority().toString())
                        .withOauthToken(token.isEmpty() ? null : token)
                        .withRequestRetryBackoffLimit(0)
                        .build();
        return client(config);
    }

    private static KubernetesClient client(Config config) {
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    static void namespace(KubernetesClient client, String name) {
        client.namespaces()
                .resource(
                        new NamespaceBuilder()
                                .withNewMetadata()
                                .withName(name)
                                .endMetadata()
                                .build())
                .create();
    }

    static ConfigMap map(String name, String key, String value) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withLabels(Map.of(key, value))
                .endMetadata()
                .addToData(key, value)
                .build();
    }

    /// The refusal of a call, which must have that code and reason.
    static KubernetesClientException refused(int code, String reason, Callable<?> call) {
        var refusal = Expect.thrown(KubernetesClientException.class, call);
        Expect.that(refusal.getStatus() != null, "a Status in " + refusal);
        Expect.same(code + " " + reason, refusal.getCode() + " " + refusal.getStatus().getReason());
        return refusal;
    }
}
