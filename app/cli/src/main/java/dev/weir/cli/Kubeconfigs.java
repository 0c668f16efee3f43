package dev.weir.cli;

import dev.weir.kubernetes.Kubeconfig;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds the kubeconfig to use: the first of the option, two variables, the file of the server on
/// this machine, and the user's own.
record Kubeconfigs(Shell shell, @Nullable Path option) {

    /// The files that hold, at least one; they may be missing where they were named.
    List<Path> files() {
        if (option != null) {
            return List.of(option);
        }
        for (var name : List.of("WEIR_KUBECONFIG", "KUBECONFIG")) {
            var value = shell.variable(name);
            if (!value.isEmpty()) {
                return Arrays.stream(value.split(File.pathSeparator))
                        .filter(part -> !part.isEmpty())
                        .map(Path::of)
                        .toList();
            }
        }
        for (var file : List.of(ofServer(), ofUser())) {
            if (Files.exists(file)) {
                return List.of(file);
            }
        }
        throw new Problem(
                "no kubeconfig at "
                        + ofServer()
                        + " or "
                        + ofUser()
                        + "; start a server with: weir server, or name a file with --kubeconfig");
    }

    /// The kubeconfig that the server on this machine writes.
    Path ofServer() {
        return shell.stateFolder().resolve("kubeconfig");
    }

    /// The kubeconfig that kubectl uses where none is named.
    Path ofUser() {
        return shell.home().resolve(".kube").resolve("config");
    }

    Kubeconfig load() {
        return Kubeconfig.load(files());
    }
}
