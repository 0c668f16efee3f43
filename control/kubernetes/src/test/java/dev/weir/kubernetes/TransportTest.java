package dev.weir.kubernetes;

import static dev.weir.kubernetes.ScriptedServer.answer;
import static dev.weir.kubernetes.ScriptedServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weir.resource.ConfigMap;
import dev.weir.resource.DeleteOptions;
import dev.weir.resource.Metadata;
import dev.weir.resource.Query;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import dev.weir.resource.WriteOptions;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TransportTest {
    private static final String MAP = "{\"metadata\":{\"name\":\"a\",\"namespace\":\"n\"}}";
    private static final String BUSY =
            "{\"kind\":\"Status\",\"message\":\"busy\",\"reason\":\"TooManyRequests\",\"code\":429}";
    private static final ConfigMap MADE = ConfigMap.of(Metadata.of("n", "a"), Map.of());

    @Test
    void sendsWhatAWriteAsksFor() {
        try (var server = new ScriptedServer(json(201, MAP), json(200, MAP));
                var client = KubernetesClient.connect(server.connection())) {
            var fence = new WriteOptions.Fence("kube-system", "leader", "42");
            client.create(ConfigMap.TYPE, MADE, new WriteOptions(true, "me", fence));
            client.delete(ConfigMap.TYPE, "n", "a", DeleteOptions.DEFAULT);

            var create = server.requests().getFirst();
            assertThat(create.line())
                    .isEqualTo(
                            "POST /api/v1/namespaces/n/configmaps?dryRun=All&fieldManager=me"
                                    + " HTTP/1.1");
            assertThat(create.headers())
                    .containsEntry("weir-fence", "kube-system/leader@42")
                    .containsEntry("authorization", "Bearer t0ken")
                    .containsEntry("content-type", "application/json")
                    .containsEntry("user-agent", "weir");
            var delete = server.requests().getLast();
            assertThat(delete.line())
                    .isEqualTo("DELETE /api/v1/namespaces/n/configmaps/a HTTP/1.1");
            assertThat(delete.body())
                    .isEqualTo(
                            "{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\","
                                    + "\"propagationPolicy\":\"Background\"}");
        }
    }

    @Test
    void triesAgainWhatTheServerHadNoTimeFor() {
        try (var server = new ScriptedServer(json(429, BUSY), json(429, BUSY), json(201, MAP));
                var client = KubernetesClient.connect(server.connection())) {
            assertThat(client.create(ConfigMap.TYPE, MADE)).isEqualTo(MADE);
            assertThat(server.requests()).hasSize(3);
        }
    }

    @Test
    void countsEachRequestByItsAnswer() {
        var server = new ScriptedServer(json(429, BUSY), json(201, MAP));
        try (var client = KubernetesClient.connect(server.connection())) {
            client.create(ConfigMap.TYPE, MADE);
            server.close();
            refusal(() -> client.create(ConfigMap.TYPE, MADE));

            var host = ",method=\"POST\",host=\"" + server.connection().server().getAuthority();
            assertThat(client.metrics())
                    .contains("# TYPE rest_client_requests_total counter\n")
                    .contains("rest_client_requests_total{code=\"201\"" + host + "\"} 1\n")
                    .contains("rest_client_requests_total{code=\"429\"" + host + "\"} 1\n")
                    .contains("rest_client_requests_total{code=\"<error>\"" + host + "\"} 1\n");
        }
    }

    @Test
    void waitsAsLongAsTheServerAsks() {
        var later = answer(503, "Retry-After: 1\r\n", "later");
        try (var server = new ScriptedServer(later, json(200, MAP));
                var client = KubernetesClient.connect(server.connection())) {
            long start = System.nanoTime();
            client.get(ConfigMap.TYPE, "n", "a");

            assertThat(System.nanoTime() - start).isGreaterThan(900_000_000L);
        }
    }

    @Test
    void doesNotRepeatAWriteThatMayHaveHappened() {
        try (var server = new ScriptedServer(answer(503, "", "broken"), json(201, MAP));
                var client = KubernetesClient.connect(server.connection())) {
            var refusal = refusal(() -> client.create(ConfigMap.TYPE, MADE));

            assertThat(refusal.reason()).isEqualTo(Status.Reason.ServiceUnavailable);
            assertThat(refusal).hasMessage("broken");
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void givesUpInTheEnd() {
        var busy = json(429, BUSY);
        try (var server = new ScriptedServer(busy, busy, busy, busy, json(200, MAP));
                var client = KubernetesClient.connect(server.connection())) {
            var refusal = refusal(() -> client.get(ConfigMap.TYPE, "n", "a"));

            assertThat(refusal.reason()).isEqualTo(Status.Reason.TooManyRequests);
            assertThat(server.requests()).hasSize(4);
        }
    }

    @Test
    void saysWhereNobodyAnswers() {
        Connection gone;
        try (var server = new ScriptedServer()) {
            gone = server.connection();
        }
        try (var client = KubernetesClient.connect(gone)) {
            var refusal = refusal(() -> client.get(ConfigMap.TYPE, "n", "a"));

            assertThat(refusal.reason()).isEqualTo(Status.Reason.ServiceUnavailable);
            assertThat(refusal).hasMessageStartingWith("no answer from " + gone.server());
        }
    }

    @Test
    void refusesAForeignCertificateUnlessToldNotTo() {
        try (var server = new ScriptedServer(json(200, MAP))) {
            var uri = server.connection().server();
            var foreign = new Connection(uri, "default", "", false, "", "", "", null);
            var careless = new Connection(uri, "default", "", true, "", "", "", null);

            try (var client = KubernetesClient.connect(foreign)) {
                assertThat(refusal(() -> client.get(ConfigMap.TYPE, "n", "a")))
                        .hasMessageContaining("certificate");
            }
            try (var client = KubernetesClient.connect(careless)) {
                assertThat(client.get(ConfigMap.TYPE, "n", "a")).isEqualTo(MADE);
            }
        }
    }

    @Test
    void refusesAHostThatTheCertificateDoesNotName() {
        try (var server = new ScriptedServer(json(200, MAP))) {
            int port = server.connection().server().getPort();
            var other = URI.create("https://127.0.0.1:" + port);
            var connection = Connection.ofToken(other, ScriptedServer.authority(), "");
            try (var client = KubernetesClient.connect(connection)) {
                assertThat(refusal(() -> client.get(ConfigMap.TYPE, "n", "a")))
                        .hasMessageContaining("127.0.0.1");
            }
        }
    }

    @Test
    void anAnswerThatIsNoObjectIsAnError() {
        try (var server = new ScriptedServer(json(200, "[1]"), json(200, "{\"items\":[1]}"));
                var client = KubernetesClient.connect(server.connection())) {
            assertThat(refusal(() -> client.get(ConfigMap.TYPE, "n", "a")).reason())
                    .isEqualTo(Status.Reason.InternalError);
            assertThat(refusal(() -> client.list(ConfigMap.TYPE, Query.ALL)).reason())
                    .isEqualTo(Status.Reason.InternalError);
        }
    }

    @Test
    void keepsThePathOfTheServer() {
        try (var server = new ScriptedServer(json(200, MAP))) {
            var below = URI.create(server.connection().server() + "/clusters/one/");
            var connection = Connection.ofToken(below, ScriptedServer.authority(), "");
            try (var client = KubernetesClient.connect(connection)) {
                client.get(ConfigMap.TYPE, "n", "a:b/c d");
            }

            assertThat(server.requests().getFirst().line())
                    .startsWith("GET /clusters/one/api/v1/namespaces/n/configmaps/a%3Ab%2Fc%20d ");
        }
    }

    @Test
    void readsDiscoveryOfOldServers() {
        try (var server =
                        new ScriptedServer(
                                json(200, "{\"kind\":\"APIVersions\",\"versions\":[\"v1\"]}"),
                                json(
                                        200,
                                        "{\"resources\":[{\"name\":\"pods\",\"singularName\":\"\","
                                                + "\"namespaced\":true,\"kind\":\"Pod\","
                                                + "\"shortNames\":[\"po\"]},"
                                                + "{\"name\":\"pods/status\",\"kind\":\"Pod\"}]}"),
                                json(
                                        200,
                                        "{\"kind\":\"APIGroupList\",\"groups\":[{\"name\":\"x.io\","
                                                + "\"versions\":[{\"groupVersion\":\"x.io/v2\","
                                                + "\"version\":\"v2\"}]}]}"),
                                answer(404, "", "404 page not found"));
                var client = KubernetesClient.connect(server.connection())) {
            var discovery = client.discovery();

            assertThat(discovery.types()).hasSize(1);
            assertThat(discovery.find("po").orElseThrow().names().statusSubresource()).isTrue();
        }
    }

    private static StatusException refusal(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return catchThrowableOfType(StatusException.class, call);
    }
}
