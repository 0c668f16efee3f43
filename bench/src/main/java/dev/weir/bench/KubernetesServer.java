package dev.weir.bench;

import dev.weir.kubernetes.Kubeconfig;
import dev.weir.kubernetes.KubernetesClient;
import dev.weir.resource.Client;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A kube-apiserver and an etcd that forces each write to the disk that ours is on, with the kind
/// [Job]: children of the program in `bench/peers/control`, which ends them.
///
/// @param readyMillis from their start until the server said that it is ready
/// @param client an administrator, by the client that also measures our own server
record KubernetesServer(Path directory, Process process, double readyMillis, Client client)
        implements AutoCloseable {

    /// The started servers; empty, with a line that says why, where Go or a server is missing.
    static Optional<KubernetesServer> start() throws IOException, InterruptedException {
        var directory = Folders.fresh();
        var arguments = arguments("serve", directory);
        var process =
                arguments.isEmpty()
                        ? Optional.<Process>empty()
                        : GoPeer.start("control", directory, arguments.get());
        if (process.isEmpty()) {
            Folders.remove(directory);
            return Optional.empty();
        }
        var lines = process.get().inputReader();
        var millis = lines.readLine();
        if (millis == null) {
            throw new IOException("kube-apiserver did not start");
        }
        var kubeconfig = new StringBuilder();
        for (var line = lines.readLine();
                line != null && !line.equals("...");
                line = lines.readLine()) {
            kubeconfig.append(line).append('\n');
        }
        var connection = Kubeconfig.parse(kubeconfig.toString(), directory).connection();
        return Optional.of(
                new KubernetesServer(
                        directory,
                        process.get(),
                        Double.parseDouble(millis),
                        KubernetesClient.connect(connection)));
    }

    /// What `bench/peers/control` is called with; empty, with a line that says why, where a server
    /// is missing.
    static Optional<List<String>> arguments(String mode, Path directory) throws IOException {
        var etcd = binary("WEIR_ETCD", "etcd");
        var apiserver = binary("WEIR_KUBE_APISERVER", "kube-apiserver");
        if (!Files.isExecutable(etcd) || !Files.isExecutable(apiserver)) {
            System.out.println(
                    "skipped kube-apiserver: run conformance/peers/kubernetes.sh, or name"
                            + " executables in WEIR_ETCD and WEIR_KUBE_APISERVER");
            return Optional.empty();
        }
        var definition = directory.resolve("definition.json");
        Files.write(definition, Job.TYPE.customResourceDefinition().bytes());
        return Optional.of(
                List.of(
                        mode,
                        etcd.toString(),
                        apiserver.toString(),
                        directory.resolve("etcd").toString(),
                        definition.toString()));
    }

    /// Named, else where `conformance/peers/kubernetes.sh` puts it.
    private static Path binary(String variable, String name) {
        var environment = System.getenv();
        var named = environment.get(variable);
        if (named != null) {
            return Path.of(named);
        }
        var peers = environment.get("WEIR_PEERS");
        if (peers != null) {
            return Path.of(peers, name);
        }
        var home = Path.of(System.getProperty("user.home"), ".cache").toString();
        var cache = environment.getOrDefault("XDG_CACHE_HOME", home);
        return Path.of(cache, "weir", "peers", name);
    }

    /// The memory of both servers.
    double residentMegabytes() {
        return process.descendants()
                .mapToDouble(child -> Memory.residentMegabytes(child.pid()))
                .sum();
    }

    @Override
    public void close() throws IOException {
        client.close();
        process.outputWriter().close();
        try {
            process.waitFor();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        Folders.remove(directory);
    }
}
