package dev.weir.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.kubernetes.Kubeconfig;
import dev.weir.server.ControlPlane;
import dev.weir.server.ServerOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The example of the README, with a control plane to join.
class ReadmeTest {
    @TempDir Path directory;

    @Test
    void theExampleJoins() throws Exception {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var served = ServerOptions.in(directory.resolve("data")).on(List.of(address));
        try (var plane = ControlPlane.start(served)) {
            var connection = Kubeconfig.load(List.of(plane.kubeconfig())).connection();
            var settings = Map.of("region", "north");
            var options =
                    NodeOptions.of(
                            NodeOptions.Role.Workloads,
                            connection,
                            "till-7",
                            directory.resolve("state"),
                            settings);
            var first = new CompletableFuture<Node.Event>();
            try (var _ = Node.start(options, first::complete)) {
                assertThat(first.get(Duration.ofMinutes(1).toMillis(), TimeUnit.MILLISECONDS))
                        .isEqualTo(new Node.Event.Joined());
            }
        }
    }
}
