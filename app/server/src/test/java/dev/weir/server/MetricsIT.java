package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.kubernetes.Kubeconfig;
import dev.weir.kubernetes.KubernetesClient;
import dev.weir.reconcile.Manager;
import dev.weir.reconcile.Result;
import dev.weir.resource.ConfigMap;
import dev.weir.resource.Extension;
import dev.weir.resource.Metadata;
import dev.weir.resource.MetricsText;
import dev.weir.resource.Program;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsIT {
    private static final String NASTY = "a\\b \"c\",d=\"e\"} 1\nf 2";

    @TempDir Path directory;

    @Test
    void thePageOfAServerWithControllersIsValid() throws InterruptedException {
        try (var plane = ControlPlane.start(options(new Maps("one"), new Maps("two")));
                var client = connect(plane)) {
            client.create(ConfigMap.TYPE, ConfigMap.of(Metadata.of("default", "m"), Map.of()));
            var total = "controller_runtime_reconcile_total";
            String[] success = {"controller", "configmap", "result", "success"};
            var page = scrape(client);
            while (!(page.value(total, success) >= 1)) {
                Thread.sleep(20);
                page = scrape(client);
            }
            assertThat(page.value("nasty", "label", NASTY)).isEqualTo(1);
            assertThat(page.value("controller_runtime_active_workers", "controller", "configmap"))
                    .isZero();
            assertThat(
                            page.value(
                                    "controller_runtime_reconcile_time_seconds_count",
                                    "controller",
                                    "configmap"))
                    .isEqualTo(page.value(total, success));
            assertThat(page.value("apiserver_request_duration_seconds_count")).isPositive();
            assertThat(
                            Scrape.of(client.metrics())
                                    .value(
                                            "rest_client_requests_total",
                                            "code",
                                            "201",
                                            "method",
                                            "POST",
                                            "host",
                                            plane.uri().getAuthority()))
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a 1",
                "# TYPE a counter\na 1\n",
                "# TYPE a gauge\na 1\na 2\n",
                "# TYPE a gauge\na 1\n# TYPE b gauge\nb 1\n# TYPE a gauge\na{x=\"1\"} 1\n",
                "# TYPE a gauge\na{x=\"1\",x=\"1\"} 1\n",
                "# TYPE a gauge\na{x=\"\\q\"} 1\n",
                "# TYPE a gauge\na{x=\"1\"}1\n",
                "# TYPE a gauge\nb 1\n",
                "# TYPE a histogram\na_bucket{le=\"1\"} 1\na_sum 1\na_count 1\n",
                "# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n",
                "# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 2\n"
            })
    void aPageThatIsNotValidIsSeen(String page) {
        assertThatThrownBy(() -> Scrape.of(page)).isInstanceOf(AssertionError.class);
    }

    private static Scrape scrape(KubernetesClient client) {
        var body = client.raw("GET", "/metrics", Map.of(), null).body();
        return Scrape.of(new String(body, StandardCharsets.UTF_8));
    }

    private KubernetesClient connect(ControlPlane plane) {
        var config = Kubeconfig.load(List.of(plane.kubeconfig()));
        return KubernetesClient.connect(config.connection());
    }

    private ServerOptions options(Extension... extensions) {
        return new ServerOptions(
                directory,
                List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                Map.of(),
                List.of(extensions),
                _ -> Optional.empty());
    }

    /// A controller of config maps that has, beside its figures, one that nobody would choose.
    private record Maps(String name) implements Extension {
        @Override
        public List<Program> controllers() {
            return List.of(host -> {
                var manager = Manager.of(host.client());
                manager.controller(ConfigMap.TYPE).reconcile((_, _) -> Result.done());
                manager.start();
                return new Program.Running() {
                    @Override
                    public String metrics() {
                        var nasty = new MetricsText().gauge("nasty", NASTY, 1, "label", NASTY);
                        return manager.metrics() + nasty + "this is no line of the format\n";
                    }

                    @Override
                    public void close() {
                        manager.close();
                    }
                };
            });
        }
    }
}
