package dev.weir.bench;

import java.io.IOException;
import java.util.Optional;

/// The same flow with controller-runtime on a kube-apiserver and an etcd that forces each write to
/// the disk that ours is on: a program in Go, which starts both and ends them.
final class ControllerRuntimeFlow {
    private ControllerRuntimeFlow() {}

    /// What it measured; empty, with a line that says why, where Go or a server is missing.
    static Optional<Flow.Outcome> run() throws IOException, InterruptedException {
        var directory = Folders.fresh();
        try {
            var arguments = KubernetesServer.arguments("flow", directory);
            return arguments.isEmpty()
                    ? Optional.empty()
                    : GoPeer.run("control", arguments.get().toArray(String[]::new))
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
}
