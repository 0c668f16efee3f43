package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weir.kubernetes.Kubeconfig;
import dev.weir.kubernetes.KubernetesClient;
import dev.weir.resource.ConfigMap;
import dev.weir.resource.Extension;
import dev.weir.resource.Json;
import dev.weir.resource.Metadata;
import dev.weir.resource.Program;
import dev.weir.resource.StatusException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlPlaneIT {
    @TempDir Path directory;

    private ServerOptions options(Extension... extensions) {
        return new ServerOptions(
                directory.resolve("data"),
                List.of(loopback(0)),
                Map.of("shop", "7"),
                List.of(extensions),
                _ -> Optional.empty());
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @Test
    void keepsItsDataWhenStartedAgain() {
        try (var plane = ControlPlane.start(options())) {
            plane.client()
                    .create(
                            ConfigMap.TYPE,
                            ConfigMap.of(Metadata.of("default", "kept"), Map.of("a", "b")));
        }
        try (var plane = ControlPlane.start(options())) {
            var kept = plane.client().get(ConfigMap.TYPE, "default", "kept");
            assertThat(kept.data()).containsEntry("a", "b");
        }
    }

    @Test
    void writesAKubeconfigThatOnlyItsOwnerReads() throws IOException {
        try (var plane = ControlPlane.start(options())) {
            assertThat(Files.readString(plane.kubeconfig())).contains(plane.uri().toString());
            assertThat(Files.getPosixFilePermissions(plane.kubeconfig()))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            assertThat(Files.getPosixFilePermissions(directory.resolve("data")))
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void refusesADirectoryThatAnotherHasOpen() {
        try (var _ = ControlPlane.start(options())) {
            assertThatExceptionOfType(ServerException.class)
                    .isThrownBy(() -> ControlPlane.start(options()).close())
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ServerException.Code.LOCKED))
                    .withMessageContaining("data");
        }
    }

    @Test
    void namesAnAddressInUseAndLeavesTheDirectoryFree() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var busy = options().on(List.of(loopback(taken.getLocalPort())));
            assertThatExceptionOfType(ServerException.class)
                    .isThrownBy(() -> ControlPlane.start(busy).close())
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ServerException.Code.ADDRESS))
                    .withMessageContaining(Integer.toString(taken.getLocalPort()));
        }
        ControlPlane.start(options()).close();
    }

    @Test
    void refusesADataDirectoryThatIsAFile() throws IOException {
        Files.writeString(directory.resolve("data"), "no directory");
        assertThatExceptionOfType(ServerException.class)
                .isThrownBy(() -> ControlPlane.start(options()).close())
                .satisfies(e -> assertThat(e.code()).isEqualTo(ServerException.Code.DIRECTORY));
    }

    @Test
    void refusesDamagedData() throws IOException {
        ControlPlane.start(options()).close();
        var store = directory.resolve("data/store");
        try (var files = Files.list(store)) {
            var log = files.filter(f -> f.getFileName().toString().startsWith("log-")).toList();
            var bytes = Files.readAllBytes(log.getFirst());
            bytes[100] ^= 1;
            Files.write(log.getFirst(), bytes);
        }
        assertThatExceptionOfType(ServerException.class)
                .isThrownBy(() -> ControlPlane.start(options()).close())
                .satisfies(e -> assertThat(e.code()).isEqualTo(ServerException.Code.CORRUPT));
    }

    @Test
    void servesTheViewsOfItsProgramsToKnownCallers() {
        try (var plane = ControlPlane.start(options(new Mirror()));
                var client =
                        KubernetesClient.connect(
                                Kubeconfig.load(List.of(plane.kubeconfig())).connection())) {
            assertThat(get(client, "/views/mirror/here?a=1&a=2&b=%2F"))
                    .isEqualTo("{\"path\":\"here\",\"a\":\"1\",\"b\":\"/\"}");
            for (var path : List.of("/views/mirror/there", "/views/nobody/here", "/views/mirror")) {
                assertThatExceptionOfType(StatusException.class)
                        .isThrownBy(() -> get(client, path))
                        .satisfies(e -> assertThat(e.status().code()).as(path).isEqualTo(404));
            }
        }
    }

    private static String get(KubernetesClient client, String path) {
        return new String(client.raw("GET", path, Map.of(), null).body(), StandardCharsets.UTF_8);
    }

    /// Shows at `here` what it is asked.
    private record Mirror() implements Extension {
        @Override
        public String name() {
            return "mirror";
        }

        @Override
        public List<Program> controllers() {
            return List.of(_ ->
                    new Program.Running() {
                        @Override
                        public Optional<Json> view(String path, Map<String, String> query) {
                            var answer = Json.Obj.of("path", Json.of(path));
                            for (var parameter : query.entrySet()) {
                                answer =
                                        answer.with(
                                                parameter.getKey(), Json.of(parameter.getValue()));
                            }
                            return path.equals("here") ? Optional.of(answer) : Optional.empty();
                        }

                        @Override
                        public void close() {}
                    });
        }
    }

    @Test
    void isReadyWhenItsProgramsAre() {
        var recorder = new Recorder("late", false);
        try (var plane = ControlPlane.start(options(recorder))) {
            assertThat(plane.ready()).isFalse();
            recorder.ready = true;
            assertThat(plane.ready()).isTrue();
        }
    }

    @Test
    void namesThePartsOfItsPrograms() {
        var whole = new Recorder("whole", true);
        var parts = new Recorder("parts", true);
        parts.checks = List.of(new Program.Check("sync/a", "late", false));
        try (var plane = ControlPlane.start(options(whole, parts));
                var client =
                        KubernetesClient.connect(
                                Kubeconfig.load(List.of(plane.kubeconfig())).connection())) {
            assertThatExceptionOfType(StatusException.class)
                    .isThrownBy(() -> client.raw("GET", "/readyz", Map.of(), null))
                    .withMessageContaining(
                            "[+]controllers ok\n[+]whole ok\n[-]parts/sync/a failed: late\n");
            assertThat(client.raw("GET", "/livez", Map.of(), null).code()).isEqualTo(200);
            assertThat(client.raw("GET", "/readyz?exclude=parts/sync/a", Map.of(), null).code())
                    .isEqualTo(200);
            assertThat(plane.ready()).isFalse();
        }
    }

    @Test
    void givesProgramsTheirHostAndClosesTheLastStartedFirst() {
        var order = new ArrayList<String>();
        var first = new Recorder("first", true);
        var second = new Recorder("second", true);
        first.order = order;
        second.order = order;
        try (var _ = ControlPlane.start(options(first, second))) {
            assertThat(first.host).isNotNull();
            assertThat(first.host.name()).isEqualTo("server");
            assertThat(first.host.options()).containsEntry("shop", "7");
            assertThat(first.host.directory()).isDirectory();
        }
        assertThat(order)
                .containsExactly("start first", "start second", "close second", "close first");
    }

    @Test
    void aProgramThatDoesNotStartEndsTheServer() {
        var good = new Recorder("good", true);
        Extension bad =
                new Extension() {
                    @Override
                    public String name() {
                        return "bad";
                    }

                    @Override
                    public List<Program> controllers() {
                        return List.of(_ -> {
                            throw new IllegalStateException("no luck");
                        });
                    }
                };
        assertThatExceptionOfType(ServerException.class)
                .isThrownBy(() -> ControlPlane.start(options(good, bad)).close())
                .withMessageContaining("bad")
                .withMessageContaining("no luck");
        assertThat(good.order).containsExactly("start good", "close good");
    }

    /// An extension with one controller that notes what is done with it.
    private static final class Recorder implements Extension {
        private final String name;
        private List<String> order = new ArrayList<>();
        private volatile boolean ready;
        private List<Program.Check> checks = List.of();
        private Program.Host host;

        Recorder(String name, boolean ready) {
            this.name = name;
            this.ready = ready;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public List<Program> controllers() {
            return List.of(this::start);
        }

        private Program.Running start(Program.Host given) {
            host = given;
            order.add("start " + name);
            return new Program.Running() {
                @Override
                public boolean ready() {
                    return ready;
                }

                @Override
                public List<Program.Check> checks() {
                    return checks;
                }

                @Override
                public void close() {
                    order.add("close " + name);
                }
            };
        }
    }
}
