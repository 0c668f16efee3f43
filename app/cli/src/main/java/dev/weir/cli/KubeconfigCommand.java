package dev.weir.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `weir kubeconfig`: shows the kubeconfig in use, or adds it to another.
@Command(
        name = "kubeconfig",
        description = "Prints the kubeconfig in use, secrets included.",
        footer = {
            "",
            "Examples:",
            "  weir kubeconfig > node.kubeconfig",
            "  weir kubeconfig --merge            add it to ~/.kube/config, for kubectl"
        })
final class KubeconfigCommand implements Runnable {
    @ParentCommand private @Nullable Weir weir;

    @Option(
            names = "--merge",
            description = "Add its clusters, users and contexts to ~/.kube/config, and use them.")
    private boolean merge;

    @Option(
            names = "--into",
            paramLabel = "FILE",
            description = "Merge into this file in the place of ~/.kube/config.")
    private @Nullable Path into;

    @Override
    public void run() {
        var parent = Weir.of(weir);
        var source = source(parent);
        if (!merge && into == null) {
            parent.shell.out().print(read(source));
            return;
        }
        var target = into == null ? parent.kubeconfigs().ofUser() : into;
        var before = Files.exists(target) ? read(target) : "";
        MergedKubeconfig.write(target, MergedKubeconfig.of(before, target, read(source), source));
        parent.shell.out().println(source + " merged into " + target);
    }

    /// The first file that holds; for a merge never the one that is merged into.
    private static Path source(Weir parent) {
        return parent.kubeconfigs().files().stream()
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() ->
                        new Problem(
                                "no kubeconfig at "
                                        + parent.kubeconfigs().files()
                                        + "; start a server with: weir server"));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new Problem(file + " cannot be read: " + e, e);
        }
    }
}
