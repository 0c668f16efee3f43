package dev.weir.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The same flow with controller-runtime on a kube-apiserver and an etcd that forces each write to
/// the disk that ours is on: a program in Go, which starts both and ends them.
final class ControllerRuntimeFlow {
    private ControllerRuntimeFlow() {}

    /// What it measured; empty, with a line that says why, where Go or a server is missing.
    static Optional<Flow.Outcome> run() throws IOException, InterruptedException {
        var etcd = binary("WEIR_ETCD", "etcd");
        var apiserver = binary("WEIR_KUBE_APISERVER", "kube-apiserver");
        if (!Files.isExecutable(etcd) || !Files.isExecutable(apiserver)) {
            System.out.println(
                    "skipped controller-runtime on kube-apiserver: run"
                            + " conformance/peers/kubernetes.sh, or name executables in WEIR_ETCD"
                            + " and WEIR_KUBE_APISERVER");
            return Optional.empty();
        }
        var directory = Folders.fresh();
        try {
            var definition = directory.resolve("definition.json");
            Files.write(definition, Job.TYPE.customResourceDefinition().bytes());
            var data = directory.resolve("etcd").toString();
            return GoPeer.run(
                            "control",
                            etcd.toString(),
                            apiserver.toString(),
                            data,
                            definition.toString())
                    .map(ControllerRuntimeFlow::parse);
        } finally {
            Folders.remove(directory);
        }
    }

    private static Flow.Outcome parse(String output) {
        var numbers = output.strip().split(" ", -1);
        return new Flow.Outcome(
                Double.parseDouble(numbers[0]),
                Double.parseDouble(numbers[1]),
                Double.parseDouble(numbers[2]));
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
}
