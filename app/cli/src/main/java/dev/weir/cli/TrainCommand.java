package dev.weir.cli;

import dev.weir.server.ControlPlane;
import dev.weir.server.ServerOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/// `weir train`: does what users do, once and quickly, so that the JDK can note which classes that
/// needs. The launcher runs it when it makes its cache.
@Command(name = "train", hidden = true, description = "Loads what usual commands need.")
final class TrainCommand implements Runnable {
    private static final String MANIFEST =
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: trained}
            data:
              text: |
                two
                lines
            """;

    @ParentCommand private @Nullable Weir weir;

    @Override
    public void run() {
        try {
            var folder = Files.createTempDirectory("weir-train");
            try {
                train(Weir.of(weir).shell, folder);
            } finally {
                Folders.delete(folder);
            }
        } catch (IOException e) {
            throw new Problem("no training: " + e, e);
        }
    }

    private static void train(Shell shell, Path folder) throws IOException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var options = ServerOptions.in(folder.resolve("data")).on(List.of(address));
        var manifest = Files.writeString(folder.resolve("manifest.yaml"), MANIFEST).toString();
        try (var plane = ControlPlane.start(options)) {
            var config = plane.kubeconfig().toString();
            run(shell, "version");
            run(shell, "help");
            run(shell, "get", "--help");
            for (var command :
                    List.of(
                            "version --server",
                            "apply -f " + manifest,
                            "apply -f " + manifest,
                            "get cm",
                            "get cm trained -o yaml",
                            "get cm,secrets -A -o json",
                            "get nosuchkind",
                            "describe cm trained",
                            "delete cm trained")) {
                run(shell, (command + " --kubeconfig " + config).split(" "));
            }
        }
    }

    private static void run(Shell shell, String... arguments) {
        var nowhere = new PrintWriter(Writer.nullWriter());
        var quiet = new Shell(Map.of(), shell.home(), shell.in(), nowhere, nowhere, true);
        Main.commandLine(quiet).execute(arguments);
    }
}
