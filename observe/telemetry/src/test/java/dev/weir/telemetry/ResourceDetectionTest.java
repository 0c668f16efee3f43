package dev.weir.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is found out about where the process runs.
class ResourceDetectionTest {
    private static final String ID = "5f3e1c0a".repeat(8);

    @TempDir Path root;
    private final Map<String, String> environment = new HashMap<>();
    private final Map<String, String> properties = new HashMap<>();

    private Attributes detect() {
        return new ResourceDetection(root, new MapSurroundings(properties, environment))
                .attributes();
    }

    private void file(String name, String content) throws IOException {
        var path = root.resolve(name);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }

    private static String get(Attributes attributes, String key) {
        return attributes.get(AttributeKey.stringKey(key));
    }

    @Test
    void findsHostAndOperatingSystem() throws IOException {
        file("proc/sys/kernel/hostname", "box\n");
        file("etc/machine-id", "0123abcd\n");
        properties.putAll(Map.of("os.arch", "aarch64", "os.name", "Linux", "os.version", "6.1"));
        var found = detect();
        assertThat(get(found, "host.name")).isEqualTo("box");
        assertThat(get(found, "host.id")).isEqualTo("0123abcd");
        assertThat(get(found, "host.arch")).isEqualTo("arm64");
        assertThat(get(found, "os.type")).isEqualTo("linux");
        assertThat(get(found, "os.version")).isEqualTo("6.1");
    }

    @Test
    void findsTheContainerOfControlGroupsOne() throws IOException {
        file("proc/self/cgroup", "12:pids:/\n11:cpu:/kubepods/pod1/crio-" + ID + ".scope\n");
        assertThat(get(detect(), "container.id")).isEqualTo(ID);
    }

    @Test
    void findsTheContainerOfControlGroupsTwo() throws IOException {
        file("proc/self/cgroup", "0::/\n");
        file(
                "proc/self/mountinfo",
                "1 2 0:3 / / rw - overlay\n9 8 254:1 /docker/containers/"
                        + ID
                        + "/hostname /etc/hostname rw - ext4\n");
        assertThat(get(detect(), "container.id")).isEqualTo(ID);
    }

    @Test
    void findsKubernetesOnlyWithinIt() throws IOException {
        environment.put("HOSTNAME", "pod-1");
        assertThat(get(detect(), "k8s.pod.name")).isNull();
        environment.put("KUBERNETES_SERVICE_HOST", "10.0.0.1");
        environment.put("NODE_NAME", "n1");
        file("var/run/secrets/kubernetes.io/serviceaccount/namespace", "shop");
        var found = detect();
        assertThat(get(found, "k8s.pod.name")).isEqualTo("pod-1");
        assertThat(get(found, "k8s.namespace.name")).isEqualTo("shop");
        assertThat(get(found, "k8s.node.name")).isEqualTo("n1");
    }

    @Test
    void namesTheProcess() {
        var found = ResourceDetection.system().attributes();
        assertThat(found.get(AttributeKey.longKey("process.pid")))
                .isEqualTo(ProcessHandle.current().pid());
        assertThat(get(found, "process.runtime.version")).startsWith("25");
        assertThat(get(found, "telemetry.sdk.language")).isEqualTo("java");
        assertThat(get(found, "service.instance.id"))
                .hasSize(36)
                .isNotEqualTo(get(detect(), "service.instance.id"));
    }
}
