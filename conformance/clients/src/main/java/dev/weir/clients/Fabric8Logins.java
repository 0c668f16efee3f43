package dev.weir.clients;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Files;

/// fabric8: who may do what.
final class Fabric8Logins {
    private final Server server;

    Fabric8Logins(Server server) {
        this.server = server;
    }

    void check(ForeignClients.Ledger ledger) throws InterruptedException {
        ledger.check("fabric8: login by the kubeconfig", this::kubeconfig);
        ledger.check("fabric8: login by client certificate", this::certificate);
        ledger.check("fabric8: login by token", this::token);
        ledger.check("fabric8: a wrong token is 401", this::wrongToken);
        ledger.check("fabric8: nobody is 401, but is told the version", this::nobody);
        ledger.check("fabric8: a reader reads, and writes are 403", this::reader);
        ledger.check("fabric8: an unknown authority is refused by the client", this::untrusted);
    }

    private void kubeconfig() throws Exception {
        var file = Files.createTempFile("weir-clients", ".kubeconfig");
        try {
            Files.writeString(file, server.kubeconfig());
            var config = Config.fromKubeconfig(file.toFile());
            try (var client = new KubernetesClientBuilder().withConfig(config).build()) {
                Expect.same("default", client.getNamespace());
                Expect.that(client.namespaces().withName("default").get() != null, "an answer");
            }
        } finally {
            Files.delete(file);
        }
    }

    private void certificate() {
        var config =
                new ConfigBuilder(Config.empty())
                        .withMasterUrl(server.uri().toString())
                        .withCaCertFile(server.authority().toString())
                        .withClientCertFile(server.credential("admin.crt").toString())
                        .withClientKeyFile(server.credential("admin.key").toString())
                        .withClientKeyAlgo("EC")
                        .build();
        try (var client = new KubernetesClientBuilder().withConfig(config).build()) {
            Expect.that(client.namespaces().withName("default").get() != null, "an answer");
        }
    }

    private void token() throws Exception {
        try (var client = Fabric8.byToken(server, server.token("weir:admin"))) {
            client.configMaps()
                    .inNamespace("default")
                    .resource(Fabric8.map("by-token", "a", "1"))
                    .create();
        }
    }

    private void wrongToken() {
        try (var client = Fabric8.byToken(server, "wrong")) {
            Fabric8.refused(401, "Unauthorized", () -> client.namespaces().list());
        }
    }

    private void nobody() {
        try (var client = Fabric8.byToken(server, "")) {
            Fabric8.refused(401, "Unauthorized", () -> client.namespaces().list());
            Expect.same("1", client.getKubernetesVersion().getMajor());
        }
    }

    private void reader() throws Exception {
        try (var client = Fabric8.byToken(server, server.token("weir:reader"))) {
            var maps = client.configMaps().inNamespace("default");
            Expect.that(!maps.list().getItems().isEmpty(), "config maps");
            var refusal =
                    Fabric8.refused(
                            403,
                            "Forbidden",
                            () -> maps.resource(Fabric8.map("no", "a", "1")).create());
            Expect.contains("cannot create resource \"configmaps\"", refusal.getMessage());
            Fabric8.refused(403, "Forbidden", () -> client.secrets().inAnyNamespace().list());
        }
    }

    private void untrusted() throws Exception {
        var config =
                new ConfigBuilder(Config.empty())
                        .withMasterUrl(server.uri().toString())
                        .withOauthToken(server.token("weir:admin"))
                        .withRequestRetryBackoffLimit(0)
                        .build();
        try (var client = new KubernetesClientBuilder().withConfig(config).build()) {
            Expect.thrown(KubernetesClientException.class, () -> client.namespaces().list());
        }
    }
}
