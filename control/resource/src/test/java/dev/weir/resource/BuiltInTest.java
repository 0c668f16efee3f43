package dev.weir.resource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BuiltInTest {
    @Test
    void writesLeaseTimesWithSixDigits() {
        var spec = new Lease.Spec("me", 15, null, Instant.parse("2026-01-01T00:00:00Z"), null);
        var lease = new Lease(Metadata.of("kube-system", "l"), spec);

        assertThat(text(Lease.TYPE.encode(lease)))
                .isEqualTo(
                        "{\"apiVersion\":\"coordination.k8s.io/v1\",\"kind\":\"Lease\","
                                + "\"metadata\":{\"name\":\"l\",\"namespace\":\"kube-system\"},"
                                + "\"spec\":{\"holderIdentity\":\"me\",\"leaseDurationSeconds\":15,"
                                + "\"renewTime\":\"2026-01-01T00:00:00.000000Z\"}}");
        assertThat(Lease.TYPE.decode(Lease.TYPE.encode(lease))).isEqualTo(lease);
    }

    @Test
    void readsALeaseThatNobodyHolds() {
        var json = Json.parse("{\"metadata\":{\"name\":\"l\"}}").asObject();

        assertThat(Lease.TYPE.decode(json).spec().holderIdentity()).isNull();
    }

    @Test
    void readsTheListItemsOfAnApiServer() {
        var json =
                Json.parse(
                        "{\"metadata\":{\"name\":\"e\",\"creationTimestamp\":null},"
                                + "\"involvedObject\":{\"kind\":\"Pod\"},\"source\":{},"
                                + "\"firstTimestamp\":null,\"eventTime\":null}");

        assertThat(Event.TYPE.decode(json.asObject()).type()).isEqualTo("Normal");
    }

    @Test
    void keepsSecretsOutOfTheirText() {
        var secret = Secret.of(Metadata.of("a", "s"), Map.of("token", "top secret"));

        assertThat(secret.text("token")).isEqualTo("top secret");
        assertThat(secret.text("other")).isNull();
        assertThat(secret.toString()).contains("token").doesNotContain("top", "dG9w");
    }

    @Test
    void namesAreThoseOfKubernetes() {
        assertThat(ConfigMap.TYPE).hasToString("configmaps");
        assertThat(ConfigMap.TYPE.apiVersion()).isEqualTo("v1");
        assertThat(Lease.TYPE).hasToString("leases.coordination.k8s.io");
        assertThat(Namespace.TYPE.namespaced()).isFalse();
        assertThat(Namespace.TYPE.names().statusSubresource()).isTrue();
        assertThat(Event.TYPE.names().statusSubresource()).isFalse();
    }

    private static String text(Json json) {
        return new String(json.bytes(), UTF_8);
    }
}
