package dev.weir.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.weir.kubernetes.Connection;
import dev.weir.kubernetes.Kubeconfig;
import dev.weir.resource.ConfigMap;
import dev.weir.resource.Extension;
import dev.weir.resource.Lease;
import dev.weir.resource.Metadata;
import dev.weir.resource.Program;
import dev.weir.server.ControlPlane;
import dev.weir.server.ServerOptions;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeIT {
    @TempDir Path directory;

    private final LinkedBlockingQueue<Node.Event> events = new LinkedBlockingQueue<>();

    private ControlPlane server(int port) {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        return ControlPlane.start(
                new ServerOptions(
                        directory.resolve("server"),
                        List.of(address),
                        Map.of(),
                        List.of(),
                        _ -> Optional.empty()));
    }

    private Node node(Connection connection, Program workload) {
        var extension =
                new Extension() {
                    @Override
                    public String name() {
                        return "work";
                    }

                    @Override
                    public List<Program> workloads() {
                        return List.of(workload);
                    }
                };
        var options =
                new NodeOptions(
                        connection,
                        "till-7",
                        directory.resolve("node"),
                        Map.of("region", "north"),
                        List.of(extension),
                        NodeOptions.Role.Workloads,
                        Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        return Node.start(options, events::add);
    }

    private static Connection connection(ControlPlane plane) {
        return Kubeconfig.load(List.of(plane.kubeconfig())).connection();
    }

    private <E extends Node.Event> E await(Class<E> kind) throws InterruptedException {
        while (true) {
            var event = events.poll(20, TimeUnit.SECONDS);
            assertThat(event).as("no %s", kind.getSimpleName()).isNotNull();
            if (kind.isInstance(event)) {
                return kind.cast(event);
            }
        }
    }

    @Test
    void givesItsWorkloadsAHostAndShowsThatItLives() throws InterruptedException {
        var closed = new AtomicBoolean();
        Program workload =
                host -> {
                    assertThat(host.name()).isEqualTo("till-7");
                    assertThat(host.options()).containsEntry("region", "north");
                    assertThat(host.directory()).isDirectory();
                    var made = ConfigMap.of(Metadata.of("default", "made"), Map.of());
                    host.client().create(ConfigMap.TYPE, made);
                    return () -> closed.set(true);
                };
        try (var plane = server(0)) {
            try (var node = node(connection(plane), workload)) {
                assertThat(await(Node.Event.Started.class).workload()).isEqualTo("work");
                awaitReady(node);
                assertThat(plane.client().find(ConfigMap.TYPE, "default", "made")).isPresent();
                var lease = plane.client().get(Lease.TYPE, Heartbeat.NAMESPACE, "till-7");
                assertThat(lease.spec().holderIdentity()).isEqualTo("till-7");
                assertThat(lease.spec().renewTime()).isNotNull();
                assertThat(closed).isFalse();
            }
            assertThat(closed).isTrue();
        }
    }

    private static void awaitReady(Node node) throws InterruptedException {
        for (int i = 0; i < 1_000 && !node.ready(); i++) {
            Thread.sleep(10);
        }
        assertThat(node.ready()).isTrue();
    }

    @Test
    void answersForItsHealthAndItsFigures() throws Exception {
        var problem = new AtomicReference<>("");
        var vital = new AtomicReference<>("");
        Program workload = _ -> new Told(problem, vital);
        try (var plane = server(0);
                var node = node(connection(plane), workload)) {
            awaitReady(node);
            assertThat(ask(node, "/readyz")).isEqualTo("200 ok");
            assertThat(ask(node, "/readyz?verbose"))
                    .contains("[+]control-plane ok", "[+]work/drawer ok", "readyz check passed");
            assertThat(ask(node, "/metrics"))
                    .startsWith("200 ")
                    .contains("weir_node_connected 1", "workload=\"work\"", "drawers 3")
                    .contains("rest_client_requests_total{code=\"201\",method=\"POST\"");
            problem.set("stuck");
            assertThat(ask(node, "/readyz")).startsWith("500 ").contains("drawer failed: stuck");
            assertThat(ask(node, "/livez")).isEqualTo("200 ok");
            vital.set("dead");
            assertThat(ask(node, "/livez")).startsWith("500 ").contains("livez check failed");
            assertThat(ask(node, "/nowhere")).startsWith("404 ");
        }
    }

    private record Told(AtomicReference<String> problem, AtomicReference<String> vital)
            implements Program.Running {
        @Override
        public List<Program.Check> checks() {
            return List.of(
                    new Program.Check("drawer", problem.get(), false),
                    new Program.Check("till", vital.get(), true));
        }

        @Override
        public String metrics() {
            return "# TYPE drawers gauge\ndrawers 3\n";
        }

        @Override
        public void close() {}
    }

    private static String ask(Node node, String path) throws IOException {
        var url = node.probes().orElseThrow().resolve(path).toURL();
        var connection = (HttpURLConnection) url.openConnection();
        int code = connection.getResponseCode();
        try (var in = code < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            return code + " " + new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void startsApartAndJoinsWhenTheServerComesBack() throws InterruptedException {
        Connection connection;
        int port;
        try (var plane = server(0)) {
            connection = connection(plane);
            port = plane.uri().getPort();
        }
        try (var node = node(connection, _ -> () -> {})) {
            assertThat(await(Node.Event.Apart.class).why()).contains("no answer");
            assertThat(node.ready()).isFalse();
            try (var _ = server(port)) {
                await(Node.Event.Joined.class);
                awaitReady(node);
            }
        }
    }

    @Test
    void triesAWorkloadAgainThatDoesNotStart() throws InterruptedException {
        var attempts = new AtomicInteger();
        Program workload =
                _ -> {
                    if (attempts.incrementAndGet() == 1) {
                        throw new IllegalStateException("not yet");
                    }
                    return () -> {};
                };
        try (var plane = server(0);
                var _ = node(connection(plane), workload)) {
            assertThat(await(Node.Event.NotStarted.class).why()).isEqualTo("not yet");
            await(Node.Event.Started.class);
            assertThat(attempts).hasValue(2);
        }
    }

    @Test
    void endsInTimeWhenAWorkloadHangs() {
        Program workload =
                _ ->
                        () -> {
                            try {
                                Thread.sleep(Duration.ofMinutes(5));
                            } catch (InterruptedException _) {
                                Thread.currentThread().interrupt();
                            }
                        };
        try (var plane = server(0)) {
            var node = node(connection(plane), workload);
            long start = System.nanoTime();
            node.close();
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofSeconds(12));
        }
    }

    @Test
    void refusesNamesThatAreNoDnsNames() {
        var connection = Connection.ofToken(java.net.URI.create("https://127.0.0.1:1"), "", "t");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        NodeOptions.of(
                                NodeOptions.Role.Workloads,
                                connection,
                                "Till 7",
                                directory,
                                Map.of()))
                .withMessageContaining("Till 7");
    }
}
